/** Pairs by their place in a list: ids of a range, the place of one, the next that somebody should hear; and selections. */
import { SEVERITIES } from '../../domain/finding.ts';
import type { PairListArguments, PairSelection, RequestArguments } from '../../rpc/contract.ts';
import type { ProjectDatabase } from '../database.ts';
import { measureFilter } from '../pair-filter.ts';
import { findPlace, findUndecided, type PairListing, selectPlaces } from '../pair-positions.ts';
import { pairMissing, selectPairIds } from './pairs.ts';

/** Ids of the pairs from a place of a list on. */
export function listPairIds(db: ProjectDatabase, a: RequestArguments<'pair/ids'>): string[] {
  const { seqs } = selectPlaces(db, { ...listing(a), from: a.from, limit: a.limit });
  const idOf = db.prepare('SELECT id FROM pair WHERE seq = ?').pluck();
  return seqs.map((seq) => idOf.get(seq) as string);
}

/** Where a pair stands in a list; null where the filter does not take it. @throws AppError NOT_FOUND. */
export function placeOfPair(db: ProjectDatabase, a: PairListArguments, pairId: string): number | null {
  const seq = db.prepare('SELECT seq FROM pair WHERE id = ?').pluck().get(pairId) as number | undefined;
  if (seq === undefined) throw pairMissing(pairId);
  return findPlace(db, listing(a), seq);
}

/** The nearest place above or below whose pair nobody has decided and whose worst finding is severe enough; or null. */
export function seekUndecided(db: ProjectDatabase, a: RequestArguments<'pair/seek'>): number | null {
  const least = SEVERITIES.indexOf(a.minSeverity ?? 'warning');
  return findUndecided(db, { ...listing(a), from: a.from, step: a.step, least });
}

/** How many pairs a selection means, and of how many titles. @throws AppError NOT_FOUND. */
export function measurePairs(
  db: ProjectDatabase,
  selection: PairSelection,
): { pairs: number; titles: number } {
  if ('filter' in selection)
    return measureFilter(db, selection.filter, seqsOf(db, selection.exceptIds ?? []));
  const ids = JSON.stringify(selectPairIds(db, selection));
  return db
    .prepare(
      `SELECT COUNT(*) AS pairs, COUNT(DISTINCT title_id) AS titles FROM pair
       WHERE id IN (SELECT value FROM json_each(?))`,
    )
    .get(ids) as { pairs: number; titles: number };
}

function seqsOf(db: ProjectDatabase, pairIds: readonly string[]): Set<number> {
  const seqOf = db.prepare('SELECT seq FROM pair WHERE id = ?').pluck();
  return new Set(pairIds.map((id) => seqOf.get(id) as number));
}

function listing({ filter, order }: PairListArguments): PairListing {
  return { filter, order: order ?? 'imported' };
}
