/** Pictures of levels behind findings, on titles made by hand: spans where the checks saw them, in the original's time. */
import { describe, expect, it } from 'vitest';
import { checkClipped } from '../../../core/checks/clipped.ts';
import { checkDropout } from '../../../core/checks/dropout.ts';
import type { HeardTitle, TitleCheck } from '../../../core/checks/heard.ts';
import { checkLevelDifference } from '../../../core/checks/level-difference.ts';
import { levelEvidence, withPeaks } from '../../../core/checks/level-evidence.ts';
import { PROFILES } from '../../../core/checks/profile.ts';
import { checkSilent } from '../../../core/checks/silent.ts';
import { checkTruncated } from '../../../core/checks/truncated.ts';
import type { LevelCode } from '../../../core/domain/evidence.ts';
import type { TrackMeasures } from '../../../core/dsp/track-measures.ts';
import { measures, offset, original, shot, title, track } from './heard-builder.ts';

/** Levels of so many seconds at -25 dBFS with little pauses, but for parts `[from s, to s, dBFS]`. */
function levels(durationSec: number, ...parts: [number, number, number][]): Int8Array {
  const steps = new Int8Array(durationSec * 50).fill(-25);
  for (let i = 5; i < steps.length; i += 10) steps[i] = -50;
  for (const [from, to, level] of parts) steps.fill(level, Math.round(from * 50), Math.round(to * 50));
  return steps;
}

function made(durationSec: number, dub: Partial<TrackMeasures>, offsetMs = 0): HeardTitle {
  const of = (changes: Partial<TrackMeasures>) =>
    measures({ durationSec, levelsDb: levels(durationSec), ...changes });
  const german = track('de', '1', {
    durationSec,
    measures: of(dub),
    loudnessLufs: dub.integratedLufs ?? -24,
  });
  const changes = { durationSec, original: original('1', { durationSec, measures: of({}) }) };
  return title([shot('1', [german], changes)], [offset('de', offsetMs)]);
}

function drawn(heard: HeardTitle, check: TitleCheck, wish = { columns: 100 }, profile = PROFILES[0]) {
  const [finding] = check(heard, profile);
  const picture = levelEvidence(heard, { ...finding!, code: finding!.code as LevelCode }, wish);
  return { finding: finding!, ...picture!, levels: picture!.evidence };
}

describe('levelEvidence', () => {
  it('marks dropouts where they are in the time of the original, with what both are meanwhile', () => {
    const heard = made(4, { levelsDb: levels(4, [1, 1.2, -127], [3, 3.4, -90]) }, 100);
    const { levels: seen, trackWindow } = drawn(heard, checkDropout, { columns: 200 });
    expect(seen.timeWindow).toEqual({ startSec: 0, endSec: 4 });
    expect(seen.isWhole).toBe(true);
    expect(seen.spans.map(({ startSec, endSec }) => [startSec.toFixed(2), endSec.toFixed(2)])).toEqual([
      ['0.90', '1.10'],
      ['2.90', '3.30'],
    ]);
    expect(seen.spans[0]!.trackDb).toBe(-127);
    expect(seen.spans[1]!.trackDb).toBe(-90);
    expect(seen.spans[0]!.originalDb).toBeCloseTo(-25.5, 0);
    // Deeper than the dub's own pauses of -50 dBFS by 6 dB.
    expect(seen.limit).toEqual({ kind: 'below', db: -56 });
    // A column of 20 ms each: -127 dBFS is drawn where the original is at 1 s.
    expect(seen.trackDb[50]).toBe(-127);
    expect(seen.originalDb![50]).toBe(-25);
    expect(trackWindow).toEqual({ startSec: 0.1, endSec: 4.1 });
    // The dub begins at its own 0, which is 0.1 s before the original's.
    expect(seen.trackDb[199]).toBeNull();
  });

  it('shows the surroundings of the first one in a long shot, and all of it when asked', () => {
    const heard = made(60, { levelsDb: levels(60, [40, 41, -127]) });
    const near = drawn(heard, checkDropout).levels;
    expect(near.timeWindow).toEqual({ startSec: 37, endSec: 44 });
    expect(near.isWhole).toBe(false);
    const wish = { columns: 60, whole: true };
    const whole = drawn(heard, checkDropout, wish).levels;
    expect(whole.timeWindow).toEqual({ startSec: 0, endSec: 60 });
    expect(whole.isWhole).toBe(true);
    expect(whole.trackDb.indexOf(-127)).toBe(40);
    expect(whole.spans).toEqual(near.spans);
  });

  it('marks what is missing of a truncated dub', () => {
    const { levels: seen } = drawn(made(4, { durationSec: 3, levelsDb: levels(3) }), checkTruncated);
    expect(seen.spans).toHaveLength(1);
    expect(seen.spans[0]).toMatchObject({ startSec: 3, endSec: 4, trackDb: null });
    expect(seen.limit).toEqual({ kind: 'sounding', db: -55 });
    expect(seen.trackDb.slice(75).every((db) => db === null)).toBe(true);
  });

  it('holds loudness to the profile that made the finding', () => {
    const heard = made(4, { integratedLufs: -34, levelsDb: levels(4).map((db) => db - 10) });
    // 10 LU: nothing for training, too much for the others.
    expect(checkLevelDifference(heard)).toEqual([]);
    const strict = PROFILES.find(({ name }) => name === 'strict')!;
    const { levels: seen } = drawn(heard, checkLevelDifference, { columns: 10 }, strict);
    expect(seen.limit).toEqual({ kind: 'apart', db: strict.thresholds['level-difference'].largestLu });
    expect(seen.originalDb![4]! - seen.trackDb[4]!).toBeCloseTo(10, 5);
  });

  it('draws no limit of a profile that it does not know', () => {
    const heard = made(4, { levelsDb: levels(4, [1, 1.5, -127]) });
    const [finding] = checkDropout(heard);
    const other = { ...finding!, code: 'dropout' as const, sentence: 'German drops out by other rules.' };
    const { evidence } = levelEvidence(heard, other, { columns: 10 })!;
    expect(evidence).toMatchObject({ limit: null, spans: [] });
    expect(evidence.trackDb).toHaveLength(10);
    expect(levelEvidence(heard, { ...other, trackId: 'gone' }, { columns: 10 })).toBeNull();
    expect(levelEvidence(heard, { ...other, shotId: 'gone' }, { columns: 10 })).toBeNull();
  });

  it('shows silence under the original', () => {
    const heard = made(4, { levelsDb: new Int8Array(200).fill(-127) });
    heard.shots[0]!.dubs[0]!.level = { peak: 0, loudestDb: -200 };
    const { levels: seen } = drawn(heard, checkSilent);
    expect(seen.limit).toEqual({ kind: 'below', db: -60 });
    expect(new Set(seen.trackDb)).toEqual(new Set([-127]));
  });
});

it('marks peaks at the ceiling', () => {
  const heard = made(4, {});
  const clipping = { fullScaleShare: 0.05, nearFullScaleShare: 0.1, pileUp: 50, flatTopShare: 0 };
  Object.assign(heard.shots[0]!.dubs[0]!, { clipping });
  const { levels: seen } = drawn(heard, checkClipped, { columns: 8 });
  expect(seen.limit).toEqual({ kind: 'ceiling', db: -0.9 });
  const highs = [10, 115, 127, 20, 20, 20, 0, 0];
  const lows = [-10, -5, -5, -20, -20, -127, 0, 0];
  const peaked = withPeaks(seen, { lows, highs });
  expect(peaked.peakDb).toEqual([-22.1, -0.9, 0, -16.1, -16.1, 0, -127, -127]);
  expect(peaked.spans.map(({ startSec, endSec }) => [startSec, endSec])).toEqual([
    [0.5, 1.5],
    [2.5, 3],
  ]);
});
