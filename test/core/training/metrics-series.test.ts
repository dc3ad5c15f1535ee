import { appendFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { MetricsSeries } from '../../../core/training/metrics-series.ts';
import { temporaryFolder } from '../../fixtures/project.ts';

const temporary = temporaryFolder();
const metrics = join(temporary.folder, 'metrics.jsonl');
const timing = join(temporary.folder, 'timing.jsonl');
const validation = join(temporary.folder, 'validation.jsonl');
let series: MetricsSeries;
afterAll(() => temporary.remove());
beforeEach(() => {
  for (const path of [metrics, timing, validation]) rmSync(path, { force: true });
  series = new MetricsSeries(temporary.folder, 4);
});

const line = (step: number, loss: number | null): string => `${JSON.stringify({ step, epoch: 1, loss })}\n`;

async function lossOf(): Promise<[number, number | null][]> {
  await series.refresh();
  const [loss] = series.ask('run-1', { series: ['loss'], points: 50 }).series;
  return (loss?.steps ?? []).map((step, i) => [step, loss!.values[i]!]);
}

describe('a growing log', () => {
  it('is nothing before it is there, and grows by whole lines', async () => {
    expect(await lossOf()).toEqual([]);
    writeFileSync(metrics, line(1, 5) + line(2, 4) + line(3, 3).slice(0, 11));
    expect(await lossOf()).toEqual([
      [1, 5],
      [2, 4],
    ]);
    appendFileSync(metrics, line(3, 3).slice(11));
    expect(await lossOf()).toEqual([
      [1, 5],
      [2, 4],
      [3, 3],
    ]);
  });

  it('is cut back to a checkpoint and goes on with other rows, of the same length or longer', async () => {
    writeFileSync(metrics, line(1, 5) + line(2, 4) + line(3, 3));
    await lossOf();
    truncateSync(metrics, line(1, 5).length);
    expect(await lossOf()).toEqual([[1, 5]]);
    appendFileSync(metrics, line(2, 7) + line(3, 6));
    expect(await lossOf()).toEqual([
      [1, 5],
      [2, 7],
      [3, 6],
    ]);
    writeFileSync(metrics, line(1, 5) + line(2, 8) + line(3, 9) + line(4, 1));
    expect(await lossOf()).toEqual([
      [1, 5],
      [2, 8],
      [3, 9],
      [4, 1],
    ]);
  });

  it('takes the later line of a step, passes over a damaged one, and shows null as a gap', async () => {
    writeFileSync(
      metrics,
      `${line(1, 5)}${line(2, 4)}{"step":3\n7\n${line(3, 3)}${line(2, null)}${line(3, 2)}`,
    );
    expect(await lossOf()).toEqual([
      [1, 5],
      [2, null],
      [3, 2],
    ]);
  });
});

describe('an answer', () => {
  it('has speed, waiting and time from the timing, and what was measured on held-out clips', async () => {
    writeFileSync(metrics, line(1, 5) + line(2, 4));
    writeFileSync(
      timing,
      '{"step":1,"dataMs":500,"computeMs":1500}\n{"step":2,"dataMs":0,"computeMs":1000}\n',
    );
    const measured = { step: 2, epoch: 1, score: 0.5, recallAt1: 0.5 };
    writeFileSync(validation, `${JSON.stringify(measured)}\n{"step":9`);
    await series.refresh();
    const answer = series.ask('run-1', {});
    const of = (name: string) => answer.series.find((one) => one.name === name)?.values;
    expect(of('clipsPerSec')).toEqual([2, 4]);
    expect(of('waitShare')).toEqual([0.25, 0]);
    expect(of('elapsedSec')).toEqual([2, 3]);
    expect(of('temperature')).toBeUndefined();
    expect(answer).toMatchObject({ lastStep: 2, validation: [measured], last: { loss: 4, clipsPerSec: 4 } });
  });

  it('is empty for who has it already, until something was logged', async () => {
    writeFileSync(metrics, line(1, 5));
    await series.refresh();
    const { version } = series.ask('run-1', {});
    await series.refresh();
    expect(series.ask('run-1', { known: version })).toMatchObject({ unchanged: true, series: [] });
    appendFileSync(metrics, line(2, 4));
    await series.refresh();
    expect(series.ask('run-1', { known: version })).toMatchObject({ unchanged: false, lastStep: 2 });
  });

  it('keeps a spike of one step among 20,000, and has every row once zoomed in', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => line(i + 1, i === 12_345 ? 99 : 1 + Math.sin(i)));
    writeFileSync(metrics, rows.join(''));
    await series.refresh();
    const [far] = series.ask('run-1', { series: ['loss'], points: 300, smoothing: 0.9 }).series;
    expect(far!.values).toContain(99);
    expect(far!.exact).toBe(false);
    expect(far!.values.length).toBeLessThanOrEqual(300);
    const question = {
      series: ['loss'],
      points: 300,
      fromStep: 12_300,
      toStep: 12_400,
      smoothing: 0.9,
    } as const;
    const [near] = series.ask('run-1', question).series;
    expect(near).toMatchObject({ exact: true, steps: { length: 101, 0: 12_300, 100: 12_400 } });
    // The mean is of the whole run: looking closer does not move it.
    const both = far!.steps.flatMap((step, i) => {
      const at = near!.steps.indexOf(step);
      return at < 0 ? [] : [[far!.smooth![i], near!.smooth![at]]];
    });
    expect(both.length).toBeGreaterThan(0);
    for (const [one, other] of both) expect(one).toBe(other);
  });
});
