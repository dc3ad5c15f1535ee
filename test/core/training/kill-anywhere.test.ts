import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KILL_PHASES, type KillPhase } from '../../../core/training/kill-points.ts';
import { hasEngine } from '../engine/every-engine.ts';
import { readScalarSteps } from './tfevents-reader.ts';

const CHILD = fileURLToPath(new URL('../../fixtures/training/train-child.ts', import.meta.url));
/** Steps of the run in test/fixtures/training/kill-run.ts: epochs end after 3 and 6, checkpoints come at 2, 3, 4, 6. */
const LAST_STEP = 6;

type Place = `${KillPhase}@${number}`;
type Engine = 'wasm' | 'tensorflow';

/** Every phase once, at the step where it does most: 4 is mid-epoch and a checkpoint that replaces one. */
const EACH_PHASE: Place[][] = KILL_PHASES.map((phase) => {
  if (phase === 'start') return ['start@0'];
  if (phase === 'end') return [`end@${LAST_STEP}`];
  // Measurements are made where an epoch ends; the checkpoint after the first one replaces that of step 2, and the one
  // of step 4 replaces none: that of step 3 is the best so far.
  if (phase.includes('validation') || phase === 'rotate-renamed') return [`${phase}@3`];
  return [`${phase}@4`];
});

const ELSEWHERE: Place[][] = [
  // Before there is any checkpoint.
  ['before-step@1'],
  ['mid-metrics-line@2'],
  ['checkpoint-before-rename@2'],
  // On the edge of an epoch, and between two checkpoints.
  ['after-metrics@3'],
  ['mid-metrics-line@5'],
  // In a measurement of the last epoch, and in the checkpoint that follows one.
  ['mid-validation-line@6'],
  ['checkpoint-mid-average@3', 'after-validation@6'],
  // In the last checkpoint.
  ['checkpoint-mid-optimizer@6'],
  // While recovering from a kill; and again at the same place.
  ['mid-metrics-line@3', 'checkpoint-mid-weights@4'],
  ['checkpoint-after-rename@4', 'start@4', 'mid-metrics-line@6'],
  ['rotate-renamed@3', 'rotate-renamed@6'],
  ['checkpoint-after-manifest@4', 'checkpoint-after-manifest@4'],
];

let folder: string;
const golden = new Map<Engine, RunBytes>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kill-anywhere-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a run that is killed and called again', () => {
  it('ends in the same bytes as one that was left alone, for every place (wasm)', async () => {
    await expectSameBytes('wasm', [...EACH_PHASE, ...ELSEWHERE]);
  }, 300_000);

  it.skipIf(!hasEngine('tensorflow'))(
    'does so on TensorFlow',
    async () => {
      await expectSameBytes('tensorflow', [
        ['checkpoint-mid-optimizer@4'],
        ['mid-metrics-line@5', 'checkpoint-after-rename@6'],
      ]);
    },
    300_000,
  );
});

async function expectSameBytes(engine: Engine, stories: Place[][]): Promise<void> {
  const whole = join(folder, `${engine}-whole`);
  expect(await run(whole, engine)).toBe('0');
  golden.set(engine, await bytesOf(whole));
  // Steps 3 and 6 have a measurement besides.
  expect(golden.get(engine)!.eventSteps).toEqual([1, 2, 3, 3, 4, 5, 6, 6]);
  const waiting = stories.entries();
  const lane = async (): Promise<void> => {
    for (const [i, story] of waiting) await playStory(join(folder, `${engine}-${i}`), engine, story);
  };
  await Promise.all([lane(), lane()]);
}

async function playStory(runFolder: string, engine: Engine, story: readonly Place[]): Promise<void> {
  const name = story.join(', ');
  for (const place of story) expect(await run(runFolder, engine, place), `killed at ${name}`).toBe('SIGKILL');
  expect(await run(runFolder, engine), `resumed after ${name}`).toBe('0');
  expect(await bytesOf(runFolder), name).toEqual(golden.get(engine));
}

/** Exit code or signal of a child that trains in `runFolder`. */
function run(runFolder: string, engine: Engine, kill?: Place): Promise<string> {
  const env = { ...process.env, NODE_ENV: 'test', DUBSCOPE_ENGINE: engine, DUBSCOPE_KILL: kill ?? '' };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, runFolder], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code === 1 ? said : (signal ?? String(code))));
  });
}

type RunBytes = { sha256: Record<string, string>; names: string[]; eventSteps: number[] };

/** All that must be equal between two runs; event files hold wall times, so only their steps. */
async function bytesOf(runFolder: string): Promise<RunBytes> {
  const checkpoints = join(runFolder, 'checkpoints');
  const names = (await readdir(checkpoints)).sort();
  const last = join('checkpoints', names.at(-1)!);
  const sha256: Record<string, string> = {};
  for (const name of [
    'metrics.jsonl',
    'validation.jsonl',
    join(last, 'weights.safetensors'),
    join(last, 'average.safetensors'),
    join(last, 'optimizer.safetensors'),
  ]) {
    sha256[name] = createHash('sha256')
      .update(await readFile(join(runFolder, name)))
      .digest('hex');
  }
  const events = (await readdir(runFolder)).find((name) => name.includes('tfevents'))!;
  return { sha256, names, eventSteps: readScalarSteps(await readFile(join(runFolder, events))) };
}
