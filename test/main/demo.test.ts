/** The demo as a new user runs it, with few training steps: everything planted is found, nothing else is claimed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { EvaluationResult } from '../../core/domain/evaluation.ts';
import type { RunSummary } from '../../core/domain/run.ts';
import type { Tally } from '../../main/demo/tally.ts';
import { treeHash } from '../fixtures/media.ts';
import { temporaryFolder } from '../fixtures/project.ts';
import { json } from './command.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());

it('finds every planted fault, raises no false alarm, and the loss goes down', {
  timeout: 900_000,
}, async () => {
  const media = join(import.meta.dirname, '..', '..', 'demo', 'media');
  const before = treeHash(media);
  const answer = await json(['demo', '--quick', '--out', temporary.folder]);
  const { tally, run, evaluation, reportPath } = answer.value as {
    tally: Tally;
    run: RunSummary;
    evaluation: EvaluationResult;
    reportPath: string;
  };
  expect(tally.rows).toHaveLength(27);
  expect(tally.rows.filter((row) => !row.found)).toEqual([]);
  expect(tally.falseAlarms).toEqual([]);
  expect(run).toMatchObject({ state: 'finished', clipCount: 96 });
  expect(run.lastLoss).toBeLessThan(run.firstLoss! - 0.5);
  expect(evaluation.languages).toEqual(['en', 'de', 'es', 'fr', 'it']);
  expect(evaluation.clipCount).toBe(48);
  expect(readFileSync(reportPath, 'utf8')).toContain('<svg');
  expect(existsSync(join(reportPath, '..', 'heatmap.png'))).toBe(true);
  expect(answer.exitCode).toBe(0);
  expect(treeHash(media)).toBe(before);
});
