/** The plan of one offset, or one shift, for many titles' dubs. */
import { type BulkEdit, type BulkLeft, FARTHEST_OFFSET_MS } from '../../domain/bulk-edit.ts';
import type { ProjectDatabase } from '../database.ts';
import type { RowChange } from '../journal.ts';
import { effectiveAlignment, offsetBySaying, saidOffset } from './alignments.ts';
import { type BulkPlan, byTitle, type ChosenTrack } from './bulk-plan.ts';

type OffsetEdit = Exclude<BulkEdit, { kind: 'language' } | { kind: 'role' }>;

/** An offset belongs to a title's dub in one language: a dub that was chosen in one clip changes in all. */
export function planOffsets(db: ProjectDatabase, chosen: readonly ChosenTrack[], edit: OffsetEdit): BulkPlan {
  const steps: BulkPlan['steps'] = [];
  const left: BulkLeft[] = [];
  const changes: RowChange[] = [];
  let otherPairs = 0;
  const countPairs = db.prepare('SELECT count(*) FROM pair WHERE title_id = ? AND language = ?').pluck();
  for (const [titleId, tracks] of byTitle(chosen)) {
    for (const language of new Set(tracks.map((track) => track.language))) {
      const change = changeOf(db, { titleId, language }, edit);
      if (typeof change === 'string') {
        left.push(change);
        continue;
      }
      steps.push({ from: msText(change.fromMs), to: msText(change.toMs) });
      changes.push(change.row);
      const own = tracks.filter((track) => track.language === language);
      const ownPairs = own.reduce((sum, { pairs }) => sum + pairs, 0);
      otherPairs += (countPairs.get(titleId, language) as number) - ownPairs;
    }
  }
  return { unit: 'dub', steps, left, otherPairs, pairsGone: 0, label: labelOf(edit), changes: () => changes };
}

type Change = { fromMs: number | null; toMs: number | null; row: RowChange };

function changeOf(
  db: ProjectDatabase,
  { titleId, language }: { titleId: string; language: string },
  edit: OffsetEdit,
): Change | BulkLeft {
  const before = saidOffset(db, titleId, language);
  const now = effectiveAlignment(db, titleId, language);
  const fromMs = now?.offsetMs ?? null;
  if (edit.kind === 'measured') {
    if (before === null) return 'same';
    const measured = db
      .prepare("SELECT offset_ms FROM alignment WHERE title_id = ? AND language = ? AND source = 'measured'")
      .pluck()
      .get(titleId, language) as number | null | undefined;
    return { fromMs, toMs: measured ?? null, row: { table: 'alignment', before, after: null } };
  }
  if (edit.kind === 'shift' && fromMs === null) return 'unknown-offset';
  // Tenths of a microsecond are noise of the sum.
  const toMs = edit.kind === 'offset' ? edit.offsetMs : Math.round(((fromMs ?? 0) + edit.byMs) * 1000) / 1000;
  if (Math.abs(toMs) > FARTHEST_OFFSET_MS) return 'too-far';
  if (toMs === fromMs && (before !== null || edit.kind === 'shift')) return 'same';
  const after = offsetBySaying(titleId, language, toMs);
  return { fromMs, toMs, row: { table: 'alignment', before, after } };
}

function msText(ms: number | null): string {
  return ms === null ? 'unknown' : `${ms} ms`;
}

function labelOf(edit: OffsetEdit): string {
  if (edit.kind === 'measured') return 'Use the measured offset';
  if (edit.kind === 'offset') return `Set the offset to ${edit.offsetMs} ms`;
  return `Shift by ${edit.byMs > 0 ? '+' : ''}${edit.byMs} ms`;
}
