/** Where in a shot the sound is at a moment of the audio clock, with loops laid out one after another. Pure. */

/** A range that is heard again and again, s of the original's time. */
export type LoopRange = { startSec: number; endSec: number };

/** One stretch of playing: from `positionSec` at `clockSec` on, until `endSec` of the original's time. */
export type Lap = { clockSec: number; positionSec: number; endSec: number };

/** A piece of a decoded chunk to be played: when, from where in the chunk, how much of it, s. */
export type Piece = { clockSec: number; chunkIndex: number; chunkOffsetSec: number; lengthSec: number };

/** Sound is fetched and decoded in chunks of this length, s. */
export const CHUNK_SEC = 10;

/** The first lap of playing. A start before the loop runs into it, one behind it to the end of the shot. */
export function firstLap(
  clockSec: number,
  positionSec: number,
  durationSec: number,
  loop: LoopRange | null,
): Lap {
  const isInLoop = loop !== null && positionSec < loop.endSec;
  return { clockSec, positionSec, endSec: isInLoop ? loop.endSec : durationSec };
}

/** The lap after one; null where the sound ends with it. */
export function nextLap(lap: Lap, rate: number, durationSec: number, loop: LoopRange | null): Lap | null {
  if (loop === null || lap.endSec < loop.endSec - 1e-9 || lap.endSec > loop.endSec + 1e-9) return null;
  return { ...firstLap(lapEndClock(lap, rate), loop.startSec, durationSec, loop) };
}

/** When a lap is over, on the audio clock. */
export function lapEndClock({ clockSec, positionSec, endSec }: Lap, rate: number): number {
  return clockSec + (endSec - positionSec) / rate;
}

/** Where in the original's time the sound is; `laps` in order, not empty. */
export function positionAt(laps: readonly Lap[], clockSec: number, rate: number): number {
  const begun = laps.filter((candidate) => candidate.clockSec <= clockSec);
  const lap = begun[begun.length - 1] ?? laps[0]!;
  return Math.min(lap.endSec, lap.positionSec + Math.max(0, clockSec - lap.clockSec) * rate);
}

/**
 * Pieces of a track for the part of a lap before `untilClockSec`.
 * @param offsetSec how much later the track sounds than the original: its time is the original's plus this
 */
export function piecesOf(lap: Lap, offsetSec: number, rate: number, untilClockSec: number): Piece[] {
  const fromSec = lap.positionSec + offsetSec;
  const untilSec = Math.min(lap.endSec, lap.positionSec + (untilClockSec - lap.clockSec) * rate) + offsetSec;
  const pieces: Piece[] = [];
  for (
    let chunkIndex = Math.max(0, Math.floor(fromSec / CHUNK_SEC));
    chunkIndex * CHUNK_SEC < untilSec;
    chunkIndex += 1
  ) {
    const chunkStart = chunkIndex * CHUNK_SEC;
    const start = Math.max(fromSec, chunkStart);
    const end = Math.min(lap.endSec + offsetSec, chunkStart + CHUNK_SEC);
    if (end - start < 1e-6) continue;
    pieces.push({
      chunkIndex,
      clockSec: lap.clockSec + (start - fromSec) / rate,
      chunkOffsetSec: start - chunkStart,
      lengthSec: end - start,
    });
  }
  return pieces;
}
