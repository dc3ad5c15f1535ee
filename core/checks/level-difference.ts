/** Dubs much louder or quieter than their original. */
import type { FindingDraft } from '../domain/finding.ts';
import { type HeardTitle, isSilent, trackFinding } from './heard.ts';
import { rounded, trackInShot } from './wording.ts';

/** Real dubs of one shot differ by up to 8 LU; beyond this it is no mixing taste any more. */
export const LARGEST_DIFFERENCE_LU = 12;

/** `level-difference`: warning where the loudness of a dub and its original are more than 12 LU apart. */
export function checkLevelDifference(title: HeardTitle): FindingDraft[] {
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      const original = shot.original;
      if (original === null || isSilent(dub) || isSilent(original)) return [];
      if (dub.loudnessLufs === null || original.loudnessLufs === null) return [];
      const differenceLu = dub.loudnessLufs - original.loudnessLufs;
      if (Math.abs(differenceLu) <= LARGEST_DIFFERENCE_LU) return [];
      const direction = differenceLu < 0 ? 'quieter' : 'louder';
      const sentence = `${trackInShot(dub, shot)} is ${Math.abs(differenceLu).toFixed(1)} LU ${direction} than the original (${dub.loudnessLufs.toFixed(1)} against ${original.loudnessLufs.toFixed(1)} LUFS).`;
      const numbers = {
        differenceLu: rounded(differenceLu, 2),
        loudnessLufs: rounded(dub.loudnessLufs, 2),
        originalLoudnessLufs: rounded(original.loudnessLufs, 2),
      };
      return [
        trackFinding(title, shot, dub, { code: 'level-difference', severity: 'warning', sentence, numbers }),
      ];
    }),
  );
}
