/** Brings a project of an older format to this build's. The daily backup keeps what was there before. */
import { deflateRawSync } from 'node:zlib';
import type { ProjectDatabase } from './database.ts';
import { markSaidTracks } from './mark-said-tracks.ts';
import { refreshFindings } from './pair-state.ts';
import { FORMAT_VERSION } from './schema.ts';

/** Format 1 kept every change of an entry in one text, and had no place for suspicion, labels and cut maps. */
const FROM_1 = [
  'ALTER TABLE pair ADD COLUMN suspicion REAL NOT NULL DEFAULT 0',
  "ALTER TABLE title ADD COLUMN labels TEXT NOT NULL DEFAULT '[]'",
  'ALTER TABLE title ADD COLUMN family TEXT',
  "ALTER TABLE shot ADD COLUMN labels TEXT NOT NULL DEFAULT '[]'",
  'ALTER TABLE alignment ADD COLUMN uncertainty_ms REAL',
  'ALTER TABLE alignment ADD COLUMN parts TEXT',
  'DROP INDEX pair_suspicion',
  'CREATE INDEX pair_suspicion ON pair(suspicion DESC, seq)',
  `CREATE TABLE journal_part (
  journal_seq INTEGER NOT NULL REFERENCES journal(seq) ON DELETE CASCADE, part INTEGER NOT NULL,
  changes BLOB NOT NULL, PRIMARY KEY (journal_seq, part)
) STRICT`,
];

/** Format 2 forgot at the next import what a person had said of a track, and did not know what a check had heard. */
const FROM_2 = [
  'ALTER TABLE track ADD COLUMN language_said INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE track ADD COLUMN role_said INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE clip ADD COLUMN window_said INTEGER NOT NULL DEFAULT 0',
  `CREATE TABLE title_check (
  title_id TEXT PRIMARY KEY REFERENCES title(id) ON DELETE CASCADE, at_ms REAL NOT NULL, inputs TEXT NOT NULL
) STRICT`,
];

/** Migrates, all or nothing. Only for a database whose schema was found to be exactly that of its `format`, 1 or 2. */
export function migrate(db: ProjectDatabase, format: number): void {
  db.transaction(() => {
    if (format < 2) fromFormat1(db);
    for (const statement of FROM_2) db.exec(statement);
    markSaidTracks(db);
    db.pragma(`user_version = ${FORMAT_VERSION}`);
  })();
}

function fromFormat1(db: ProjectDatabase): void {
  for (const statement of FROM_1) db.exec(statement);
  moveChanges(db);
  db.exec('ALTER TABLE journal DROP COLUMN changes');
  const titleIds = db.prepare('SELECT id FROM title').pluck().all() as string[];
  for (const titleId of titleIds) refreshFindings(db, titleId);
}

function moveChanges(db: ProjectDatabase): void {
  const entries = db.prepare("SELECT seq FROM journal WHERE changes <> '[]'").pluck().all() as number[];
  const read = db.prepare('SELECT changes FROM journal WHERE seq = ?').pluck();
  const write = db.prepare('INSERT INTO journal_part VALUES (?, 0, ?)');
  for (const seq of entries) write.run(seq, deflateRawSync(String(read.get(seq)), { level: 1 }));
}
