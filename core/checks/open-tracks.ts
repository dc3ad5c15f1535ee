/** Opens the tracks of a title ahead of listening, so that reading and measuring go on at the same time. */
import type { AudioSource } from '../domain/media.ts';
import type { HeardSource, OpenTrack } from './check-input.ts';

const TRACKS_AHEAD = 2;
/** Shorter tracks are read whole; longer ones in parts, s. */
export const LONGEST_WHOLE_SEC = 30;

/** A track that is open; `samples` where it is short enough to be read whole. */
export type OpenedTrack = HeardSource & { samples: Float32Array | null };

async function open(source: AudioSource, openTrack: OpenTrack): Promise<OpenedTrack> {
  const { sound, measures } = await openTrack(source);
  const isShort = sound.durationSec <= LONGEST_WHOLE_SEC;
  return { sound, measures, samples: isShort ? await sound.read(0, sound.durationSec) : null };
}

/** The tracks in order, up to two of them opened ahead of the one that is being measured. */
export async function* openAhead(
  sources: readonly AudioSource[],
  openTrack: OpenTrack,
): AsyncGenerator<OpenedTrack, undefined, undefined> {
  const pending: Promise<OpenedTrack>[] = [];
  let next = 0;
  const fill = (): void => {
    while (pending.length < TRACKS_AHEAD && next < sources.length) {
      const opening = open(sources[next]!, openTrack);
      // It is awaited later; until then a failure must not count as unhandled.
      opening.catch(() => {});
      pending.push(opening);
      next += 1;
    }
  };
  for (fill(); pending.length > 0; ) {
    const track = await pending.shift()!;
    fill();
    yield track;
  }
  return undefined;
}
