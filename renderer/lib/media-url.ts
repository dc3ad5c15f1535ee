/** Addresses of media in the open project, by id; the page knows no paths. */

/** What can be asked for: a still picture of a shot, its moving picture, or a stretch of a track's sound. */
export type MediaKind = 'thumb' | 'video' | 'sound';

/** The address of a shot's or a track's media. `params`: `sec` of a still; `from` and `to` of a sound, s. */
export function mediaUrl(
  kind: MediaKind,
  id: string,
  params: Partial<Record<'sec' | 'from' | 'to', number>> = {},
): string {
  const query = Object.entries(params).map(([name, value]) => `${name}=${Number(value.toFixed(6))}`);
  return `/media/${kind}/${id}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}
