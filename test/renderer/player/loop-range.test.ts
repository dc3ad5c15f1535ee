/** What is marked to loop: in order, within the shot, never a buzz, and the clip where nothing is marked. */
import { describe, expect, it } from 'vitest';
import { ref } from 'vue';
import { rangeBetween, SHORTEST_LOOP_SEC, useLoopRange } from '../../../renderer/lib/player/loop-range.ts';
import type { LoopRange } from '../../../renderer/lib/player/timeline.ts';

const CLIP: LoopRange = { startSec: 3, endSec: 6 };

function made() {
  const applied: (LoopRange | null)[] = [];
  const clip = ref<LoopRange | null>(CLIP);
  return { applied, clip, loop: useLoopRange(clip, ref(12), (range) => applied.push(range)) };
}

describe('rangeBetween', () => {
  it.each([
    [2, 5, 2, 5],
    [5, 2, 2, 5],
    [-3, 40, 0, 12],
    [4, 4, 4, 4 + SHORTEST_LOOP_SEC],
    [12, 12, 12 - SHORTEST_LOOP_SEC, 12],
  ])('from %d to %d is %d to %d', (one, other, startSec, endSec) => {
    const range = rangeBetween(one, other, 12);
    expect(range.startSec).toBeCloseTo(startSec);
    expect(range.endSec).toBeCloseTo(endSec);
  });
});

describe('useLoopRange', () => {
  it('loops the clip until something is marked, and again when that is forgotten', () => {
    const { loop, applied } = made();
    loop.set(true);
    loop.mark({ startSec: 8, endSec: 7 });
    loop.clear();
    loop.set(false);
    expect(applied).toEqual([CLIP, { startSec: 7, endSec: 8 }, CLIP, null]);
  });

  it('begins and ends where it is told, with the clip or the shot for the other end', () => {
    const { loop } = made();
    loop.markIn(4);
    expect(loop.marked.value).toEqual({ startSec: 4, endSec: 6 });
    expect(loop.isLooping.value).toBe(true);
    loop.markOut(5);
    expect(loop.marked.value).toEqual({ startSec: 4, endSec: 5 });
    loop.markIn(8);
    expect(loop.marked.value).toEqual({ startSec: 8, endSec: 12 });
    loop.markOut(2);
    expect(loop.marked.value).toEqual({ startSec: 0, endSec: 2 });
  });

  it('shows the drag, else the mark, else the clip while it loops', () => {
    const { loop } = made();
    expect(loop.shown.value).toBeNull();
    loop.set(true);
    expect(loop.shown.value).toEqual(CLIP);
    loop.draft.value = { startSec: 1, endSec: 2 };
    expect(loop.shown.value).toEqual({ startSec: 1, endSec: 2 });
    loop.draft.value = null;
    loop.mark({ startSec: 7, endSec: 8 });
    loop.set(false);
    expect(loop.shown.value).toEqual({ startSec: 7, endSec: 8 });
  });

  it('loops nothing where no pair is open', () => {
    const { loop, applied, clip } = made();
    clip.value = null;
    loop.set(true);
    expect(loop.isLooping.value).toBe(false);
    expect(applied).toEqual([null]);
  });
});
