/** Places, paths and words of levels over time. */
import { describe, expect, it } from 'vitest';
import type { LevelEvidence } from '../../core/domain/evidence.ts';
import {
  dbText,
  levelArea,
  levelPath,
  levelTicks,
  levelWords,
  levelY,
  rangeOf,
} from '../../renderer/lib/level-picture.ts';

const SIZE = { width: 40, height: 100 };

function evidence(changes: Partial<LevelEvidence> = {}): LevelEvidence {
  return {
    timeWindow: { startSec: 0, endSec: 4 },
    isWhole: true,
    trackDb: [-30, -40, -127, null],
    originalDb: [-20, -20, -20, -20],
    peakDb: null,
    limit: { kind: 'below', db: -56 },
    spans: [],
    ...changes,
  };
}

it('spans all that is to be seen, and lets digital silence lie on the bottom', () => {
  const range = rangeOf(evidence());
  expect(range).toEqual({ topDb: -10, bottomDb: -70 });
  expect(levelY(-127, range, 100)).toBe(100);
  expect(levelY(-10, range, 100)).toBe(0);
  expect(levelY(-40, range, 100)).toBe(50);
  expect(levelTicks(range)).toEqual([-20, -40, -60]);
  expect(rangeOf(evidence({ trackDb: [-127], originalDb: null, limit: null }))).toEqual({
    topDb: 0,
    bottomDb: -90,
  });
});

it('breaks lines where there is nothing', () => {
  const range = { topDb: 0, bottomDb: -100 };
  expect(levelPath([-50, null, -20, -20], range, SIZE)).toBe('M5.0 50.0M25.0 20.0L35.0 20.0');
  expect(levelPath([-50], range, SIZE, -12)).toBe('M20.0 62.0');
  expect(levelArea([-50, null], range, SIZE)).toBe('M0.0 100V50.0h20.00V100z');
});

describe('words', () => {
  it('tell each finding with its numbers', () => {
    const spans = [{ startSec: 1, endSec: 1.5, trackDb: -127, originalDb: -23.6 }];
    expect(levelWords('dropout', evidence({ spans }), 'German')).toBe(
      'German falls to digital silence in 1 place while the original is at −23.6 dBFS; what is below −56 dBFS counts as a gap.',
    );
    const limit = { kind: 'sounding', db: -55 } as const;
    expect(levelWords('truncated', evidence({ spans, limit }), 'German')).toBe(
      'German has nothing for 0.50 s while the original is at −23.6 dBFS; it counts as heard above −55 dBFS.',
    );
    const apart = evidence({ limit: { kind: 'apart', db: 12 }, trackDb: [-40, -40] });
    expect(levelWords('level-difference', apart, 'German')).toBe(
      'German is at −40 dBFS, the original at −20 dBFS: 20 dB apart on average, where 12 are taken as usual.',
    );
    const silent = evidence({ limit: { kind: 'below', db: -60 }, trackDb: [-127, -127] });
    expect(levelWords('silent', silent, 'German')).toBe(
      'German is at digital silence, the original at −20 dBFS. What stays below −60 dBFS counts as silent.',
    );
    const ceiling = evidence({ limit: { kind: 'ceiling', db: -0.9 }, spans, trackDb: [-5] });
    expect(levelWords('clipped', ceiling, 'German')).toBe(
      'German reaches its ceiling of −0.9 dBFS in 1 place, at a mean level of −5 dBFS.',
    );
  });

  it('say so where a profile is not known', () => {
    expect(levelWords('dropout', evidence({ limit: null, trackDb: [-40], originalDb: null }), 'German')).toBe(
      'German is at −40 dBFS. What the check held it to is not known here: it had a profile of its own.',
    );
    expect(dbText(null)).toBe('nothing');
  });
});
