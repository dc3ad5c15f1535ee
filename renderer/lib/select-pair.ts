/** Selecting a pair by its id in a list that may have to be read first. */
import { watch } from 'vue';
import type { usePairs } from '../stores/pairs.ts';

/** Selects the pair as soon as the list that is being read is there; nothing where it is not among its first rows. */
export function selectWhenRead(pairs: ReturnType<typeof usePairs>, pairId: string): void {
  const stop = watch(
    () => pairs.pages,
    (pages) => {
      if (pages.size === 0) return;
      stop();
      const at = pairs.placeOf(pairId);
      if (at !== null) pairs.select(at);
    },
    { flush: 'sync' },
  );
}
