/** The still of a pair: the picture in the middle of its clip. */
import { type ComputedRef, computed, ref, watch } from 'vue';
import type { Pair } from '../../core/domain/title.ts';
import { mediaUrl } from './media-url.ts';

/**
 * The address of a pair's still; null where there is none to show. While `passing`, no new one is asked for.
 * @returns `lack`: to be called when it could not be had (no picture, or the file is away); its place then stays empty.
 */
export function useStill(
  pair: () => Pair | null,
  passing: () => boolean,
): { still: ComputedRef<string | null>; lack: () => void } {
  const wanted = ref<string | null>(null);
  const lacking = ref<string | null>(null);
  const url = computed(() => {
    const shown = pair();
    if (shown === null) return null;
    const { startSec, endSec } = shown.timeWindow;
    return mediaUrl('thumb', shown.shotId, { sec: (startSec + endSec) / 2 });
  });
  watch(
    [url, passing],
    ([next, isPassing]) => {
      if (!isPassing) wanted.value = next;
      else if (wanted.value !== next) wanted.value = null;
    },
    { immediate: true },
  );
  return {
    still: computed(() => (wanted.value === lacking.value ? null : wanted.value)),
    lack: () => {
      lacking.value = wanted.value;
    },
  };
}
