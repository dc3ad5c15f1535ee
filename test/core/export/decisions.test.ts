/** Decisions go out and come back, in every form, into another project of the same media; bad rows cost themselves. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { EXPORT_FORMATS } from '../../../core/domain/export.ts';
import { exportTable } from '../../../core/export/export-table.ts';
import { importDecisions } from '../../../core/export/import-decisions.ts';
import type { ImportResult } from '../../../core/intake/import-media.ts';
import { storeImport } from '../../../core/project/import-store.ts';
import { listJournal, undo } from '../../../core/project/journal.ts';
import { createProject, type Project } from '../../../core/project/project.ts';
import { setDecision } from '../../../core/project/queries/decisions.ts';
import { listPairs } from '../../../core/project/queries/pairs.ts';
import { madeImport, projectWithTitles, temporaryFolder } from '../../fixtures/project.ts';

const REASONS = ['', '=HYPERLINK("x")', "'quoted", '-5 dB, "loud"\nsecond line', '+\u0301é, 日本語', '@home'];
const clock = manualClock(1_700_000_000_123);
let temporary = temporaryFolder();
let opened: { project: Project; remove: () => void }[] = [];

beforeEach(() => {
  temporary = temporaryFolder();
  opened = [];
});
afterEach(() => {
  for (const { remove } of opened) remove();
  temporary.remove();
});

function decidedProject(): Project {
  const made = projectWithTitles(3);
  opened.push(made);
  const { rows } = listPairs(made.project.db, {});
  REASONS.forEach((reason, i) => {
    const verdict = (['accept', 'reject', 'needs-work'] as const)[i % 3]!;
    clock.advance(1000);
    setDecision(made.project.db, clock, { pairIds: [rows[i]!.id], verdict, reason, by: `person ${i}` });
  });
  return made.project;
}

/** The same media in a project where everything has other ids and names. */
function otherProject(): Project {
  const text = JSON.stringify(madeImport(3))
    .replaceAll(/"([tskc])_/g, '"$1_other_')
    .replaceAll('title00', 'renamed00');
  const project = createProject(join(temporary.folder, 'other'), { program: 'test', clock });
  storeImport(project.db, clock, JSON.parse(text) as ImportResult, { label: 'Import', by: 'test' });
  opened.push({ project, remove: () => project.close() });
  return project;
}

/** What people decided, by content and language, whatever the ids. */
function decisionsOf({ db }: Project): unknown[] {
  return db
    .prepare(
      `SELECT i.sha256, p.language, d.verdict, d.reason, d.by, d.at_ms FROM decision d JOIN pair p ON p.id = d.pair_id
       JOIN track k ON k.id = p.track_id JOIN item i ON i.id = k.item_id ORDER BY 1, 2`,
    )
    .all();
}

const wishes = (path: string) => ({ path, preview: false, replace: false, by: 'import' });

async function exported(project: Project, format: (typeof EXPORT_FORMATS)[number]): Promise<string> {
  const path = join(temporary.folder, `decisions.${format}`);
  await exportTable(project.db, { kind: 'decisions', path, format, filter: undefined });
  return path;
}

describe.each(EXPORT_FORMATS)('%s', (format) => {
  it('brings the same decisions into another project of the same media, and one undo takes them back', async () => {
    const from = decidedProject();
    const to = otherProject();
    const path = await exported(from, format);
    const counts = { rows: 6, matched: 6, same: 0, conflicting: 0, notFound: 0, wrong: 0, changed: 6 };
    const preview = await importDecisions(to, clock, { ...wishes(path), preview: true });
    expect(preview).toEqual({ ...counts, problems: [] });
    expect(decisionsOf(to)).toEqual([]);
    expect(await importDecisions(to, clock, wishes(path))).toEqual(preview);
    expect(decisionsOf(from)).toHaveLength(6);
    expect(decisionsOf(to)).toEqual(decisionsOf(from));
    const again = await importDecisions(to, clock, wishes(path));
    expect(again).toEqual({ ...counts, same: 6, changed: 0, problems: [] });
    expect(undo(to.db).label).toBe(`Take 6 decisions from decisions.${format}`);
    expect(decisionsOf(to)).toEqual([]);
  });

  it('leaves nothing behind when it is stopped, and the old file as it was', async () => {
    const project = decidedProject();
    const path = await exported(project, format);
    const before = readFileSync(path);
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    const stopped = exportTable(
      project.db,
      { kind: 'pairs', path, format, filter: undefined },
      { signal: controller.signal },
    );
    await expect(stopped).rejects.toThrow('stop');
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(temporary.folder)).toEqual([`decisions.${format}`]);
  });
});

describe('a file of decisions', () => {
  it('keeps cells that spreadsheets take for formulas from being one', async () => {
    const text = readFileSync(await exported(decidedProject(), 'csv'), 'utf8');
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(text).toContain(`"'-5 dB, ""loud""\nsecond line"`);
    expect(text).toContain(",''quoted,");
    expect(text.split('\r\n').at(-1)).toBe('');
  });

  it('does not take the place of what was decided here unless it is told to', async () => {
    const path = await exported(decidedProject(), 'jsonl');
    const to = otherProject();
    const [first] = listPairs(to.db, {}).rows;
    setDecision(to.db, clock, { pairIds: [first!.id], verdict: 'reject', reason: 'mine', by: 'me' });
    const kept = await importDecisions(to, clock, wishes(path));
    expect([kept.conflicting, kept.changed]).toEqual([1, 5]);
    expect(decisionsOf(to)).toContainEqual(expect.objectContaining({ reason: 'mine' }));
    const replaced = await importDecisions(to, clock, { ...wishes(path), replace: true });
    expect([replaced.same, replaced.conflicting, replaced.changed]).toEqual([5, 1, 1]);
    expect(decisionsOf(to)).not.toContainEqual(expect.objectContaining({ reason: 'mine' }));
  });

  it('names wrong rows, those that contradict each other too, and takes the others', async () => {
    const lines = readFileSync(await exported(decidedProject(), 'jsonl'), 'utf8')
      .trim()
      .split('\n');
    const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const path = join(temporary.folder, 'mended.jsonl');
    const bad = [
      rows[0],
      { ...rows[0], verdict: 'reject' },
      { ...rows[1], verdict: 'perhaps' },
      { ...rows[2], key: 'abc' },
      { ...rows[3], key: '0'.repeat(32) },
      { ...rows[4], key: '' },
      { ...rows[5], verdict: null },
      { ...rows[5], decided_at_ms: 'yesterday' },
    ];
    writeFileSync(path, `${bad.map((row) => JSON.stringify(row)).join('\n')}\nnot json\n`);
    const to = otherProject();
    const found = await importDecisions(to, clock, wishes(path));
    expect(found).toMatchObject({ rows: 8, matched: 1, notFound: 1, wrong: 6, changed: 1 });
    expect(found.problems.map(({ row }) => row)).toEqual([1, 2, 3, 4, 8, 9]);
    expect(found.problems[2]!.message).toBe(
      'Row 3 has the verdict "perhaps"; it is one of accept, reject, needs-work. It was passed over; mend the row.',
    );
  });

  it('tells how far it is, and stopped anywhere before the end it has changed nothing', async () => {
    const path = await exported(decidedProject(), 'csv');
    const to = otherProject();
    const steps: string[] = [];
    const preview = { ...wishes(path), preview: true };
    await importDecisions(to, clock, preview, { onProgress: ({ step }) => steps.push(step) });
    expect([...new Set(steps)]).toEqual(['reading', 'matching', 'comparing']);
    expect(decisionsOf(to)).toEqual([]);
    for (const at of ['reading', 'matching']) {
      const controller = new AbortController();
      const stopped = importDecisions(to, clock, wishes(path), {
        signal: controller.signal,
        onProgress: ({ step }) => step === at && controller.abort(),
      });
      await expect(stopped, at).rejects.toThrow('aborted');
    }
    expect(decisionsOf(to)).toEqual([]);
    expect((await importDecisions(to, clock, wishes(path))).changed).toBe(6);
  });

  it('leaves pairs alone that went while it was matching', async () => {
    const path = await exported(decidedProject(), 'csv');
    const to = otherProject();
    const [gone] = listPairs(to.db, {}).rows;
    const drop = (): unknown => to.db.prepare('DELETE FROM pair WHERE id = ?').run(gone!.id);
    const found = await importDecisions(to, clock, wishes(path), {
      onProgress: ({ step, done }) => step === 'comparing' && done === 0 && drop(),
    });
    expect([found.matched, found.changed]).toEqual([6, 5]);
    expect(decisionsOf(to)).toHaveLength(5);
  });

  it('changes nothing where the file as a whole is none', async () => {
    const project = decidedProject();
    const before = [decisionsOf(project), listJournal(project.db, 100, null)];
    const bad = {
      'a.csv': 'key,reason\n1,x\n',
      'b.parquet': 'PAR1 no',
      'c.xlsx': 'x',
      'd.csv': Buffer.from([0x6b, 0xff, 0xfe, 0x0a]),
    };
    for (const [name, content] of Object.entries(bad)) {
      const path = join(temporary.folder, name);
      writeFileSync(path, content);
      await expect(importDecisions(project, clock, wishes(path))).rejects.toThrow(
        /Nothing was (changed|imported)/,
      );
    }
    expect([decisionsOf(project), listJournal(project.db, 100, null)]).toEqual(before);
  });
});
