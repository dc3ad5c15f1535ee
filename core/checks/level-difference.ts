/** Dubs much louder or quieter than their original, or with peaks that go too high. */
import type { FindingDraft } from '../domain/finding.ts';
import { type HeardShot, type HeardTitle, type HeardTrack, isSilent, trackFinding } from './heard.ts';
import { type CheckProfile, DEFAULT_PROFILE } from './profile.ts';
import { rounded, trackInShot } from './wording.ts';

/**
 * `level-difference`: warning where the loudness of a dub and its original are too far apart (12 LU by default: real
 * dubs of one shot differ by up to 8), or where a dub's true peak is above what the profile allows.
 */
export function checkLevelDifference(
  title: HeardTitle,
  profile: CheckProfile = DEFAULT_PROFILE,
): FindingDraft[] {
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      if (isSilent(dub)) return [];
      const parts = [loudnessText(shot, dub, profile), peakText(dub, profile)].filter(
        (text) => text !== null,
      );
      if (parts.length === 0) return [];
      const { truePeakDb } = dub.measures;
      const originalLufs = shot.original?.loudnessLufs ?? null;
      const numbers = {
        differenceLu:
          dub.loudnessLufs === null || originalLufs === null
            ? null
            : rounded(dub.loudnessLufs - originalLufs, 2),
        loudnessLufs: dub.loudnessLufs === null ? null : rounded(dub.loudnessLufs, 2),
        originalLoudnessLufs: originalLufs === null ? null : rounded(originalLufs, 2),
        truePeakDbtp: rounded(truePeakDb, 1),
      };
      const sentence = `${trackInShot(dub, shot)} ${parts.join(' and ')}.`;
      return [
        trackFinding(title, shot, dub, { code: 'level-difference', severity: 'warning', sentence, numbers }),
      ];
    }),
  );
}

function loudnessText({ original }: HeardShot, dub: HeardTrack, profile: CheckProfile): string | null {
  if (original === null || isSilent(original)) return null;
  if (dub.loudnessLufs === null || original.loudnessLufs === null) return null;
  const differenceLu = dub.loudnessLufs - original.loudnessLufs;
  if (Math.abs(differenceLu) <= profile.thresholds['level-difference'].largestLu) return null;
  const direction = differenceLu < 0 ? 'quieter' : 'louder';
  return `is ${Math.abs(differenceLu).toFixed(1)} LU ${direction} than the original (${dub.loudnessLufs.toFixed(1)} against ${original.loudnessLufs.toFixed(1)} LUFS)`;
}

function peakText({ measures }: HeardTrack, profile: CheckProfile): string | null {
  const { highestTruePeakDbtp } = profile.thresholds['level-difference'];
  if (highestTruePeakDbtp === null || measures.truePeakDb <= highestTruePeakDbtp) return null;
  return `has a true peak of ${measures.truePeakDb.toFixed(1)} dBTP, above ${highestTruePeakDbtp} dBTP`;
}
