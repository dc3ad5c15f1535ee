/** Dubs that end before their original does, or begin after it. */
import type { FindingDraft } from '../domain/finding.ts';
import { LEVEL_STEP_SEC } from '../dsp/track-measures.ts';
import { endSec, soundingSec, timeLink } from './aligned-time.ts';
import { findGaps } from './gaps.ts';
import { type HeardShot, type HeardTitle, type HeardTrack, isSilent, trackFinding } from './heard.ts';
import { EMPTY_PAUSES_DB, isEmptyRoom, pauseLevel } from './pause-level.ts';
import { type CheckProfile, DEFAULT_PROFILE } from './profile.ts';
import { milliseconds, rounded, trackInShot } from './wording.ts';

/** Digital silence at an end is cut sound only where it falls this far at once, dB. */
const ABRUPT_DB = 30;
/** Levels that are no sound at all, dBFS. */
const NOTHING_DB = -100;

/** How much is missing at the start and at the end, s; and from when to when the dub has sound, in its own time. */
type Missing = { startSec: number; endSec: number; heldSec: { fromSec: number; toSec: number } };

/**
 * `truncated`: fault where much is missing, else warning. What a shifted dub loses at an edge is not counted, nor what
 * the original is silent in.
 */
export function checkTruncated(title: HeardTitle, profile: CheckProfile = DEFAULT_PROFILE): FindingDraft[] {
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      if (isSilent(dub)) return [];
      const missing = missingOf(title, shot, dub, profile);
      return missing === null ? [] : [findingOf(title, shot, dub, missing, profile)];
    }),
  );
}

/** What is missing at the start and at the end, s; null where that is little. */
export function missingOf(
  title: HeardTitle,
  shot: HeardShot,
  dub: HeardTrack,
  profile: CheckProfile,
): Missing | null {
  const { longestMissingSec, originalAboveDbfs } = profile.thresholds.truncated;
  const { original } = shot;
  const link = timeLink(title, dub);
  const held = heldPart(dub, original, link.toOriginal, originalAboveDbfs);
  if (original === null || isSilent(original)) {
    const missing = {
      startSec: Math.max(0, held.fromSec),
      endSec: Math.max(0, shot.durationSec - held.toSec),
      heldSec: held,
    };
    return Math.max(missing.startSec, missing.endSec) > longestMissingSec ? missing : null;
  }
  const first = original.measures.startSec;
  const last = endSec(original.measures);
  const sounds = (from: number, to: number): number =>
    Math.min(soundingSec(original.measures, from, to, originalAboveDbfs), Math.max(0, to - from));
  // A shift by itself moves an edge: only what is missing both with it and without it is.
  const starts = [held.fromSec, link.toOriginal(held.fromSec)].map((sec) => sounds(first, sec));
  const ends = [held.toSec, link.toOriginal(held.toSec)].map((sec) => sounds(sec, last));
  const missing = { startSec: Math.min(...starts), endSec: Math.min(...ends), heldSec: held };
  return Math.max(missing.startSec, missing.endSec) > longestMissingSec ? missing : null;
}

/** The part of the file in which a dub has sound: without digital silence that begins or ends at once. */
function heldPart(
  dub: HeardTrack,
  original: HeardTrack | null,
  toOriginal: (sec: number) => number,
  originalAboveDbfs: number,
): { fromSec: number; toSec: number } {
  const { measures } = dub;
  const whole = { fromSec: measures.startSec, toSec: endSec(measures) };
  const edges = findGaps(measures, 2 * LEVEL_STEP_SEC, ABRUPT_DB).filter(
    ({ levelDb, opensTrack, endsTrack }) => levelDb <= NOTHING_DB && (opensTrack || endsTrack),
  );
  if (edges.length === 0 || original === null || isEmptyRoom(original.measures)) return whole;
  if (pauseLevel(dub, original, toOriginal, edges, originalAboveDbfs) <= EMPTY_PAUSES_DB) return whole;
  for (const gap of edges) {
    if (gap.opensTrack) whole.fromSec = gap.endSec;
    if (gap.endsTrack) whole.toSec = gap.startSec;
  }
  return whole;
}

function findingOf(
  title: HeardTitle,
  shot: HeardShot,
  dub: HeardTrack,
  missing: Missing,
  profile: CheckProfile,
): FindingDraft {
  const { faultMs, faultShare, longestMissingSec } = profile.thresholds.truncated;
  const most = Math.max(missing.startSec, missing.endSec);
  const isFault = most * 1000 >= faultMs || most >= faultShare * shot.durationSec;
  const parts = [
    { sec: missing.startSec, text: 'begins', place: 'after' },
    { sec: missing.endSec, text: 'ends', place: 'before' },
  ].filter(({ sec }) => sec > longestMissingSec);
  const against = shot.original === null ? 'the picture' : 'the original, which still sounds there';
  const text = parts
    .map(({ sec, text, place }) => `${text} ${milliseconds(sec * 1000)} ${place}`)
    .join(' and ');
  const sentence = `${trackInShot(dub, shot)} ${text} ${against}.`;
  const numbers = {
    missingAtStartMs: rounded(missing.startSec * 1000, 0),
    missingAtEndMs: rounded(missing.endSec * 1000, 0),
    durationSec: rounded(dub.measures.durationSec),
    originalDurationSec: shot.original === null ? null : rounded(shot.original.measures.durationSec),
    pictureSec: rounded(shot.durationSec),
  };
  return trackFinding(title, shot, dub, {
    code: 'truncated',
    severity: isFault ? 'fault' : 'warning',
    sentence,
    numbers,
  });
}
