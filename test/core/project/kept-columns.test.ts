import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { beginReading } from '../../../core/project/pair-reading.ts';
import { pairTable, readOn } from '../../../core/project/pair-table.ts';
import { openProject, type Project } from '../../../core/project/project.ts';
import { setDecision } from '../../../core/project/queries/decisions.ts';
import { makeProject } from '../../../tools/bench/made-project.ts';
import { temporaryFolder } from '../../fixtures/project.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const temporary = temporaryFolder();
const folder = join(temporary.folder, 'large.dubscope');
const database = join(folder, 'project.db');
const kept = join(folder, 'cache', 'pairs.columns');
let clock = manualClock(0);

const open = (readOnly = false): Promise<Project> =>
  openProject(folder, { program: 'test', clock, readOnly });

/** Opens, reads the columns, closes. @returns the columns, and in how many steps they were there. */
async function look(): Promise<{ table: ReturnType<typeof pairTable>; steps: number }> {
  const project = await open();
  let steps = 1;
  while (!readOn(project.db)) steps += 1;
  const table = pairTable(project.db);
  project.close();
  return { table, steps };
}

beforeAll(() => makeProject(folder, 25_000), 60_000);
afterAll(() => temporary.remove());
beforeEach(async () => {
  clock = manualClock(DAY_MS);
  await look();
});

describe('the columns of a large project', () => {
  it('are kept when it is closed, and are those of the database', async () => {
    expect(existsSync(kept)).toBe(true);
    const { table, steps } = await look();
    expect(steps).toBe(1);
    const project = await open(true);
    writeFileSync(kept, '');
    const reading = beginReading(project.db, table.dataVersion);
    let steps2 = 1;
    while (!reading.step()) steps2 += 1;
    project.close();
    expect(steps2).toBe(2);
    expect(reading.table).toEqual(table);
  });

  it('hold the decisions made since', async () => {
    const project = await open();
    const { seq } = pairTable(project.db);
    const id = project.db.prepare('SELECT id FROM pair WHERE seq = ?').pluck().get(seq[7]) as string;
    setDecision(project.db, clock, { pairIds: [id], verdict: 'reject' });
    project.close();
    const { table, steps } = await look();
    expect(steps).toBe(1);
    expect(table.verdict[7]).toBe(2);
  });

  it('are not believed when another program has changed the database', async () => {
    const other = new Database(database);
    other.prepare("UPDATE pair SET verdict = 'accept' WHERE seq = (SELECT min(seq) FROM pair)").run();
    other.close();
    const { table, steps } = await look();
    expect(steps).toBe(2);
    expect(table.verdict[0]).toBe(1);
  });

  it('are not believed while changes wait in the log, as after a crash', async () => {
    const other = new Database(database);
    other.pragma('wal_autocheckpoint = 0');
    other.prepare("UPDATE pair SET verdict = 'needs-work' WHERE seq = (SELECT max(seq) FROM pair)").run();
    const reader = await open(true);
    expect(readOn(reader.db)).toBe(false);
    expect(pairTable(reader.db).verdict.at(-1)).toBe(3);
    reader.close();
    other.close();
  });

  it.each([
    ['cut short', () => truncateSync(kept, statSync(kept).size - 1)],
    ['of another program', () => writeFileSync(kept, 'nothing of ours')],
    ['with rows that name no title', () => spoil(25_000 * 4, 0x7f)],
    ['with rows out of order', () => spoil(40, 0x7f)],
  ])('are not believed when the file is %s', async (_, damage) => {
    const whole = (await look()).table;
    damage();
    const { table, steps } = await look();
    expect(steps).toBe(2);
    expect(table).toEqual(whole);
  });

  /** Overwrites four bytes of the columns. */
  function spoil(at: number, byte: number): void {
    const file = readFileSync(kept);
    const start = 12 + file.readUInt32LE(8);
    file.fill(byte, start + at, start + at + 4);
    writeFileSync(kept, file);
  }
});

describe('a database that was found whole', () => {
  it('is looked through again when it has changed, or after a day', async () => {
    const whole = readFileSync(database);
    const damaged = Buffer.from(whole).fill(0xff, whole.length >> 1, (whole.length >> 1) + 4096);
    writeFileSync(database, damaged);
    await expect(open()).rejects.toMatchObject({ code: 'PROJECT_DAMAGED' });
    writeFileSync(database, whole);
    await look();
    const asKept = readFileSync(kept);
    clock.advance(DAY_MS + 1);
    await look();
    expect(readFileSync(kept)).not.toEqual(asKept);
  });
});

describe("the day's backup", () => {
  it('is the database as it was before it was opened', async () => {
    clock.advance(5 * DAY_MS);
    const before = new Database(database, { readonly: true });
    const rows = before.prepare('SELECT * FROM decision ORDER BY pair_id').all();
    before.close();
    const project = await open();
    const ids = project.db.prepare('SELECT id FROM pair LIMIT 3').pluck().all() as string[];
    setDecision(project.db, clock, { pairIds: ids, verdict: 'accept' });
    const backup = new Database(join(folder, 'backups', 'project-1970-01-07.db'), { readonly: true });
    expect(backup.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(backup.prepare('SELECT * FROM decision ORDER BY pair_id').all()).toEqual(rows);
    backup.close();
    project.close();
  });

  it('holds what waited in the log after a crash', async () => {
    clock.advance(6 * DAY_MS);
    const crashed = new Database(database);
    crashed.pragma('wal_autocheckpoint = 0');
    crashed.prepare("UPDATE title SET name = 'renamed' WHERE rowid = 1").run();
    const project = await open();
    project.close();
    crashed.close();
    const backup = new Database(join(folder, 'backups', 'project-1970-01-08.db'), { readonly: true });
    expect(backup.prepare('SELECT name FROM title WHERE rowid = 1').pluck().get()).toBe('renamed');
    backup.close();
  });
});
