/** Addresses of media in the open project, by id; the page knows no paths. */

/** What can be asked for: a still picture of a shot, its moving picture, a stretch of a track's sound or its spectrogram. */
export type MediaKind = 'thumb' | 'video' | 'sound' | 'spectrum';

/** The address of a shot's or a track's media. `params`: `sec` of a still; `from` and `to` of a sound, s; `columns` of a spectrogram. */
export function mediaUrl(
  kind: MediaKind,
  id: string,
  params: Partial<Record<'sec' | 'from' | 'to' | 'columns', number>> = {},
): string {
  const query = Object.entries(params).map(([name, value]) => `${name}=${Number(value.toFixed(6))}`);
  return `/media/${kind}/${id}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}
