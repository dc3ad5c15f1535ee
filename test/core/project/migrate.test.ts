/** A project that a build of format 1 made: brought up to date with nothing lost, or refused untouched. */
import { readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { storeImport } from '../../../core/project/import-store.ts';
import { listJournal, type Row, type RowChange, redo, undo } from '../../../core/project/journal.ts';
import { readParts, writePart } from '../../../core/project/journal-parts.ts';
import { lintProject } from '../../../core/project/lint.ts';
import { DATABASE_FILE, openProject } from '../../../core/project/project.ts';
import { getPair, listPairs } from '../../../core/project/queries/pairs.ts';
import { relabelTracks, setTrackRole } from '../../../core/project/queries/track-edits.ts';
import { APPLICATION_ID, FORMAT_VERSION } from '../../../core/project/schema.ts';
import { madeImport, projectWithTitles } from '../../fixtures/project.ts';

const SCHEMA_1 = readFileSync(join(import.meta.dirname, '../../fixtures/format-1/schema.sql'), 'utf8');
const COPIED = ['item', 'title', 'shot', 'track', 'clip'] as const;

const SCHEMA_2 = readFileSync(join(import.meta.dirname, '../../fixtures/format-2/schema.sql'), 'utf8');

function withoutMarks(row: Record<string, unknown>): Record<string, unknown> {
  const { language_said: _l, role_said: _r, window_said: _w, ...known } = row;
  return known;
}

/** Rewrites a project's database, journal and all, as format 2 wrote it: without a word of what a person said. */
function asFormat2(folder: string): void {
  const path = join(folder, DATABASE_FILE);
  const now = new Database(path);
  const old = new Database(`${path}.old`);
  old.pragma(`application_id = ${APPLICATION_ID}`);
  old.exec(SCHEMA_2);
  old.pragma('user_version = 2');
  for (const table of [...COPIED, 'pair', 'decision', 'alignment', 'finding', 'journal']) {
    for (const row of now.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[]) {
      const known = withoutMarks(row);
      const names = Object.keys(known);
      const marks = names.map(() => '?');
      old.prepare(`INSERT INTO ${table} (${names}) VALUES (${marks})`).run(Object.values(known));
    }
  }
  for (const seq of now.prepare('SELECT seq FROM journal').pluck().all() as number[]) {
    let part = 0;
    for (const changes of readParts(now, seq, 'forward')) {
      const bare = (row: RowChange['before']) => (row === null ? null : (withoutMarks(row) as Row));
      const known = changes.map(({ table, before, after }) => ({
        table,
        before: bare(before),
        after: bare(after),
      }));
      writePart(old, seq, part, known);
      part += 1;
    }
  }
  now.close();
  old.close();
  renameSync(`${path}.old`, path);
}

/** Rewrites a project's database as format 1 wrote it, with a decision in its journal and a fault among its findings. */
function asFormat1(folder: string): { pairId: string } {
  const path = join(folder, DATABASE_FILE);
  const now = new Database(path);
  const rows = (table: string) => now.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[];
  const kept = COPIED.map((table) => [table, rows(table)] as const);
  const pairs = rows('pair');
  now.close();
  for (const suffix of ['-wal', '-shm']) {
    expect(statSync(path + suffix, { throwIfNoEntry: false })).toBeUndefined();
  }
  const old = new Database(`${path}.old`);
  old.pragma(`application_id = ${APPLICATION_ID}`);
  old.exec(SCHEMA_1);
  old.pragma('user_version = 1');
  const put = (table: string, row: Record<string, unknown>): void => {
    const { labels: _l, family: _f, suspicion: _s, ...rest } = row;
    const known = withoutMarks(rest);
    const names = Object.keys(known);
    old.prepare(`INSERT INTO ${table} (${names}) VALUES (${names.map(() => '?')})`).run(Object.values(known));
  };
  for (const [table, list] of kept) for (const row of list) put(table, row);
  for (const row of pairs) put('pair', row);
  const pair = pairs[0] as {
    id: string;
    title_id: string;
    shot_id: string;
    track_id: string;
    language: string;
  };
  const decision = { pair_id: pair.id, verdict: 'accept', reason: 'heard', by: 'Ada', at_ms: 7 };
  put('decision', decision);
  old.prepare("UPDATE pair SET verdict = 'accept' WHERE id = ?").run(pair.id);
  put('finding', {
    id: 'f',
    title_id: pair.title_id,
    shot_id: pair.shot_id,
    track_id: pair.track_id,
    language: pair.language,
    code: 'silent',
    severity: 2,
    sentence: 'Silent.',
    numbers: '{}',
  });
  const changes = JSON.stringify([{ table: 'decision', before: null, after: decision }]);
  old
    .prepare('INSERT INTO journal (at_ms, by, label, changes, can_undo) VALUES (?, ?, ?, ?, 1)')
    .run(7, 'Ada', 'Accept 1 pair', changes);
  old.close();
  renameSync(`${path}.old`, path);
  return { pairId: pair.id };
}

describe('a project of format 1', () => {
  const clock = manualClock(5);
  let made = projectWithTitles(2);
  let pairId = '';
  beforeEach(() => {
    made = projectWithTitles(2);
    made.project.close();
    ({ pairId } = asFormat1(made.project.folder));
  });
  afterEach(() => made.remove());

  it('is brought up to date with its decisions, findings and undo, and kept as it was in the backup', async () => {
    const project = await openProject(made.project.folder, { program: 'test', clock });
    try {
      expect(project.db.pragma('user_version', { simple: true })).toBe(FORMAT_VERSION);
      expect(getPair(project.db, pairId)).toMatchObject({
        pair: { state: 'accepted', findingCodes: ['silent'], worstSeverity: 'fault' },
        decision: { by: 'Ada', reason: 'heard' },
      });
      expect(listPairs(project.db, { order: 'suspicion' }).rows[0]!.id).toBe(pairId);
      expect(lintProject(project).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(listJournal(project.db, 10, null).map(({ label }) => label)).toEqual(['Accept 1 pair']);
      expect(undo(project.db).label).toBe('Accept 1 pair');
      expect(getPair(project.db, pairId).decision).toBeNull();
    } finally {
      project.close();
    }
    const again = await openProject(made.project.folder, { program: 'test', clock });
    again.close();
    const backup = new Database(join(made.project.folder, 'backups', 'project-1970-01-01.db'), {
      readonly: true,
    });
    expect(backup.pragma('user_version', { simple: true })).toBe(1);
    backup.close();
  });

  it('is not touched when it is opened for reading only', async () => {
    const before = readFileSync(join(made.project.folder, DATABASE_FILE));
    await expect(
      openProject(made.project.folder, { program: 'test', clock, readOnly: true }),
    ).rejects.toMatchObject({ code: 'PROJECT_READ_ONLY' });
    expect(readFileSync(join(made.project.folder, DATABASE_FILE)).equals(before)).toBe(true);
  });
});

describe('a project of format 2', () => {
  const clock = manualClock(5);
  const openAgain = (folder: string) => openProject(folder, { program: 'test', clock });

  it('keeps at the next import what a person had said of tracks, through undo and redo', async () => {
    const made = projectWithTitles(2);
    const { db, folder } = made.project;
    const tag = (trackId: string, open = db): unknown =>
      open
        .prepare('SELECT language, role, language_said, role_said FROM track WHERE id = ?')
        .raw()
        .get(trackId);
    relabelTracks(db, clock, { trackId: 'k_0_0_de', language: 'nl', scope: 'title' });
    setTrackRole(db, clock, { trackId: 'k_0_0_fr', role: 'commentary', scope: 'track' });
    relabelTracks(db, clock, { trackId: 'k_1_0_de', language: 'fr', scope: 'title', swap: true });
    undo(db);
    const rows = db.prepare('SELECT * FROM track ORDER BY id').all();
    made.project.close();
    asFormat2(folder);
    const project = await openAgain(folder);
    try {
      expect(project.db.pragma('user_version', { simple: true })).toBe(FORMAT_VERSION);
      expect(project.db.prepare('SELECT * FROM track ORDER BY id').all()).toEqual(rows);
      const again = () =>
        storeImport(project.db, clock, madeImport(2), { label: 'Import 2 titles', by: 'test' });
      redo(project.db);
      again();
      expect(tag('k_1_0_de', project.db)).toEqual(['fr', 'dub', 1, 0]);
      expect(tag('k_0_1_de', project.db)).toEqual(['nl', 'dub', 1, 0]);
      expect(tag('k_0_0_fr', project.db)).toEqual(['fr', 'commentary', 0, 1]);
      for (let i = 0; i < 3; i += 1) undo(project.db);
      again();
      expect(tag('k_0_1_de', project.db)).toEqual(['de', 'dub', 0, 0]);
      expect(tag('k_1_0_fr', project.db)).toEqual(['fr', 'dub', 0, 0]);
      expect(lintProject(project).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    } finally {
      project.close();
      made.remove();
    }
  });

  it('does not mark a track that an import of the older build took back', async () => {
    const made = projectWithTitles(1);
    const { db, folder } = made.project;
    relabelTracks(db, clock, { trackId: 'k_0_0_de', language: 'nl', scope: 'track' });
    db.prepare("UPDATE track SET language = 'de' WHERE id = 'k_0_0_de'").run();
    made.project.close();
    asFormat2(folder);
    const project = await openAgain(folder);
    const marks = project.db.prepare('SELECT count(*) FROM track WHERE language_said = 1').pluck().get();
    project.close();
    made.remove();
    expect(marks).toBe(0);
  });
});
