/**
 * The levels behind a finding: dub and original over time, what the finding is about marked, and what the check held
 * them to. From what was measured once; nothing is decoded.
 */
import type { LevelCode, LevelEvidence, LevelLimit, LevelSpan } from '../domain/evidence.ts';
import type { Finding } from '../domain/finding.ts';
import type { TrackPeaks } from '../domain/inspection.ts';
import type { TimeWindow } from '../domain/time.ts';
import { NEAR_FULL_SCALE } from '../dsp/level.ts';
import { levelBetween, levelLine, SILENCE_DB } from '../dsp/level-line.ts';
import { endSec, type TimeLink, timeLink } from './aligned-time.ts';
import { checkClipped } from './clipped.ts';
import { checkDropout, dropoutsOf } from './dropout.ts';
import {
  type HeardShot,
  type HeardTitle,
  type HeardTrack,
  SILENT_BELOW_DB,
  type TitleCheck,
} from './heard.ts';
import { checkLevelDifference } from './level-difference.ts';
import { type CheckProfile, PROFILES } from './profile.ts';
import { checkSilent } from './silent.ts';
import { checkTruncated, missingOf } from './truncated.ts';

/** Longer shots are shown around the finding at first, s. */
const LONGEST_WHOLE_SEC = 20;
/** ... with so much on either side, s. */
const BESIDE_SEC = 3;
const MOST_SPANS = 200;
/** Loudness goes by 400 ms (BS.1770's momentary), silence by the loudest tenth of a second. */
const WINDOW_SEC: Partial<Record<LevelCode, number>> = { 'level-difference': 0.4, silent: 0.1 };
/** Peaks are kept in so many steps to full scale, rounded outwards. */
const PEAK_STEPS = 127;
/** Runs at the ceiling that lie so near to each other are one, columns. */
const SAME_RUN = 2;

const CHECKS: Record<LevelCode, TitleCheck> = {
  'level-difference': checkLevelDifference,
  dropout: checkDropout,
  silent: checkSilent,
  clipped: checkClipped,
  truncated: checkTruncated,
};

/** What is asked of a picture. `whole`: all of the shot; default: around the finding where the shot is long. */
export type LevelWish = { columns: number; whole?: boolean | undefined };

/** A picture, and what of the track's own time it spans: for its peaks. */
export type DrawnLevels = { evidence: LevelEvidence; trackWindow: TimeWindow };

type Seen = {
  title: HeardTitle;
  shot: HeardShot;
  track: HeardTrack;
  original: HeardTrack | null;
  link: TimeLink;
};
type Known = { spans: TimeWindow[]; limit: LevelLimit | null };

/** The levels behind a finding; null where what was heard does not hold its track. */
export function levelEvidence(
  title: HeardTitle,
  finding: Pick<Finding, 'shotId' | 'trackId' | 'sentence'> & { code: LevelCode },
  { columns, whole = false }: LevelWish,
): DrawnLevels | null {
  const shot = title.shots.find(({ shotId }) => shotId === finding.shotId);
  const tracks = shot === undefined ? [] : [shot.original, ...shot.dubs];
  const track = tracks.find((one) => one?.trackId === finding.trackId);
  if (shot === undefined || !track) return null;
  const isOriginal = track === shot.original;
  const original = isOriginal ? null : shot.original;
  const link = isOriginal ? SAME_TIME : timeLink(title, track);
  const seen = { title, shot, track, original, link };
  const profile = profileOf(title, shot, finding);
  const { spans, limit } =
    profile === null ? { spans: [], limit: null } : knownOf(finding.code, seen, profile);
  const all = {
    startSec: 0,
    endSec: Math.max(shot.durationSec, original === null ? 0 : endSec(original.measures)),
  };
  const timeWindow = whole ? all : nearWindow(all, spans);
  const windowSec = WINDOW_SEC[finding.code] ?? 0;
  const stretch = { ...timeWindow, columns };
  const evidence: LevelEvidence = {
    timeWindow,
    isWhole: timeWindow.startSec === all.startSec && timeWindow.endSec === all.endSec,
    trackDb: levelLine(track.measures, stretch, { toTrack: link.toDub, windowSec }),
    originalDb: original === null ? null : levelLine(original.measures, stretch, { windowSec }),
    peakDb: null,
    limit,
    spans: spans.slice(0, MOST_SPANS).map((span) => spanOf(seen, span)),
  };
  const [from, to] = [link.toDub(timeWindow.startSec), link.toDub(timeWindow.endSec)];
  return { evidence, trackWindow: { startSec: from, endSec: to } };
}

const SAME_TIME: TimeLink = { isKnown: true, isBent: false, toOriginal: (sec) => sec, toDub: (sec) => sec };

/** The profile that says this very sentence of the track; null: none that comes with the program. */
function profileOf(
  title: HeardTitle,
  shot: HeardShot,
  { code, trackId, sentence }: Pick<Finding, 'trackId' | 'sentence'> & { code: LevelCode },
): CheckProfile | null {
  const part = { ...title, shots: [shot] };
  const says = (profile: CheckProfile): boolean =>
    CHECKS[code](part, profile).some((draft) => draft.trackId === trackId && draft.sentence === sentence);
  return PROFILES.find(says) ?? null;
}

/** What a check went by, in the original's time. */
function knownOf(
  code: LevelCode,
  { title, shot, track, original, link }: Seen,
  profile: CheckProfile,
): Known {
  const { thresholds } = profile;
  switch (code) {
    case 'dropout': {
      const { gaps, belowDb } = dropoutsOf(title, shot, track, profile);
      return {
        spans: gaps.map((gap) => inOriginal(link, gap)),
        limit: belowDb === null ? null : { kind: 'below', db: belowDb },
      };
    }
    case 'truncated': {
      const missing = missingOf(title, shot, track, profile);
      const first = original?.measures.startSec ?? 0;
      const last = original === null ? shot.durationSec : endSec(original.measures);
      const { longestMissingSec, originalAboveDbfs } = thresholds.truncated;
      const held = missing === null ? null : inOriginal(link, heldOf(missing.heldSec));
      const spans: TimeWindow[] = [];
      if (held !== null && missing!.startSec > longestMissingSec)
        spans.push({ startSec: first, endSec: held.startSec });
      if (held !== null && missing!.endSec > longestMissingSec)
        spans.push({ startSec: held.endSec, endSec: last });
      return { spans, limit: original === null ? null : { kind: 'sounding', db: originalAboveDbfs } };
    }
    case 'silent':
      return { spans: [], limit: { kind: 'below', db: SILENT_BELOW_DB } };
    case 'clipped':
      return { spans: [], limit: { kind: 'ceiling', db: ceilingDb(track, profile) } };
    case 'level-difference': {
      const { largestLu, highestTruePeakDbtp } = thresholds['level-difference'];
      const apart = Math.abs((track.loudnessLufs ?? 0) - (original?.loudnessLufs ?? track.loudnessLufs ?? 0));
      if (apart > largestLu || highestTruePeakDbtp === null)
        return { spans: [], limit: { kind: 'apart', db: largestLu } };
      return { spans: [], limit: { kind: 'ceiling', db: highestTruePeakDbtp } };
    }
  }
}

function heldOf({ fromSec, toSec }: { fromSec: number; toSec: number }): TimeWindow {
  return { startSec: fromSec, endSec: toSec };
}

function inOriginal(link: TimeLink, { startSec, endSec }: TimeWindow): TimeWindow {
  return { startSec: link.toOriginal(startSec), endSec: link.toOriginal(endSec) };
}

/** Near full scale, or where a track that was turned down afterwards is cut off. */
function ceilingDb({ clipping, level }: HeardTrack, profile: CheckProfile): number {
  const { pileUpRatio, warningShare } = profile.thresholds.clipped;
  const isNear = clipping.pileUp >= pileUpRatio && clipping.nearFullScaleShare >= warningShare;
  return Math.round(200 * Math.log10(isNear ? NEAR_FULL_SCALE : Math.max(1e-6, level.peak))) / 10;
}

function nearWindow(all: TimeWindow, spans: readonly TimeWindow[]): TimeWindow {
  const first = spans[0];
  if (first === undefined || all.endSec - all.startSec <= LONGEST_WHOLE_SEC) return all;
  const startSec = Math.max(all.startSec, first.startSec - BESIDE_SEC);
  return { startSec, endSec: Math.min(all.endSec, first.endSec + BESIDE_SEC) };
}

function spanOf({ track, original, link }: Seen, { startSec, endSec }: TimeWindow): LevelSpan {
  return {
    startSec,
    endSec,
    trackDb: levelBetween(track.measures, link.toDub(startSec), link.toDub(endSec)),
    originalDb: original === null ? null : levelBetween(original.measures, startSec, endSec),
  };
}

/** The picture with the highest sample of each column, and marks where it is at the ceiling. */
export function withPeaks(evidence: LevelEvidence, peaks: TrackPeaks): LevelEvidence {
  const { timeWindow, limit } = evidence;
  const heights = peaks.highs.map((high, i) => Math.max(high, -peaks.lows[i]!));
  const peakDb = heights.map((height) =>
    height <= 0 ? SILENCE_DB : Math.round(200 * Math.log10(height / PEAK_STEPS)) / 10,
  );
  if (limit?.kind !== 'ceiling') return { ...evidence, peakDb };
  const least = Math.min(PEAK_STEPS, Math.ceil(10 ** (limit.db / 20) * PEAK_STEPS));
  const columnSec = (timeWindow.endSec - timeWindow.startSec) / heights.length;
  const spans: LevelSpan[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [i, height] of heights.entries()) {
    if (height < least) continue;
    const endSec = timeWindow.startSec + (i + 1) * columnSec;
    if (i - last > SAME_RUN)
      spans.push({ startSec: endSec - columnSec, endSec, trackDb: null, originalDb: null });
    else spans.at(-1)!.endSec = endSec;
    last = i;
  }
  return { ...evidence, peakDb, spans: spans.slice(0, MOST_SPANS) };
}
