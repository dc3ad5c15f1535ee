/** Where a window opens: where it was, as long as it can be seen there. */
import type { WindowPlace } from './shell-state.ts';

/** A screen's usable part, pixels. */
export type ScreenPart = { x: number; y: number; width: number; height: number };

/** So much of the title bar must be on a screen to be caught hold of, pixels. */
const LEAST_SEEN = { width: 120, height: 40 };

/** The size of a window that was never opened, pixels. */
export const FIRST_SIZE = { width: 1440, height: 900 };

/** @returns the bounds to open with; without a place the system chooses one. */
export function boundsFor(
  place: WindowPlace | null,
  screens: readonly ScreenPart[],
): { x?: number; y?: number; width: number; height: number } {
  if (place === null) return FIRST_SIZE;
  const { x, y, width, height } = place;
  const isSeen = screens.some(
    (screen) =>
      Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x) >= LEAST_SEEN.width &&
      y >= screen.y &&
      y <= screen.y + screen.height - LEAST_SEEN.height,
  );
  return isSeen ? { x, y, width, height } : { width, height };
}
