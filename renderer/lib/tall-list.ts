/**
 * Lists of rows of one height, as long as one likes. Browsers cut elements off at some height (Firefox at 17.9 million px,
 * Chromium at 33.5): beyond, the scroll bar moves over a shorter stretch and the rows are moved along with it.
 */

/** Height that every browser takes, px (our choice, below Firefox's limit). */
export const TALLEST_PX = 16_000_000;

/** A list on the screen. All in px but the number of rows. */
export type TallList = { rows: number; rowPx: number; viewPx: number; tallestPx?: number };

/** Rows that are in sight, both included, and how far down the first one begins in what is scrolled. */
export type RowsInSight = { first: number; last: number; offsetPx: number };

/** Height of what is scrolled. */
export function scrolledPx({ rows, rowPx, tallestPx = TALLEST_PX }: TallList): number {
  return Math.min(rows * rowPx, tallestPx);
}

/** How far down the list is at a place of the scroll bar, as if nothing were cut off. */
export function listPx(list: TallList, scrollTop: number): number {
  const far = scrolledPx(list) - list.viewPx;
  if (far <= 0) return 0;
  const share = Math.min(1, Math.max(0, scrollTop / far));
  return share * (list.rows * list.rowPx - list.viewPx);
}

/** The place of the scroll bar for a place in the list: the inverse of `listPx`. */
export function scrollTopFor(list: TallList, topPx: number): number {
  const whole = list.rows * list.rowPx - list.viewPx;
  if (whole <= 0) return 0;
  return Math.min(1, Math.max(0, topPx / whole)) * (scrolledPx(list) - list.viewPx);
}

/** Which rows to draw, with `more` above and below those in sight. */
export function rowsInSight(list: TallList, scrollTop: number, more: number): RowsInSight {
  const topPx = listPx(list, scrollTop);
  const first = Math.max(0, Math.floor(topPx / list.rowPx) - more);
  const last = Math.min(list.rows - 1, Math.floor((topPx + list.viewPx) / list.rowPx) + more);
  return { first, last, offsetPx: first * list.rowPx - topPx + scrollTop };
}

/** Where the list has to be for a row to be wholly in sight, moving as little as possible. */
export function revealPx(list: TallList, row: number, topPx: number): number {
  const rowTop = row * list.rowPx;
  if (rowTop < topPx) return rowTop;
  return Math.max(topPx, rowTop + list.rowPx - list.viewPx);
}
