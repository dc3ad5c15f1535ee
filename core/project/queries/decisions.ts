/** Decisions: made one by one or in bulk, as one step that can be undone. */
import type { Clock } from '../../clock.ts';
import type { Decision, DecisionVerdict } from '../../domain/decision.ts';
import { SEVERITIES } from '../../domain/finding.ts';
import type { PairFilter } from '../../domain/view.ts';
import type { PairSelection } from '../../rpc/contract.ts';
import type { ProjectDatabase } from '../database.ts';
import { applyJournaled, type Row, type RowChange } from '../journal.ts';
import { selectSeqs } from '../pair-filter.ts';
import { selectPairIds } from './pairs.ts';

const VERBS = { accept: 'Accept', reject: 'Reject', 'needs-work': 'Mark as needing work' } as const;

/**
 * Findings that are put right while decoding, or that say only that nothing can be said. An offset is put right for a
 * title's whole language; a single shot that sits elsewhere is not.
 */
const HARMLESS_SQL = "code IN ('offset', 'offset-unknown', 'outside-window')";

/** The decision on a pair, or null. */
export function decisionOf(db: ProjectDatabase, pairId: string): Decision | null {
  const row = decisionRows(db)(pairId);
  if (row === null) return null;
  return {
    pairId,
    verdict: row.verdict as DecisionVerdict,
    reason: String(row.reason),
    by: String(row.by),
    atMs: Number(row.at_ms),
  };
}

/** Gives all pairs of a selection one verdict. @returns how many changed. */
export function setDecision(
  db: ProjectDatabase,
  clock: Clock,
  a: PairSelection & { verdict: DecisionVerdict; reason?: string; by?: string },
): { changed: number } {
  const by = a.by ?? 'person';
  const wanted = selectPairIds(db, a).map((pairId) => ({
    pairId,
    verdict: a.verdict,
    reason: a.reason ?? '',
  }));
  const changes = decisionChanges(db, clock, by, wanted);
  return {
    changed: applyJournaled(
      db,
      clock,
      { label: `${VERBS[a.verdict]} ${pairs(changes.length)}`, by },
      changes,
    ),
  };
}

/** Takes the decisions on all pairs of a selection away. */
export function clearDecision(
  db: ProjectDatabase,
  clock: Clock,
  a: PairSelection & { by?: string },
): { changed: number } {
  const changes: RowChange[] = [];
  const known = decisionRows(db);
  for (const pairId of selectPairIds(db, a)) {
    const before = known(pairId);
    if (before !== null) changes.push({ table: 'decision', before, after: null });
  }
  const label = `Take back the decision on ${pairs(changes.length)}`;
  return { changed: applyJournaled(db, clock, { label, by: a.by ?? 'person' }, changes) };
}

/**
 * Decides every undecided pair the way its findings suggest: a fault rejects, a warning that decoding does not put
 * right asks for work, anything else accepts. One step, one undo.
 */
export function suggestDecisions(
  db: ProjectDatabase,
  clock: Clock,
  a: { filter?: PairFilter; by?: string },
): { accepted: number; rejected: number; needsWork: number } {
  const by = a.by ?? 'suggested';
  const rows = db
    .prepare(
      `SELECT p.id, p.language, p.track_id, p.shot_id, p.title_id FROM pair p
       WHERE p.verdict IS NULL AND p.seq IN (SELECT value FROM json_each(?)) ORDER BY p.seq`,
    )
    .all(JSON.stringify(selectSeqs(db, a.filter))) as {
    id: string;
    language: string;
    track_id: string;
    shot_id: string;
    title_id: string;
  }[];
  const worst = db.prepare(
    `SELECT code, severity, sentence FROM finding WHERE title_id = ? AND NOT (${HARMLESS_SQL})
     AND ((shot_id IS NULL AND language = ?) OR (shot_id = ? AND track_id = ?)) ORDER BY severity DESC LIMIT 1`,
  );
  const wanted = rows.map((row) => {
    const finding = worst.get(row.title_id, row.language, row.shot_id, row.track_id) as
      | { severity: number; sentence: string }
      | undefined;
    return { pairId: row.id, ...suggestion(finding) };
  });
  const changes = decisionChanges(db, clock, by, wanted);
  applyJournaled(db, clock, { label: `Decide ${pairs(changes.length)} as the checks suggest`, by }, changes);
  const count = (verdict: DecisionVerdict): number =>
    wanted.filter((item) => item.verdict === verdict).length;
  return { accepted: count('accept'), rejected: count('reject'), needsWork: count('needs-work') };
}

function suggestion(finding: { severity: number; sentence: string } | undefined): {
  verdict: DecisionVerdict;
  reason: string;
} {
  if (finding === undefined) return { verdict: 'accept', reason: '' };
  if (finding.severity >= SEVERITIES.indexOf('fault')) return { verdict: 'reject', reason: finding.sentence };
  if (finding.severity >= SEVERITIES.indexOf('warning'))
    return { verdict: 'needs-work', reason: finding.sentence };
  return { verdict: 'accept', reason: '' };
}

function decisionChanges(
  db: ProjectDatabase,
  clock: Clock,
  by: string,
  wanted: readonly { pairId: string; verdict: DecisionVerdict; reason: string }[],
): RowChange[] {
  const changes: RowChange[] = [];
  const atMs = clock.nowMs();
  const known = decisionRows(db);
  for (const { pairId, verdict, reason } of wanted) {
    const before = known(pairId);
    if (before !== null && before.verdict === verdict && before.reason === reason) continue;
    changes.push({ table: 'decision', before, after: { pair_id: pairId, verdict, reason, by, at_ms: atMs } });
  }
  return changes;
}

/** Reads decisions by their pair, with one prepared statement. */
function decisionRows(db: ProjectDatabase): (pairId: string) => Row | null {
  const statement = db.prepare('SELECT * FROM decision WHERE pair_id = ?');
  return (pairId) => (statement.get(pairId) as Row | undefined) ?? null;
}

function pairs(count: number): string {
  return count === 1 ? '1 pair' : `${count} pairs`;
}
