/** A project that a build of format 1 made: brought up to date with nothing lost, or refused untouched. */
import { readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { listJournal, undo } from '../../../core/project/journal.ts';
import { lintProject } from '../../../core/project/lint.ts';
import { DATABASE_FILE, openProject } from '../../../core/project/project.ts';
import { getPair, listPairs } from '../../../core/project/queries/pairs.ts';
import { APPLICATION_ID, FORMAT_VERSION } from '../../../core/project/schema.ts';
import { projectWithTitles } from '../../fixtures/project.ts';

const SCHEMA_1 = readFileSync(join(import.meta.dirname, '../../fixtures/format-1/schema.sql'), 'utf8');
const COPIED = ['item', 'title', 'shot', 'track', 'clip'] as const;

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
    const { labels: _l, family: _f, suspicion: _s, ...known } = row;
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
