/** Which windows of a shot become clips (paper-facts 4.1). */
import type { TimeWindow } from '../domain/time.ts';
import { CLIP_SEC } from '../domain/title.ts';

/**
 * Windows of `clipSec` one after the other while they end before `lastSec`, the time of the last frame; one more that
 * ends there when over half a clip is left; the whole where it is shorter than one clip.
 */
export function clipWindows(lastSec: number, clipSec: number = CLIP_SEC): TimeWindow[] {
  const windows: TimeWindow[] = [];
  for (let startSec = 0; startSec + clipSec < lastSec; startSec += clipSec) {
    windows.push({ startSec, endSec: startSec + clipSec });
  }
  const end = windows.at(-1)?.endSec;
  if (end === undefined) return [{ startSec: 0, endSec: lastSec }];
  if (lastSec - end > clipSec / 2) windows.push({ startSec: lastSec - clipSec, endSec: lastSec });
  return windows;
}
