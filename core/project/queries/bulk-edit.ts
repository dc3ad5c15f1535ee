/**
 * One thing said of many dubs as one step of the journal. What it would do is worked out first and told; the step itself is
 * made from the very same plan.
 */
import type { Clock } from '../../clock.ts';
import { type BulkEdit, type BulkResult, MOST_STEPS } from '../../domain/bulk-edit.ts';
import { AppError } from '../../domain/errors.ts';
import type { PairSelection } from '../../rpc/contract.ts';
import type { ProjectDatabase } from '../database.ts';
import { applyJournaled } from '../journal.ts';
import { planOffsets } from './bulk-offsets.ts';
import type { BulkPlan, ChosenTrack } from './bulk-plan.ts';
import { planLanguage, planRole } from './bulk-tracks.ts';
import { selectPairSeqs } from './pairs.ts';

/** Pairs that go into one statement. */
const PAIRS_AT_ONCE = 50_000;

/**
 * Says one thing of all tracks, or title's dubs, that chosen pairs belong to. `preview`: only tells what it would do.
 * Later imports keep it; findings are those of the last check until the titles are checked again.
 * @throws AppError NOT_FOUND for a pair that is named and does not exist, LANG_INVALID, ARGUMENT_INVALID to become an original.
 */
export function editPairs(
  db: ProjectDatabase,
  clock: Clock,
  a: PairSelection & { edit: BulkEdit; preview?: boolean; by?: string },
): BulkResult {
  const chosen = chosenTracks(db, a);
  const plan = planOf(db, chosen, a.edit);
  const result = resultOf(chosen, plan);
  if (a.preview === true || result.changed === 0) return result;
  const titles = `${result.titles === 1 ? 'a title' : `${result.titles} titles`}`;
  const label = `${plan.label}: ${countText(result.changed, plan.unit)} of ${titles}`;
  applyJournaled(db, clock, { label, by: a.by ?? 'person' }, plan.changes());
  return result;
}

function planOf(db: ProjectDatabase, chosen: readonly ChosenTrack[], edit: BulkEdit): BulkPlan {
  if (edit.kind === 'language') return planLanguage(db, chosen, edit);
  if (edit.kind !== 'role') return planOffsets(db, chosen, edit);
  if (edit.role === 'original') {
    throw new AppError(
      'ARGUMENT_INVALID',
      'Which track is the original is said at import. Nothing was changed. Import again with --original.',
    );
  }
  return planRole(db, chosen, edit.role);
}

function chosenTracks(db: ProjectDatabase, selection: PairSelection): ChosenTrack[] {
  const seqs = selectPairSeqs(db, selection);
  const read = db
    .prepare('SELECT track_id, title_id, language FROM pair WHERE seq IN (SELECT value FROM json_each(?))')
    .raw();
  const byTrack = new Map<string, ChosenTrack>();
  for (let at = 0; at < seqs.length; at += PAIRS_AT_ONCE) {
    const rows = read.all(JSON.stringify(seqs.slice(at, at + PAIRS_AT_ONCE))) as [string, string, string][];
    for (const [trackId, titleId, language] of rows) {
      const known = byTrack.get(trackId);
      if (known === undefined) byTrack.set(trackId, { trackId, titleId, language, pairs: 1 });
      else known.pairs += 1;
    }
  }
  return [...byTrack.values()];
}

function resultOf(chosen: readonly ChosenTrack[], plan: BulkPlan): BulkResult {
  const steps = [...tally(plan.steps.map(({ from, to }) => JSON.stringify([from, to])))]
    .map(([key, count]) => {
      const [from, to] = JSON.parse(key) as [string, string];
      return { from, to, count };
    })
    .sort((a, b) => b.count - a.count);
  return {
    pairs: chosen.reduce((sum, { pairs }) => sum + pairs, 0),
    titles: new Set(chosen.map(({ titleId }) => titleId)).size,
    unit: plan.unit,
    changed: plan.steps.length,
    steps: steps.slice(0, MOST_STEPS),
    stepCount: steps.length,
    left: [...tally(plan.left)].map(([why, count]) => ({ why, count })),
    otherPairs: plan.otherPairs,
    pairsGone: plan.pairsGone,
  };
}

function tally<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function countText(count: number, unit: BulkResult['unit']): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
