/** What a bulk edit works out before it is made. */
import type { BulkLeft, BulkResult } from '../../domain/bulk-edit.ts';
import type { RowChange } from '../journal.ts';

/** What was chosen of one track. */
export type ChosenTrack = { trackId: string; titleId: string; language: string; pairs: number };

/** What an edit would do. `changes` are made while they are applied, so that they need not be in memory together. */
export type BulkPlan = {
  unit: BulkResult['unit'];
  /** One entry for each track or dub that changes, in words of the journal. */
  steps: { from: string; to: string }[];
  left: BulkLeft[];
  otherPairs: number;
  pairsGone: number;
  label: string;
  changes: () => Iterable<RowChange>;
};

/** Chosen tracks by their title. */
export function byTitle(chosen: readonly ChosenTrack[]): Map<string, ChosenTrack[]> {
  const titles = new Map<string, ChosenTrack[]>();
  for (const one of chosen) {
    const own = titles.get(one.titleId);
    if (own === undefined) titles.set(one.titleId, [one]);
    else own.push(one);
  }
  return titles;
}
