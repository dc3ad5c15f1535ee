/** Which stretches of a file the official inference looks at (paper-facts 4.1). */

/** Length of a clip there, s. */
export const FEATURE_CLIP_SEC = 3;

/** Start and end: of pictures in s, of sounds in samples of the file's own rate, the end not included. */
export type ClipRange = [start: number, end: number];

/**
 * Clips of a picture track: one after the other while the next ends before the last frame, and the last `clipSec` where
 * more than half a clip is left. A shorter file is one clip.
 * @param timesSec when its frames are shown, rising
 * @returns nothing for fewer than two frames
 */
export function videoClipRanges(timesSec: readonly number[], clipSec = FEATURE_CLIP_SEC): ClipRange[] {
  const endSec = timesSec.at(-1);
  if (endSec === undefined || timesSec.length < 2) return [];
  const ranges: ClipRange[] = [];
  // Added up, not multiplied, as there: the last digits are the same.
  for (let startSec = 0; startSec + clipSec < endSec; startSec += clipSec)
    ranges.push([startSec, startSec + clipSec]);
  const last = ranges.at(-1);
  if (last === undefined) return [[0, endSec]];
  if (endSec - last[1] > clipSec / 2) ranges.push([endSec - clipSec, endSec]);
  return ranges;
}

/**
 * The same for a sound, in samples.
 * @param sampleCount of the file at its own rate
 * @returns nothing for fewer than two samples
 */
export function audioClipRanges(
  sampleCount: number,
  sampleRateHz: number,
  clipSec = FEATURE_CLIP_SEC,
): ClipRange[] {
  if (sampleCount < 2) return [];
  const length = clipSec * sampleRateHz;
  const ranges: ClipRange[] = [];
  for (let i = 0; (i + 1) * length < sampleCount; i += 1)
    ranges.push([Math.trunc(i * length), Math.trunc((i + 1) * length)]);
  const last = ranges.at(-1);
  if (last === undefined) return [[0, sampleCount]];
  if (sampleCount - last[1] > Math.trunc(length / 2))
    ranges.push([sampleCount - Math.trunc(length), sampleCount]);
  return ranges;
}
