/** A pair's verdict and worst finding stand beside it in the table, so that lists filter without joins. */
import { SEVERITIES } from '../domain/finding.ts';
import type { ProjectDatabase } from './database.ts';
import { patchPairs } from './pair-table.ts';

/** SQL that gives a pair's state from its verdict and worst severity; the one place of that rule. */
export const PAIR_STATE_SQL = `CASE
  WHEN p.verdict = 'accept' THEN 'accepted' WHEN p.verdict = 'reject' THEN 'rejected'
  WHEN p.verdict = 'needs-work' THEN 'needs-work' WHEN p.severity >= ${SEVERITIES.indexOf('fault')} THEN 'suspect'
  ELSE 'open' END`;

/** Brings the verdict columns of some pairs up to date with the decisions. */
export function refreshVerdicts(db: ProjectDatabase, pairIds: readonly string[]): void {
  const update = db.prepare(
    'UPDATE pair SET verdict = (SELECT verdict FROM decision WHERE pair_id = pair.id) WHERE id = ? RETURNING seq, verdict',
  );
  const patches = pairIds.map(
    (pairId) => update.get(pairId) as { seq: number; verdict: string | null } | undefined,
  );
  patchPairs(
    db,
    patches.filter((patch) => patch !== undefined),
  );
}

/**
 * Brings severity and codes of a title's pairs up to date with its findings. A finding without a shot is about
 * every pair of that language; one with a shot is about that shot's pairs of its track.
 */
export function refreshFindings(db: ProjectDatabase, titleId: string): void {
  const findings = db
    .prepare(
      'SELECT shot_id, track_id, language, code, severity FROM finding WHERE title_id = ? ORDER BY severity DESC',
    )
    .all(titleId) as {
    shot_id: string | null;
    track_id: string | null;
    language: string;
    code: string;
    severity: number;
  }[];
  const pairs = db
    .prepare('SELECT seq, shot_id, track_id, language FROM pair WHERE title_id = ?')
    .all(titleId) as {
    seq: number;
    shot_id: string;
    track_id: string;
    language: string;
  }[];
  const update = db.prepare('UPDATE pair SET severity = ?, codes = ?, suspicion = ? WHERE seq = ?');
  const patches = pairs.map((pair) => {
    const own = findings.filter((finding) =>
      finding.shot_id === null
        ? finding.language === pair.language
        : finding.shot_id === pair.shot_id && finding.track_id === pair.track_id,
    );
    const codes = [...new Set(own.map((finding) => finding.code))].join(' ');
    const severity = own[0]?.severity ?? -1;
    const suspicion = 25 * (severity + 1);
    update.run(severity, codes, suspicion, pair.seq);
    return { seq: pair.seq, severity, codes, suspicion };
  });
  patchPairs(db, patches);
}
