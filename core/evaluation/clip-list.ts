/**
 * clip-list.json of an evaluation: its clips without where their media lie. dataset.json says the same and much more; of a
 * million pairs it has hundreds of megabytes, which nobody wants to wait for to see one cell.
 */
import type { DatasetClip } from '../domain/dataset.ts';
import { AppError } from '../domain/errors.ts';

const VERSION = 1;

/** One clip of an evaluation. */
export type EvaluatedClip = Pick<
  DatasetClip,
  'clipId' | 'titleId' | 'titleName' | 'shotName' | 'timeWindow'
> & { originalLanguage: string };

/** A clip without its media. */
export function toEvaluatedClip(clip: DatasetClip): EvaluatedClip {
  const { clipId, titleId, titleName, shotName, timeWindow, original } = clip;
  return { clipId, titleId, titleName, shotName, timeWindow, originalLanguage: original.language };
}

/** Text of clip-list.json. */
export function encodeClipList(clips: readonly DatasetClip[]): string {
  return `${JSON.stringify({ version: VERSION, clips: clips.map(toEvaluatedClip) })}\n`;
}

/** Reads clip-list.json. @throws AppError PROJECT_DAMAGED for anything that `encodeClipList` did not write. */
export function decodeClipList(text: string): EvaluatedClip[] {
  let value: Partial<{ version: unknown; clips: unknown }> | null = null;
  try {
    value = JSON.parse(text) as Partial<{ version: unknown; clips: unknown }> | null;
  } catch {
    // Told below, with what is no list at all.
  }
  if (value?.version === VERSION && Array.isArray(value.clips)) return value.clips as EvaluatedClip[];
  throw new AppError(
    'PROJECT_DAMAGED',
    'The list of clips (clip-list.json) is damaged or of another version. Nothing was changed. Evaluate the run again to make it anew.',
  );
}
