/** Opens the tracks of a shot ahead of listening, so that opening and measuring go on at the same time. */
import type { AudioSource } from '../domain/media.ts';
import type { HeardSource, OpenTrack } from './check-input.ts';

const TRACKS_AHEAD = 2;
/** Shorter tracks are read whole; longer ones in parts, s. */
export const LONGEST_WHOLE_SEC = 30;

/** The tracks in order, up to two of them opened ahead of the one that is being measured. */
export function openAhead(
  sources: readonly AudioSource[],
  openTrack: OpenTrack,
): AsyncGenerator<HeardSource, undefined, undefined> {
  return mapAhead(sources, TRACKS_AHEAD, openTrack);
}

/** `work` of each of `all`, in order, begun for up to `ahead` (at least 1) of them at a time. */
export async function* mapAhead<T, R>(
  all: readonly T[],
  ahead: number,
  work: (one: T) => Promise<R>,
): AsyncGenerator<R, undefined, undefined> {
  const pending: Promise<R>[] = [];
  let next = 0;
  const fill = (): void => {
    while (pending.length < ahead && next < all.length) {
      const begun = work(all[next]!);
      // It is awaited later; until then a failure must not count as unhandled.
      begun.catch(() => {});
      pending.push(begun);
      next += 1;
    }
  };
  for (fill(); pending.length > 0; fill()) {
    const result = await pending[0]!;
    pending.shift();
    if (ahead > 1) fill();
    yield result;
  }
  return undefined;
}
