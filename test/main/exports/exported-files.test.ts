/** Deleting exports: what an export made goes, everything else stays. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteExported, exportedFiles } from '../../../main/exports/exported-files.ts';
import { projectWithTitles } from '../../fixtures/project.ts';

let made: ReturnType<typeof projectWithTitles>;
beforeEach(() => {
  made = projectWithTitles(2);
});
afterEach(() => made.remove());

const own = (name: string): string => join(made.project.folder, 'exports', name);
function put(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(own(name), '..'), { recursive: true });
    writeFileSync(own(name), text);
  }
}

describe('exports', () => {
  it('are told by what they are, hidden ones and links not at all', async () => {
    put({
      'pairs.CSV': 'abc',
      'shards/shards.json': '{}',
      'shards/shard-000000.tar': 'abcd',
      'report-media/report.html': '<p>',
      'notes/a.txt': 'a',
      'last-import.json': '{}',
      '.pairs.csv.tmp-1': 'a',
    });
    symlinkSync(own('notes'), own('link'));
    const found = await exportedFiles(made.project);
    const seen = Object.fromEntries(found.map((one) => [one.name, [one.kind, one.sizeBytes, one.fileCount]]));
    expect(seen).toEqual({
      'pairs.CSV': ['table', 3, null],
      shards: ['shards', 6, 2],
      'report-media': ['report', 3, 1],
      notes: ['other', 1, 1],
      'last-import.json': ['other', 2, null],
    });
    const inside = await exportedFiles(made.project, 'shards');
    expect(inside.map(({ name }) => name).sort()).toEqual(['shard-000000.tar', 'shards.json']);
    for (const name of ['link', '..', 'nothing', 'pairs.CSV']) {
      await expect(exportedFiles(made.project, name), name).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('go when they are deleted; what no export made, and what holds media of the project, stays', async () => {
    put({
      'pairs.csv': 'abc',
      'shards/shards.json': '{}',
      'films/shards.json': '{}',
      'films/deep/1.mp4': 'film',
      'last-import.json': '{}',
    });
    await deleteExported(made.project, 'pairs.csv');
    await deleteExported(made.project, 'shards');
    expect([existsSync(own('pairs.csv')), existsSync(own('shards'))]).toEqual([false, false]);
    made.project.db
      .prepare('UPDATE item SET path = ? WHERE rowid = (SELECT min(rowid) FROM item)')
      .run(own('films/deep/1.mp4'));
    for (const name of ['films', 'last-import.json']) {
      await expect(deleteExported(made.project, name), name).rejects.toMatchObject({
        code: 'ARGUMENT_INVALID',
        message: expect.stringContaining('Nothing was deleted'),
      });
      expect(existsSync(own(name))).toBe(true);
    }
    for (const name of ['..', '../project.db', '.', '', 'films/shards.json']) {
      await expect(deleteExported(made.project, name), name).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(existsSync(join(made.project.folder, 'project.db'))).toBe(true);
  });
});
