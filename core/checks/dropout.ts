/** Dubs whose sound stops for a moment and comes back. */
import type { FindingDraft } from '../domain/finding.ts';
import { LEVEL_STEP_SEC } from '../dsp/track-measures.ts';
import { soundingSec, timeLink } from './aligned-time.ts';
import { findGaps, type Gap } from './gaps.ts';
import { type HeardShot, type HeardTitle, type HeardTrack, isSilent, trackFinding } from './heard.ts';
import { EMPTY_PAUSES_DB, isEmptyRoom, pauseLevel } from './pause-level.ts';
import { type CheckProfile, DEFAULT_PROFILE } from './profile.ts';
import { milliseconds, rounded, trackInShot } from './wording.ts';

/** Part of a gap in which the original must sound. */
const ORIGINAL_SOUNDS = 0.5;
/** A gap is deeper than the dub's pauses by this, dB. */
const DEEPER_DB = 6;
/** Gaps named in the numbers at most. */
const MOST_NAMED = 8;

/**
 * `dropout`: fault where the gaps are long or make up much of the track, else warning. A gap counts when it is deeper
 * than any pause of the dub and its original sounds meanwhile.
 */
export function checkDropout(title: HeardTitle, profile: CheckProfile = DEFAULT_PROFILE): FindingDraft[] {
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      if (isSilent(dub)) return [];
      const { gaps } = dropoutsOf(title, shot, dub, profile);
      return gaps.length === 0 ? [] : [findingOf(title, shot, dub, gaps, profile)];
    }),
  );
}

/** The dropouts of one dub, and the level that gaps must stay below, dBFS (null where that was not looked for). */
export function dropoutsOf(
  title: HeardTitle,
  shot: HeardShot,
  dub: HeardTrack,
  profile: CheckProfile,
): { gaps: Gap[]; belowDb: number | null } {
  const { shortestMs, dropDb, originalAboveDbfs } = profile.thresholds.dropout;
  // A gap that begins and ends within steps holds fewer whole ones.
  const shortestSec = shortestMs / 1000 - LEVEL_STEP_SEC;
  const inner = findGaps(dub.measures, shortestSec, dropDb).filter(
    (gap) => !gap.opensTrack && !gap.endsTrack,
  );
  const { original } = shot;
  if (inner.length === 0 || original === null || isEmptyRoom(original.measures)) {
    return { gaps: [], belowDb: null };
  }
  const { toOriginal } = timeLink(title, dub);
  const sounding = inner.filter((gap) => {
    const sec = soundingSec(
      original.measures,
      toOriginal(gap.startSec),
      toOriginal(gap.endSec),
      Math.max(originalAboveDbfs, gap.levelDb + dropDb / 2),
    );
    return sec >= ORIGINAL_SOUNDS * (gap.endSec - gap.startSec);
  });
  const pauseDb = pauseLevel(dub, original, toOriginal, inner, originalAboveDbfs);
  const belowDb = pauseDb - DEEPER_DB;
  const gaps = sounding.filter(({ levelDb }) => pauseDb > EMPTY_PAUSES_DB && levelDb <= belowDb);
  return { gaps, belowDb };
}

function findingOf(
  title: HeardTitle,
  shot: HeardShot,
  dub: HeardTrack,
  gaps: readonly Gap[],
  profile: CheckProfile,
): FindingDraft {
  const { faultMs, faultShare } = profile.thresholds.dropout;
  const lengths = gaps.map((gap) => (gap.endSec - gap.startSec) * 1000);
  const totalMs = lengths.reduce((sum, ms) => sum + ms, 0);
  const longestMs = Math.max(...lengths);
  const isFault = longestMs >= faultMs || totalMs >= faultShare * dub.durationSec * 1000;
  const first = gaps[0]!;
  const times = gaps.length === 1 ? 'once' : `${gaps.length} times`;
  const sentence = `${trackInShot(dub, shot)} drops out ${times}, for up to ${milliseconds(longestMs)} (first at ${first.startSec.toFixed(2)} s), while the original sounds.`;
  const numbers = {
    dropouts: gaps.length,
    totalMs: rounded(totalMs, 0),
    longestMs: rounded(longestMs, 0),
    levelDbfs: first.levelDb,
    besideDbfs: first.besideDb,
    atSec: gaps
      .slice(0, MOST_NAMED)
      .map(({ startSec }) => startSec.toFixed(2))
      .join(' '),
  };
  return trackFinding(title, shot, dub, {
    code: 'dropout',
    severity: isFault ? 'fault' : 'warning',
    sentence,
    numbers,
  });
}
