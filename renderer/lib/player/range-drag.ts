/** Dragging along the axis of time: a click goes there, a drag marks a range, a mark's ends can be taken. */
import { useInspector } from '../../stores/inspector.ts';
import type { TimeAxis } from '../time-axis.ts';
import { rangeBetween } from './loop-range.ts';
import type { LoopRange } from './timeline.ts';

/** A drag begins after this, px. */
const LEAST_PX = 3;
/** So near to something that it is meant, px. */
const SNAP_PX = 6;

/** Handlers of one element that is as wide as the axis. */
export function useRangeDrag(axis: TimeAxis) {
  const store = useInspector();
  const { loop, player } = store;
  let drag: { x: number; fromSec: number; range: LoopRange | null } | null = null;

  /** Time under the pointer, and how much a pixel is, s. */
  function placeOf(event: MouseEvent): { sec: number; secPerPx: number } {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const secPerPx = axis.lengthSec.value / Math.max(1, width);
    return { sec: axis.startSec.value + (event.clientX - left) * secPerPx, secPerPx };
  }

  /** Places a range likes to end at, s: borders of clips, cuts. */
  function snapsSec(): number[] {
    const borders = store.shot?.clips.flatMap(({ timeWindow }) => [timeWindow.startSec, timeWindow.endSec]);
    return [...(store.shot?.cutsSec ?? []), ...(borders ?? [])];
  }

  /** With Shift nothing is snapped to. */
  function snapped(event: MouseEvent): number {
    const { sec, secPerPx } = placeOf(event);
    if (event.shiftKey) return sec;
    return snapsSec().find((at) => Math.abs(at - sec) <= SNAP_PX * secPerPx) ?? sec;
  }

  function press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { sec, secPerPx } = placeOf(event);
    const range = loop.shown;
    const isAt = (edgeSec: number): boolean => Math.abs(edgeSec - sec) <= SNAP_PX * secPerPx;
    // An end is taken: the other one stays.
    const fromSec =
      range !== null && isAt(range.endSec)
        ? range.startSec
        : range !== null && isAt(range.startSec)
          ? range.endSec
          : snapped(event);
    drag = { x: event.clientX, fromSec, range: null };
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  }

  function move(event: PointerEvent): void {
    if (drag === null) return;
    if (drag.range === null && Math.abs(event.clientX - drag.x) < LEAST_PX) return;
    drag.range = rangeBetween(drag.fromSec, snapped(event), axis.durationSec.value);
    loop.draft = drag.range;
  }

  function release(event: PointerEvent): void {
    if (drag === null) return;
    const { range } = drag;
    cancel();
    if (range === null) player.seek(placeOf(event).sec);
    else loop.mark(range);
  }

  function cancel(): void {
    drag = null;
    loop.draft = null;
  }

  /** A double click. */
  function playFrom(event: MouseEvent): void {
    void player.play(placeOf(event).sec);
  }

  return { press, move, release, cancel, playFrom };
}
