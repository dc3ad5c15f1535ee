/** Keys of what is heard and of what is shown of it. */
import { useInspector } from '../../stores/inspector.ts';
import { usePairs } from '../../stores/pairs.ts';
import type { Digit } from '../keys/key-map.ts';
import { type KeyHandlers, useKeys } from '../keys.ts';
import type { TimeAxis } from '../time-axis.ts';

const DIGITS: readonly Digit[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** Part of what is shown that a scroll moves by. */
const SCROLL_SHARE = 0.75;

/** Listens until the component goes. */
export function usePlayerKeys(axis: TimeAxis): void {
  const store = useInspector();
  const pairs = usePairs();
  const { hearing, loop, player } = store;
  const onTrack = (digit: Digit, act: (trackId: string) => void) => () => store.withNumber(digit, act);
  const digits: KeyHandlers = {};
  for (const digit of DIGITS) {
    digits[`hear-${digit}`] = onTrack(digit, hearing.hear);
    digits[`along-${digit}`] = onTrack(digit, hearing.hearAlong);
    digits[`mute-${digit}`] = onTrack(digit, hearing.mute);
  }
  useKeys('inspector', {
    ...digits,
    flip: () => hearing.flip(),
    'before-after': () => store.flipBefore(),
    loop: () => store.toggleLoop(),
    'loop-in': () => loop.markIn(player.positionSec),
    'loop-out': () => loop.markOut(player.positionSec),
    'loop-clear': () => loop.clear(),
    'zoom-in': () => axis.zoom(0.5, player.positionSec),
    'zoom-out': () => axis.zoom(2, player.positionSec),
    spectrum: () => {
      store.isSpectral = !store.isSpectral;
    },
    taller: () => axis.grow(1.25),
    lower: () => axis.grow(0.8),
    'fit-shot': () => axis.fit(),
    'fit-loop': () => {
      if (store.loop.looped !== null) axis.show(store.loop.looped);
    },
    'view-back': () => axis.scroll(-SCROLL_SHARE),
    'view-on': () => axis.scroll(SCROLL_SHARE),
    'follow-sound': () => {
      axis.isFollowing.value = !axis.isFollowing.value;
    },
    'next-flagged-heard': () => void pairs.selectFlagged(1),
    'previous-flagged-heard': () => void pairs.selectFlagged(-1),
  });
}
