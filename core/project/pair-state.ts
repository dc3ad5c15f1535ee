/** A pair's verdict and worst finding stand beside it in the table, so that lists filter without joins. */
import { suspicionOf } from '../checks/suspicion.ts';
import { type Alignment, type Finding, type FindingCode, SEVERITIES } from '../domain/finding.ts';
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
  const findings = findingsOfTitle(db, titleId);
  const alignments = alignmentsOfTitle(db, titleId);
  const pairs = db
    .prepare('SELECT seq, shot_id, track_id, language FROM pair WHERE title_id = ?')
    .all(titleId) as PairOfTitle[];
  const update = db.prepare('UPDATE pair SET severity = ?, codes = ?, suspicion = ? WHERE seq = ?');
  // All clips of a shot's dub share what is said of it.
  const known = new Map<string, JudgedPair>();
  const patches = pairs.map((pair) => {
    const key = `${pair.shot_id} ${pair.track_id}`;
    let judged = known.get(key);
    if (judged === undefined) {
      const own = findings.filter((finding) => isAbout(finding, pair));
      judged = judgedPair(own, alignments.get(pair.language) ?? null);
      known.set(key, judged);
    }
    update.run(judged.severity, judged.codes, judged.suspicion, pair.seq);
    return { seq: pair.seq, ...judged };
  });
  patchPairs(db, patches);
}

type PairOfTitle = { seq: number; shot_id: string; track_id: string; language: string };
type FindingOfTitle = Pick<Finding, 'code' | 'severity' | 'numbers'> & {
  shotId: string | null;
  trackId: string | null;
  language: string;
};
type AlignmentOfTitle = Pick<Alignment, 'offsetMs' | 'confidence' | 'source'>;
type JudgedPair = { severity: number; codes: string; suspicion: number };

/** Worst findings first. */
function findingsOfTitle(db: ProjectDatabase, titleId: string): FindingOfTitle[] {
  const rows = db
    .prepare(
      `SELECT shot_id, track_id, language, code, severity, numbers FROM finding WHERE title_id = ?
       ORDER BY severity DESC`,
    )
    .all(titleId) as {
    shot_id: string | null;
    track_id: string | null;
    language: string;
    code: string;
    severity: number;
    numbers: string;
  }[];
  return rows.map((row) => ({
    shotId: row.shot_id,
    trackId: row.track_id,
    language: row.language,
    code: row.code as FindingCode,
    severity: SEVERITIES[row.severity] ?? 'info',
    numbers: JSON.parse(row.numbers) as Finding['numbers'],
  }));
}

/** By language; what a person set wins. */
function alignmentsOfTitle(db: ProjectDatabase, titleId: string): Map<string, AlignmentOfTitle> {
  const rows = db
    .prepare(
      `SELECT language, offset_ms AS offsetMs, confidence, source FROM alignment WHERE title_id = ?
       ORDER BY source = 'person'`,
    )
    .all(titleId) as (AlignmentOfTitle & { language: string })[];
  return new Map(rows.map(({ language, ...alignment }) => [language, alignment]));
}

function isAbout(finding: FindingOfTitle, pair: PairOfTitle): boolean {
  return finding.shotId === null
    ? finding.language === pair.language
    : finding.shotId === pair.shot_id && finding.trackId === pair.track_id;
}

function judgedPair(findings: readonly FindingOfTitle[], alignment: AlignmentOfTitle | null): JudgedPair {
  const [worst] = findings;
  return {
    severity: worst === undefined ? -1 : SEVERITIES.indexOf(worst.severity),
    codes: [...new Set(findings.map(({ code }) => code))].join(' '),
    suspicion: suspicionOf(findings, alignment),
  };
}
