/** Pieces of sound laid on the clock: nothing missing, nothing twice, loops and offsets to the sample. */
import { describe, expect, it } from 'vitest';
import {
  CHUNK_SEC,
  firstLap,
  lapEndClock,
  nextLap,
  type Piece,
  piecesOf,
  positionAt,
} from '../../../renderer/lib/player/timeline.ts';

const DURATION_SEC = 47.3;

/** What sounds at a moment of the clock: seconds of the track's own time. */
function heardAt(pieces: readonly Piece[], clockSec: number, rate: number): number[] {
  return pieces
    .filter((piece) => clockSec >= piece.clockSec && clockSec < piece.clockSec + piece.lengthSec / rate)
    .map((piece) => piece.chunkIndex * CHUNK_SEC + piece.chunkOffsetSec + (clockSec - piece.clockSec) * rate);
}

describe('piecesOf', () => {
  it.each([
    { at: 0, offsetSec: 0, rate: 1 },
    { at: 3.21, offsetSec: 0.0417, rate: 1 },
    { at: 9.99, offsetSec: -0.5, rate: 1 },
    { at: 20, offsetSec: 60, rate: 0.5 },
    { at: 0, offsetSec: -12.5, rate: 2 },
  ])('sounds once, and where it should, from $at s with $offsetSec s at $rate', ({ at, offsetSec, rate }) => {
    const lap = firstLap(100, at, DURATION_SEC, null);
    const pieces = piecesOf(lap, offsetSec, rate, Number.POSITIVE_INFINITY);
    for (let clock = 100.0005; clock < lapEndClock(lap, rate); clock += 0.0973) {
      const wanted = at + (clock - 100) * rate + offsetSec;
      const heard = heardAt(pieces, clock, rate);
      if (wanted < 0) expect(heard).toEqual([]);
      else {
        expect(heard).toHaveLength(1);
        expect(heard[0]).toBeCloseTo(wanted, 6);
      }
    }
  });

  it('takes no piece before its time', () => {
    const lap = firstLap(0, 0, 1000, null);
    expect(piecesOf(lap, 0, 1, 4).map(({ chunkIndex }) => chunkIndex)).toEqual([0]);
    expect(piecesOf(lap, 0, 1, 11).map(({ chunkIndex }) => chunkIndex)).toEqual([0, 1]);
  });
});

describe('laps', () => {
  const loop = { startSec: 9, endSec: 12 };

  it('go round without a gap', () => {
    const laps = [firstLap(5, 10, DURATION_SEC, loop)];
    for (let i = 0; i < 4; i += 1) laps.push(nextLap(laps.at(-1)!, 1, DURATION_SEC, loop)!);
    expect(laps.map(({ clockSec, positionSec }) => [clockSec, positionSec])).toEqual([
      [5, 10],
      [7, 9],
      [10, 9],
      [13, 9],
      [16, 9],
    ]);
    expect(positionAt(laps, 6.5, 1)).toBeCloseTo(11.5);
    expect(positionAt(laps, 7.5, 1)).toBeCloseTo(9.5);
    expect(positionAt(laps, 15.9, 1)).toBeCloseTo(11.9);
    expect(positionAt(laps, 4, 1)).toBe(10);
  });

  it('run into a loop that is still to come', () => {
    const first = firstLap(5, 7, DURATION_SEC, loop);
    expect(first.endSec).toBe(12);
    expect(nextLap(first, 1, DURATION_SEC, loop)).toEqual({ clockSec: 10, positionSec: 9, endSec: 12 });
  });

  it('end with the shot when playing began behind the loop, and without one', () => {
    const outside = firstLap(0, 20, DURATION_SEC, loop);
    expect(outside.endSec).toBe(DURATION_SEC);
    expect(nextLap(outside, 1, DURATION_SEC, loop)).toBeNull();
    expect(nextLap(firstLap(0, 10, DURATION_SEC, null), 1, DURATION_SEC, null)).toBeNull();
  });

  it('stay at the end', () => {
    const lap = firstLap(0, 46, DURATION_SEC, null);
    expect(positionAt([lap], 99, 2)).toBe(DURATION_SEC);
  });
});
