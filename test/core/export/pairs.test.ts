/** Tables of pairs: every column filled as the project says, the same in every form. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { type CellValue, PAIR_COLUMNS } from '../../../core/export/columns.ts';
import { exportTable } from '../../../core/export/export-table.ts';
import { manifestRows } from '../../../core/intake/manifest-rows.ts';
import { setAlignment } from '../../../core/project/queries/alignments.ts';
import { setDecision } from '../../../core/project/queries/decisions.ts';
import { listPairs } from '../../../core/project/queries/pairs.ts';
import { projectWithTitles, temporaryFolder } from '../../fixtures/project.ts';

const temporary = temporaryFolder();
// More rows than are read at once (5000).
const { project, remove } = projectWithTitles(1500);
afterAll(() => {
  remove();
  temporary.remove();
});

const clock = manualClock(5);
const pages = (): ReturnType<typeof listPairs>['rows'] => {
  const rows: ReturnType<typeof listPairs>['rows'] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = listPairs(project.db, { limit: 1000, cursor: cursor ?? undefined });
    rows.push(...page.rows);
    cursor = page.next;
  }
  return rows;
};

it('says of each pair what the list says, in import order, in every form', async () => {
  setAlignment(project.db, clock, { titleId: 't_0', language: 'de', offsetMs: -23.4 });
  setDecision(project.db, clock, { filter: { text: 'title000' }, verdict: 'accept', reason: 'a, "b"' });
  const expected = pages();
  expect(expected).toHaveLength(6000);
  const keys = new Set<unknown>();
  for (const format of ['csv', 'jsonl', 'parquet'] as const) {
    const path = join(temporary.folder, `pairs.${format}`);
    const steps: number[] = [];
    const { rows: count } = await exportTable(
      project.db,
      { kind: 'pairs', path, format, filter: undefined },
      { onProgress: ({ done }) => void steps.push(done) },
    );
    expect([count, steps]).toEqual([6000, [2500, 5000, 6000]]);
    let at = 0;
    for await (const found of manifestRows(path)) {
      if (!('values' in found)) throw new Error(found.message);
      const row = found.values as Record<string, CellValue>;
      const pair = expected[at]!;
      at += 1;
      const told = { ...row, start_sec: Number(row.start_sec), end_sec: Number(row.end_sec) };
      expect(told).toMatchObject({
        pair_id: pair.id,
        title: pair.titleName,
        language: pair.language,
        original_language: 'en',
        start_sec: 0,
        end_sec: 3,
        split: pair.split,
        state: pair.state,
      });
      expect(Number(row.offset_ms)).toBe(pair.offsetMs ?? 0);
      keys.add(row.key);
      if (at === 1) expect(Object.keys(row)).toEqual(PAIR_COLUMNS.map(({ name }) => name));
    }
    expect(at).toBe(6000);
  }
  // Every pair has a key of its own, and it is the same in every form.
  expect(keys.size).toBe(6000);
});

it('takes only what the filter takes', async () => {
  const path = join(temporary.folder, 'few.jsonl');
  const filter = { languages: ['de'], text: 'title000' };
  await exportTable(project.db, { kind: 'pairs', path, format: 'jsonl', filter });
  const rows = readFileSync(path, 'utf8').trim().split('\n');
  expect(rows).toHaveLength(2);
  for (const row of rows) {
    expect(JSON.parse(row)).toMatchObject({
      language: 'de',
      offset_ms: -23.4,
      offset_source: 'person',
      verdict: 'accept',
      decided_at_ms: 5,
      video_stream: 0,
      dub_stream: 2,
    });
  }
});
