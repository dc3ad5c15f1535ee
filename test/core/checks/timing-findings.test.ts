/** What is said of dubs at another speed, from another cut, and upside down. */
import { describe, expect, it } from 'vitest';
import type { TimeMap } from '../../../core/align/time-map.ts';
import { checkDifferentCut } from '../../../core/checks/different-cut.ts';
import { checkDrift } from '../../../core/checks/drift.ts';
import type { HeardTitle } from '../../../core/checks/heard.ts';
import { checkOffset } from '../../../core/checks/offset.ts';
import { checkOffsetUnknown } from '../../../core/checks/offset-unknown.ts';
import { brief, offset, shot, title, track } from './heard-builder.ts';

type Part = [startSec: number, endSec: number, offsetMs: number];

function mapOf(speed: number, parts: Part[], speedUncertainty = 1e-6): TimeMap {
  return {
    speed,
    speedUncertainty,
    polarity: 1,
    parts: parts.map(([startSec, endSec, offsetMs]) => ({
      startSec,
      endSec,
      offsetMs,
      fit: 50,
      startWidthMs: 30,
    })),
    wanderMs: 0,
    found: 9,
    stretches: 10,
  };
}

/** A title of one German dub in as many shots as there are maps. */
function titleOf(...maps: (TimeMap | null)[]): HeardTitle {
  const shots = maps.map((timeMap, i) => shot(`${i}`, [track('de', `${i}`, { timeMap })]));
  return title(shots, [offset('de', null, { shotCount: 0 })]);
}

describe('drift', () => {
  it('names PAL speed, and says how far it leads', () => {
    const [finding, ...more] = checkDrift(titleOf(mapOf(25.025 / 24, [[0, 5400, 3]])));
    expect(more).toEqual([]);
    expect(finding!.severity).toBe('fault');
    expect(finding!.sentence).toMatch(
      /runs 4\.3 % faster than the original \(PAL speed, 25\/23\.976\): 147 s of drift/,
    );
    expect(finding!.numbers).toMatchObject({
      speedName: 'PAL speed, 25/23.976',
      startOffsetMs: 3,
      foundShare: 0.9,
    });
  });

  it('says once of a language what most of its shots show, and only what both names have in common', () => {
    const map = mapOf(1.041, [[0, 4, 0]], 0.003);
    const [finding, ...more] = checkDrift(titleOf(map, map, null));
    expect(more).toEqual([]);
    expect(finding!).toMatchObject({
      shotId: null,
      language: 'de',
      numbers: { shotCount: 2, speedName: 'PAL speed' },
    });
    expect(checkDrift(titleOf(map, null, null)).map(({ shotId }) => shotId)).toEqual(['shot-0']);
  });

  it('says nothing of a speed that is not sure, or leads nowhere', () => {
    expect(checkDrift(titleOf(mapOf(1.0005, [[0, 60, 0]], 2e-4)))).toEqual([]);
    expect(checkDrift(titleOf(mapOf(1.0001, [[0, 60, 0]])))).toEqual([]);
    expect(checkDrift(titleOf(null))).toEqual([]);
  });

  it('explains why no one shift is told', () => {
    expect(checkOffsetUnknown(titleOf(mapOf(25 / 24, [[0, 60, 0]])))).toEqual([]);
    expect(checkOffsetUnknown(titleOf(mapOf(25 / 24, [[0, 60, 0]]), null, null))).toHaveLength(1);
  });
});

describe('different-cut', () => {
  it('tells each jump with its time and size, and keeps the map', () => {
    const map = mapOf(1, [
      [0, 100, 20],
      [103, 3725.5, -2980],
      [3725.5, 4000, -2480],
    ]);
    const [finding] = checkDifferentCut(titleOf(map));
    expect(finding!.severity).toBe('fault');
    expect(finding!.sentence).toMatch(
      /from another cut: 3\.00 s are missing at 1:40\.0; 0\.50 s are inserted at 1:02:05\.5\. Use only the parts that fit\./,
    );
    expect(finding!.numbers).toMatchObject({
      jumpCount: 2,
      largestJumpMs: 3000,
      firstJumpSec: 100,
      firstJumpMs: -3000,
    });
    expect(JSON.parse(String(finding!.numbers.partsJson))[1]).toEqual({
      startSec: 103,
      endSec: 3725.5,
      offsetMs: -2980,
      rate: 1,
    });
  });

  it('says nothing of parts of a mix that are some ms apart', () => {
    const parts: Part[] = [
      [0, 30, 0],
      [30, 60, 42],
    ];
    expect(checkDifferentCut(titleOf(mapOf(1, parts)))).toEqual([]);
  });
});

describe('channels', () => {
  it('warns of a wave form that is upside down', () => {
    const shots = [shot('1', [track('de', '1')])];
    expect(brief(checkOffset(title(shots, [offset('de', 0, { polarity: -1 })])))).toHaveLength(1);
    expect(checkOffset(title(shots, [offset('de', 0)]))).toEqual([]);
  });
});
