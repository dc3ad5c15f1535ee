/** Spans of time. Half-open: a window holds `startSec` and not `endSec`. */

/** A span of a shot or an item, seconds from its first frame or sample. */
export type TimeWindow = { startSec: number; endSec: number };

/** Length of a window, seconds. */
export function windowDurationSec(timeWindow: TimeWindow): number {
  return timeWindow.endSec - timeWindow.startSec;
}
