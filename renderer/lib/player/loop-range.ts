/** What is heard again and again: the clip, or any range that a person marks. */
import { computed, type Ref, ref, shallowRef } from 'vue';
import type { LoopRange } from './timeline.ts';

/** Shorter ranges are a buzz, s (our choice). */
export const SHORTEST_LOOP_SEC = 0.05;

/** A range between two places, in order, within the shot and not too short. */
export function rangeBetween(oneSec: number, otherSec: number, durationSec: number): LoopRange {
  const startSec = Math.max(0, Math.min(oneSec, otherSec, durationSec - SHORTEST_LOOP_SEC));
  const endSec = Math.min(durationSec, Math.max(oneSec, otherSec));
  return { startSec, endSec: Math.min(durationSec, Math.max(endSec, startSec + SHORTEST_LOOP_SEC)) };
}

/**
 * @param clip the open pair's window, null where none is open
 * @param apply told what the sound is to loop over; null: nothing
 */
export function useLoopRange(
  clip: Ref<LoopRange | null>,
  durationSec: Ref<number>,
  apply: (loop: LoopRange | null) => void,
) {
  /** A person's own; the clip where there is none. */
  const marked = shallowRef<LoopRange | null>(null);
  /** What is being dragged, not marked yet. */
  const draft = shallowRef<LoopRange | null>(null);
  const isLooping = ref(false);
  const looped = computed(() => marked.value ?? clip.value);

  /** What is to be seen of it: the drag, the mark, or the clip while it loops. */
  const shown = computed(() => draft.value ?? marked.value ?? (isLooping.value ? clip.value : null));

  function set(isOn: boolean): void {
    isLooping.value = isOn && looped.value !== null;
    apply(isLooping.value ? looped.value : null);
  }

  /** Marks a range and hears it again and again. */
  function mark(range: LoopRange): void {
    marked.value = rangeBetween(range.startSec, range.endSec, durationSec.value);
    set(true);
  }

  /** Begins the range here: up to its end where that is later, else the clip's, else the shot's. */
  function markIn(sec: number): void {
    const ends = [marked.value?.endSec, clip.value?.endSec, durationSec.value];
    const endSec = ends.find((end) => end !== undefined && end >= sec + SHORTEST_LOOP_SEC);
    mark({ startSec: sec, endSec: endSec ?? durationSec.value });
  }

  /** Ends the range here: from its start where that is earlier, else the clip's, else the shot's. */
  function markOut(sec: number): void {
    const starts = [marked.value?.startSec, clip.value?.startSec, 0];
    const startSec = starts.find((start) => start !== undefined && start <= sec - SHORTEST_LOOP_SEC);
    mark({ startSec: startSec ?? 0, endSec: sec });
  }

  /** Forgets the range; the clip is what loops again. */
  function clear(): void {
    marked.value = null;
    if (isLooping.value) set(true);
  }

  return { marked, draft, shown, isLooping, looped, set, mark, markIn, markOut, clear };
}
