/** A title with its languages, tracks, offsets, drift, cuts, and its pairs in numbers. */
import { AppError } from '../../domain/errors.ts';
import { type Finding, type FindingSeverity, SEVERITIES } from '../../domain/finding.ts';
import type { LanguageTag } from '../../domain/language-tag.ts';
import type { TrackRole } from '../../domain/media.ts';
import type { PairState, Split } from '../../domain/title.ts';
import type {
  MapPart,
  TimeTrouble,
  TitleDetail,
  TitleLanguage,
  TitleShot,
} from '../../domain/title-detail.ts';
import type { ProjectDatabase } from '../database.ts';
import { PAIR_STATE_SQL } from '../pair-state.ts';
import { PAIR_STATES } from '../pair-table.ts';
import { effectiveAlignment } from './alignments.ts';
import { checkOf } from './title-checks.ts';

/** A page shows no more at once. */
const MOST_SHOTS = 500;

/** One title. @throws AppError NOT_FOUND. */
export function titleDetail(db: ProjectDatabase, titleId: string): TitleDetail {
  const row = db.prepare('SELECT * FROM title WHERE id = ?').get(titleId) as
    | {
        id: string;
        name: string;
        original_language: string;
        split: Split;
        labels: string;
        family: string | null;
      }
    | undefined;
  if (row === undefined) {
    throw new AppError(
      'NOT_FOUND',
      `The project has no title ${titleId}. Nothing was changed. Reload the list.`,
    );
  }
  const languages = languagesOf(db, titleId);
  const pairsByState = addStates(languages.map((language) => language.pairsByState));
  const dubs = languages.filter(({ role }) => role === 'dub' || role === 'synthetic');
  return {
    title: {
      id: row.id,
      name: row.name,
      originalLanguage: row.original_language as LanguageTag,
      split: row.split,
      shotCount: db.prepare('SELECT count(*) FROM shot WHERE title_id = ?').pluck().get(titleId) as number,
      dubLanguages: [...new Set(dubs.map(({ language }) => language))].sort(),
    },
    labels: JSON.parse(row.labels) as string[],
    familyNames: familyOf(db, titleId, row.family),
    languages,
    shots: shotsOf(db, titleId),
    pairCount: PAIR_STATES.reduce((sum, state) => sum + pairsByState[state], 0),
    pairsByState,
    check: checkOf(db, titleId),
  };
}

function familyOf(db: ProjectDatabase, titleId: string, family: string | null): string[] {
  if (family === null) return [];
  return db
    .prepare('SELECT name FROM title WHERE family = ? AND id <> ? ORDER BY name LIMIT 100')
    .pluck()
    .all(family, titleId) as string[];
}

function languagesOf(db: ProjectDatabase, titleId: string): TitleLanguage[] {
  const rows = db
    .prepare(
      `SELECT k.language, k.role, count(DISTINCT k.shot_id) AS shots FROM track k JOIN shot s ON s.id = k.shot_id
       WHERE s.title_id = ? GROUP BY k.language, k.role
       ORDER BY k.role <> 'original', k.role NOT IN ('dub', 'synthetic'), k.language, k.role`,
    )
    .all(titleId) as { language: LanguageTag; role: TrackRole; shots: number }[];
  const troubles = troublesOf(db, titleId);
  return rows.map(({ language, role, shots }) => ({
    language,
    role,
    shotCount: shots,
    alignment: role === 'original' ? null : effectiveAlignment(db, titleId, language),
    troubles: role === 'dub' || role === 'synthetic' ? (troubles.get(language) ?? []) : [],
    findings: findingCounts(db, titleId, language, role),
    pairsByState: pairStates(db, titleId, language, role),
  }));
}

function pairStates(
  db: ProjectDatabase,
  titleId: string,
  language: string,
  role: TrackRole,
): Record<PairState, number> {
  const rows = db
    .prepare(
      `SELECT ${PAIR_STATE_SQL} AS state, count(*) AS n FROM pair p JOIN track k ON k.id = p.track_id
       WHERE p.title_id = ? AND p.language = ? AND k.role = ? GROUP BY state`,
    )
    .all(titleId, language, role) as { state: PairState; n: number }[];
  return Object.fromEntries(
    PAIR_STATES.map((state) => [state, rows.find((row) => row.state === state)?.n ?? 0]),
  ) as Record<PairState, number>;
}

function addStates(all: readonly Record<PairState, number>[]): Record<PairState, number> {
  return Object.fromEntries(
    PAIR_STATES.map((state) => [state, all.reduce((sum, counts) => sum + counts[state], 0)]),
  ) as Record<PairState, number>;
}

/** A finding without a track is about the dub of its language. */
function findingCounts(
  db: ProjectDatabase,
  titleId: string,
  language: string,
  role: TrackRole,
): Record<FindingSeverity, number> {
  const rows = db
    .prepare(
      `SELECT f.severity, count(*) AS n FROM finding f LEFT JOIN track k ON k.id = f.track_id
       WHERE f.title_id = ? AND f.language = ? AND coalesce(k.role, 'dub') = ? GROUP BY f.severity`,
    )
    .all(titleId, language, role) as { severity: number; n: number }[];
  return Object.fromEntries(
    SEVERITIES.map((severity, i) => [severity, rows.find((row) => row.severity === i)?.n ?? 0]),
  ) as Record<FindingSeverity, number>;
}

function troublesOf(db: ProjectDatabase, titleId: string): Map<string, TimeTrouble[]> {
  const rows = db
    .prepare(
      `SELECT f.language, f.code, f.sentence, f.numbers, s.name AS shotName FROM finding f
       LEFT JOIN shot s ON s.id = f.shot_id
       WHERE f.title_id = ? AND f.code IN ('drift', 'different-cut') ORDER BY s.name, f.code LIMIT 1000`,
    )
    .all(titleId) as {
    language: string;
    code: TimeTrouble['kind'];
    sentence: string;
    numbers: string;
    shotName: string | null;
  }[];
  const byLanguage = new Map<string, TimeTrouble[]>();
  for (const { language, code, sentence, numbers: text, shotName } of rows) {
    const numbers = JSON.parse(text) as Finding['numbers'];
    const { speedRatio, partsJson } = numbers;
    const trouble: TimeTrouble = {
      kind: code,
      shotName,
      sentence,
      speedRatio: typeof speedRatio === 'number' ? speedRatio : null,
      parts: typeof partsJson === 'string' ? (JSON.parse(partsJson) as MapPart[]) : [],
    };
    byLanguage.set(language, [...(byLanguage.get(language) ?? []), trouble]);
  }
  return byLanguage;
}

function shotsOf(db: ProjectDatabase, titleId: string): TitleShot[] {
  const shots = db
    .prepare(
      `SELECT id, name, duration_sec AS durationSec,
       (SELECT count(*) FROM clip c WHERE c.shot_id = s.id) AS clipCount
       FROM shot s WHERE title_id = ? ORDER BY length(name), name LIMIT ?`,
    )
    .all(titleId, MOST_SHOTS) as Omit<TitleShot, 'tracks'>[];
  const tracks = db.prepare(
    `SELECT k.id, k.language, k.role, i.name AS fileName, k.stream_index AS streamIndex FROM track k
     JOIN item i ON i.id = k.item_id WHERE k.shot_id = ?
     ORDER BY k.role <> 'original', k.role NOT IN ('dub', 'synthetic'), k.language, k.id`,
  );
  return shots.map((shot) => ({ ...shot, tracks: tracks.all(shot.id) as TitleShot['tracks'] }));
}
