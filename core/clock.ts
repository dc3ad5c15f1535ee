/** Time comes from here and nowhere else, so that tests can hold it still and runs stay reproducible. */

/** A source of time. */
export type Clock = {
  /** Wall time, ms since 1970; for labels that people read, never for durations. */
  nowMs(): number;
  /** Monotonic time, ms from an arbitrary start; for durations. */
  monotonicMs(): number;
};

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
};

/** A clock that tests move by hand. */
export function manualClock(startMs = 0): Clock & { advance(ms: number): void } {
  let now = startMs;
  return {
    nowMs: () => now,
    monotonicMs: () => now - startMs,
    advance: (ms) => {
      now += ms;
    },
  };
}

/** ISO 8601 text of a wall time, e.g. `2026-11-23T08:00:00.000Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
