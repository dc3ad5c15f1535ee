/** The project database: its tables, as one text. The format is documented in docs/project-format.md. */
import { createHash } from 'node:crypto';

/** "DUBS" as a 32-bit number: tells a project from any other SQLite file. */
export const APPLICATION_ID = 0x44554253;

/** Format written by this build. Older ones are migrated at opening, newer ones are refused. */
export const FORMAT_VERSION = 3;

/** Creates every table of the format. No triggers, no views: a database with either was not made by us. */
export const SCHEMA_SQL = `
CREATE TABLE item (
  id TEXT PRIMARY KEY, path TEXT NOT NULL, name TEXT NOT NULL, size_bytes INTEGER NOT NULL,
  modified_ms REAL NOT NULL, sha256 TEXT NOT NULL, duration_sec REAL NOT NULL
) STRICT;
CREATE TABLE title (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, original_language TEXT NOT NULL, split TEXT NOT NULL,
  labels TEXT NOT NULL DEFAULT '[]', family TEXT
) STRICT;
CREATE TABLE shot (
  id TEXT PRIMARY KEY, title_id TEXT NOT NULL REFERENCES title(id) ON DELETE CASCADE, name TEXT NOT NULL,
  duration_sec REAL NOT NULL, video_item_id TEXT NOT NULL REFERENCES item(id), video_stream_index INTEGER NOT NULL,
  labels TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX shot_title ON shot(title_id);
CREATE TABLE track (
  id TEXT PRIMARY KEY, shot_id TEXT NOT NULL REFERENCES shot(id) ON DELETE CASCADE,
  item_id TEXT NOT NULL REFERENCES item(id), stream_index INTEGER NOT NULL, language TEXT NOT NULL,
  role TEXT NOT NULL, sample_rate_hz INTEGER NOT NULL, channels INTEGER NOT NULL, duration_sec REAL NOT NULL,
  language_said INTEGER NOT NULL DEFAULT 0, role_said INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX track_shot ON track(shot_id);
CREATE TABLE clip (
  id TEXT PRIMARY KEY, shot_id TEXT NOT NULL REFERENCES shot(id) ON DELETE CASCADE,
  start_sec REAL NOT NULL, end_sec REAL NOT NULL, window_said INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX clip_shot ON clip(shot_id);
CREATE TABLE pair (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, clip_id TEXT NOT NULL REFERENCES clip(id) ON DELETE CASCADE,
  track_id TEXT NOT NULL REFERENCES track(id) ON DELETE CASCADE, title_id TEXT NOT NULL, shot_id TEXT NOT NULL,
  language TEXT NOT NULL, verdict TEXT, severity INTEGER NOT NULL DEFAULT -1, codes TEXT NOT NULL DEFAULT '',
  suspicion REAL NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX pair_title ON pair(title_id, language);
CREATE INDEX pair_shot ON pair(shot_id);
CREATE INDEX pair_state ON pair(verdict, severity);
CREATE INDEX pair_suspicion ON pair(suspicion DESC, seq);
CREATE TABLE decision (
  pair_id TEXT PRIMARY KEY, verdict TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, at_ms REAL NOT NULL
) STRICT;
CREATE TABLE finding (
  id TEXT PRIMARY KEY, title_id TEXT NOT NULL REFERENCES title(id) ON DELETE CASCADE, shot_id TEXT, track_id TEXT,
  language TEXT NOT NULL, code TEXT NOT NULL, severity INTEGER NOT NULL, sentence TEXT NOT NULL, numbers TEXT NOT NULL
) STRICT;
CREATE INDEX finding_title ON finding(title_id, language);
CREATE TABLE alignment (
  title_id TEXT NOT NULL REFERENCES title(id) ON DELETE CASCADE, language TEXT NOT NULL, source TEXT NOT NULL,
  offset_ms REAL, confidence REAL NOT NULL, shot_count INTEGER NOT NULL, peak_ratio REAL NOT NULL,
  candidates_ms TEXT NOT NULL, uncertainty_ms REAL, parts TEXT,
  PRIMARY KEY (title_id, language, source)
) STRICT;
CREATE TABLE title_check (
  title_id TEXT PRIMARY KEY REFERENCES title(id) ON DELETE CASCADE, at_ms REAL NOT NULL, inputs TEXT NOT NULL
) STRICT;
CREATE TABLE view (id TEXT PRIMARY KEY, name TEXT NOT NULL, filter TEXT NOT NULL) STRICT;
CREATE TABLE run (
  id TEXT PRIMARY KEY, state TEXT NOT NULL, config TEXT NOT NULL, created_ms REAL NOT NULL,
  clip_count INTEGER NOT NULL, pair_count INTEGER NOT NULL, total_steps INTEGER NOT NULL, engine TEXT
) STRICT;
CREATE TABLE evaluation (
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL, created_ms REAL NOT NULL, clip_count INTEGER NOT NULL,
  step INTEGER NOT NULL
) STRICT;
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms REAL NOT NULL, by TEXT NOT NULL, label TEXT NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0, can_undo INTEGER NOT NULL
) STRICT;
CREATE TABLE journal_part (
  journal_seq INTEGER NOT NULL REFERENCES journal(seq) ON DELETE CASCADE, part INTEGER NOT NULL,
  changes BLOB NOT NULL, PRIMARY KEY (journal_seq, part)
) STRICT;
`;

/** Hashes of the schemas that older builds wrote, by format; only such projects are migrated. */
export const OLD_FINGERPRINTS: Readonly<Record<number, string>> = {
  1: 'f683235b943c152e446dd8b4d3ca1b2e4e9c5a8dca3553f9c6150e66c1e38df3',
  2: 'e0f6eea84eb563bdbedb6a1393113dca4324599cbab21072626dddbbf3ce7fcc',
};

/** Hash of a list of `sqlite_schema` texts, blind to white space. */
export function schemaFingerprint(texts: readonly string[]): string {
  const normal = texts
    .map((text) =>
      text
        .replace(/\s+/g, ' ')
        .replace(/ ?([(),]) ?/g, '$1')
        .trim(),
    )
    .sort();
  return createHash('sha256').update(normal.join('\n')).digest('hex');
}
