/** Dubs that were compressed or expanded against their original. */
import type { FindingDraft } from '../domain/finding.ts';
import { type HeardTitle, isSilent, trackFinding } from './heard.ts';
import { type CheckProfile, DEFAULT_PROFILE } from './profile.ts';
import { rounded, trackInShot } from './wording.ts';

/** `loudness-range`: warning where the ranges are far apart. Short tracks have none that means anything. */
export function checkLoudnessRange(
  title: HeardTitle,
  profile: CheckProfile = DEFAULT_PROFILE,
): FindingDraft[] {
  const { largestLu, shortestSec } = profile.thresholds['loudness-range'];
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      const { original } = shot;
      if (original === null || isSilent(dub) || isSilent(original)) return [];
      const own = dub.measures.rangeLu;
      const other = original.measures.rangeLu;
      const durationSec = Math.min(dub.measures.durationSec, original.measures.durationSec);
      if (own === null || other === null || durationSec < shortestSec) return [];
      if (Math.abs(own - other) <= largestLu) return [];
      const what = own < other ? 'compressed' : 'expanded';
      const sentence = `${trackInShot(dub, shot)} is ${what} against the original: its loudness range is ${own.toFixed(1)} LU, the original's ${other.toFixed(1)} LU.`;
      const numbers = {
        rangeLu: rounded(own, 1),
        originalRangeLu: rounded(other, 1),
        differenceLu: rounded(own - other, 1),
      };
      return [
        trackFinding(title, shot, dub, { code: 'loudness-range', severity: 'warning', sentence, numbers }),
      ];
    }),
  );
}
