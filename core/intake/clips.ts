/** Which parts of a shot become clips. */
import type { LanguageTag } from '../domain/language-tag.ts';
import type { TimeWindow } from '../domain/time.ts';
import { type Clip, SHORTEST_CLIP_SEC } from '../domain/title.ts';
import { clipWindows } from '../media/clip-windows.ts';
import { stableId } from '../stable-id.ts';
import type { WindowClaim } from './claim.ts';

/** A clip, and the dubs that make pairs with it; null: every dub of its shot. */
export type ImportedClip = Clip & { languages: readonly LanguageTag[] | null };

/** Longer files are films, not shots: their clips do not cross a cut (our choice). */
const LONGEST_SHOT_SEC = 60;
/** A listed window may end this much after the last frame begins: a frame of 15 fps, and rounding. */
const END_TOLERANCE_SEC = 0.07;

/** The clips of a shot that nobody listed. `lastSec`: when its last frame is shown. `cutsSec`: sorted. */
export function cutClips(shotId: string, lastSec: number, cutsSec: readonly number[]): ImportedClip[] {
  const windows = lastSec > LONGEST_SHOT_SEC ? windowsInside(lastSec, cutsSec) : clipWindows(lastSec);
  return windows.map((timeWindow) => toClip(shotId, timeWindow, null));
}

/** The clips that were listed; those that do not lie within the picture are counted and left out. */
export function listedClips(
  shotId: string,
  lastSec: number,
  windows: readonly WindowClaim[],
): { clips: ImportedClip[]; outside: number } {
  const inside = windows.filter(({ timeWindow }) => timeWindow.endSec <= lastSec + END_TOLERANCE_SEC);
  return {
    clips: inside.map(({ timeWindow, languages }) => toClip(shotId, timeWindow, languages)),
    outside: windows.length - inside.length,
  };
}

function windowsInside(lastSec: number, cutsSec: readonly number[]): TimeWindow[] {
  const borders = [0, ...cutsSec.filter((sec) => sec > 0 && sec < lastSec), lastSec];
  return borders.slice(1).flatMap((endSec, i) => {
    const startSec = borders[i]!;
    if (endSec - startSec < SHORTEST_CLIP_SEC) return [];
    return clipWindows(endSec - startSec).map((window) => ({
      startSec: startSec + window.startSec,
      endSec: startSec + window.endSec,
    }));
  });
}

function toClip(
  shotId: string,
  timeWindow: TimeWindow,
  languages: readonly LanguageTag[] | null,
): ImportedClip {
  const id = stableId('c', shotId, timeWindow.startSec, timeWindow.endSec);
  return { id, shotId, timeWindow, languages };
}
