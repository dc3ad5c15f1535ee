/** Dubs that do not reach as far as their picture once their shift is put right. */
import type { FindingDraft } from '../domain/finding.ts';
import { clipWindows } from '../media/clip-windows.ts';
import { type HeardTitle, trackFinding } from './heard.ts';
import { milliseconds, rounded, trackInShot } from './wording.ts';

/** Shorter gaps are shorter than a fade, ms. */
const SMALLEST_GAP_MS = 20;

/** `outside-window`: info, how much of the shot's clips is read as silence. */
export function checkOutsideWindow(title: HeardTitle): FindingDraft[] {
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      const offsetMs = title.offsets.find(({ voice }) => voice === dub.voice)?.offsetMs ?? null;
      if (offsetMs === null || Math.abs(offsetMs) < SMALLEST_GAP_MS) return [];
      const windows = clipWindows(shot.durationSec);
      const firstMs = windows[0]!.startSec * 1000 + offsetMs;
      const lastMs = windows.at(-1)!.endSec * 1000 + offsetMs;
      const beforeMs = Math.max(0, -firstMs);
      const afterMs = Math.max(0, lastMs - dub.durationSec * 1000);
      const gaps = [
        { ms: beforeMs, place: 'beginning' },
        { ms: afterMs, place: 'end' },
      ].filter(({ ms }) => ms >= SMALLEST_GAP_MS);
      if (gaps.length === 0) return [];
      const text = gaps.map(({ ms, place }) => `${milliseconds(ms)} at the ${place}`).join(' and ');
      const sentence = `${trackInShot(dub, shot)} has no sound for ${text} of its clips once its shift is put right; that is read as silence.`;
      const numbers = { beforeMs: rounded(beforeMs), afterMs: rounded(afterMs), offsetMs: rounded(offsetMs) };
      return [
        trackFinding(title, shot, dub, { code: 'outside-window', severity: 'info', sentence, numbers }),
      ];
    }),
  );
}
