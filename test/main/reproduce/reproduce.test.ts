/** `dubscope reproduce` as a person runs it: stopped, called again, and called once more. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../core/domain/run.ts';
import { seedsOf } from '../../../main/commands/reproduce.ts';
import type { ReproduceResult } from '../../../main/reproduce/run-reproduce.ts';
import { treeHash } from '../../fixtures/media.ts';
import { temporaryFolder } from '../../fixtures/project.ts';
import { command, ended, json, startCommand } from '../command.ts';

const MEDIA = join(import.meta.dirname, '..', '..', '..', 'demo', 'media');
const HELDOUT = ['quiet-platform', 'violet-hour'];
const TRAIN = ['hollow-hill', 'paper-moon-bay'];
const temporary = temporaryFolder();
const project = join(temporary.folder, 'some.dubscope');
const reproduce = ['reproduce', project, '--seeds', '4,5', '--quick', '--epochs', '2'];
const settings = ['--set', 'checkpointEverySteps=1'];
afterAll(() => temporary.remove());

const runs = async (): Promise<RunSummary[]> => (await json(['runs', project])).value as RunSummary[];

describe('seedsOf', () => {
  it('takes a count or a list', () => {
    expect(seedsOf('3')).toEqual([0, 1, 2]);
    expect(seedsOf('7,8,12')).toEqual([7, 8, 12]);
    expect(seedsOf('7,')).toEqual([7]);
  });

  it.each(['0', '-1', '1.5', 'x', '', ',', '3,3', '101', '1,-2'])('refuses %s', (text) => {
    expect(() => seedsOf(text)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});

describe('dubscope reproduce', () => {
  beforeAll(async () => {
    const files = readdirSync(MEDIA)
      .filter((name) => [...TRAIN, ...HELDOUT].some((title) => name.startsWith(`${title}_`)))
      .map((name) => join(MEDIA, name));
    await command(['new', project]);
    expect(await json(['import', project, ...files])).toMatchObject({ value: { titles: 4, shots: 24 } });
  }, 300_000);

  it('starts nothing where there are too few clips for a claim', async () => {
    expect(await json(reproduce)).toMatchObject({ ok: false, exitCode: 3, error: { code: 'TOO_FEW_PAIRS' } });
    expect(await runs()).toEqual([]);
  });

  it('leaves to itself what makes the arms equal', async () => {
    for (const setting of ['strategy=two-dubs', 'seed=3', 'earlyStopAfter=2']) {
      expect(await json(['reproduce', project, '--set', setting])).toMatchObject({
        exitCode: 2,
        error: { code: 'ARGUMENT_INVALID' },
      });
    }
  });

  it('stops on Ctrl-C, goes on where it was, and repeats nothing', { timeout: 600_000 }, async () => {
    expect(await command(['split', project, 'heldout', ...HELDOUT])).toMatchObject({ code: 0 });
    expect(await command(['split', project, 'train', ...TRAIN])).toMatchObject({ code: 0 });
    expect(await command(['decide', project, '--accept', '--all'])).toMatchObject({ code: 0 });
    const before = treeHash(MEDIA);

    const child = startCommand([...reproduce, ...settings]);
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      // Amid the second of four runs.
      if (out.includes('run-2 started')) child.kill('SIGINT');
    });
    expect(await ended(child)).toMatchObject({ code: 130 });
    const stopped = await runs();
    expect(stopped).toHaveLength(2);
    expect(stopped.find((run) => run.id === 'run-1')).toMatchObject({ state: 'finished' });
    expect(stopped.find((run) => run.id === 'run-2')).toMatchObject({ state: 'stopped' });

    const second = await json([...reproduce, ...settings]);
    const { reproduction, htmlPath } = second.value as ReproduceResult;
    expect(second.exitCode).toBe(0);
    const finished = await runs();
    expect(finished.map((run) => [run.id, run.state, run.config.strategy, run.config.seed]).sort()).toEqual([
      ['run-1', 'finished', 'original-only', 4],
      ['run-2', 'finished', 'dub-augmented', 4],
      ['run-3', 'finished', 'original-only', 5],
      ['run-4', 'finished', 'dub-augmented', 5],
    ]);
    const [one, other] = ['run-1', 'run-2'].map((id) => finished.find((run) => run.id === id)!);
    expect(one!.totalSteps).toBe(other!.totalSteps);
    expect({ ...one!.config, strategy: null }).toEqual({ ...other!.config, strategy: null });
    // Two seeds never are enough, whatever they say.
    expect(reproduction).toMatchObject({ verdict: 'cannot-tell', clipCount: 12, shotCount: 12 });
    expect(existsSync(join(htmlPath, '..', 'heatmaps-gap.png'))).toBe(true);

    const third = await json([...reproduce, ...settings, '--out', join(temporary.folder, 'elsewhere')]);
    expect((third.value as ReproduceResult).reproduction).toEqual(reproduction);
    expect(await runs()).toHaveLength(4);
    expect(readdirSync(join(project, 'evaluations'))).toHaveLength(4);
    expect(readFileSync(join(temporary.folder, 'elsewhere', 'reproduction.json'))).toEqual(
      readFileSync(join(htmlPath, '..', 'reproduction.json')),
    );
    expect(treeHash(MEDIA)).toBe(before);
  });

  it('takes up no run on other pairs', { timeout: 300_000 }, async () => {
    await command(['decide', project, '--reject', '--language', 'it']);
    const child = startCommand([...reproduce, ...settings]);
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      if (out.includes('run-5 started')) child.kill('SIGINT');
    });
    await ended(child);
    expect(out).not.toContain('already');
    expect(await runs()).toHaveLength(5);
  });
});
