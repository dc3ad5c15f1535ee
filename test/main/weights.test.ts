/** `dubscope weights` as a person meets it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../core/clock.ts';
import { type ParameterValues, sizeOf } from '../../core/model/parameters.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { decodeSafetensors, encodeSafetensors } from '../../core/model/safetensors.ts';
import { twoTowersSpecs } from '../../core/model/two-towers.ts';
import { officialSpecs } from '../../core/model/weights/official-layout.ts';
import { createProject } from '../../core/project/project.ts';
import { insertRun, runFolder } from '../../core/project/queries/runs.ts';
import { writeCheckpoint } from '../../core/training/checkpoint.ts';
import { defaultRunConfig } from '../../core/training/config.ts';
import { temporaryFolder } from '../fixtures/project.ts';
import { command, json } from './command.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/weights');
const fixture = (name: string): string => join(FIXTURES, name);

/** Different small numbers for every weight. */
function valuesOf(specs: readonly { name: string; shape: number[] }[]): ParameterValues {
  let next = 1;
  return new Map(
    specs.map((spec) => {
      const data = new Float32Array(sizeOf(spec));
      for (let i = 0; i < data.length; i += 1) data[i] = next++;
      return [spec.name, { shape: spec.shape, data }];
    }),
  );
}

let temporary = temporaryFolder();
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => temporary.remove());
const at = (name: string): string => join(temporary.folder, name);

describe('weights inspect', () => {
  it('says what a file holds and why it is not the whole model', async () => {
    const { code, out } = await command(['weights', 'inspect', fixture('official-part.pt')]);
    expect(code).toBe(0);
    expect(out).toContain('4 tensors (3 F32, 1 I64) under "model"');
    expect(out).toContain('the audio tower has 0 blocks, S has 16 and B 24');
    expect(out).toMatch(/left out {3}mlp\.0\.weight\nbeside it {2}epoch/);
  });

  it.each([
    ['hostile/os-system.pt', 'CKPT_UNSAFE', 'posix.system', 4],
    ['hostile/in-tensor.pt', 'CKPT_UNSAFE', 'posix.system', 4],
    ['legacy.pt', 'CKPT_FORMAT', 'before 1.6', 4],
    ['script.pt', 'CKPT_FORMAT', 'TorchScript', 4],
    ['short-storage.pt', 'CKPT_DAMAGED', '16 bytes', 4],
    ['nothing.pt', 'PATH_NOT_FOUND', 'not there', 3],
    ['.', 'PATH_NOT_REGULAR_FILE', 'plain file', 3],
  ])('%s: %s', async (name, code, words, exitCode) => {
    const canary = at('canary');
    const result = await json(['weights', 'inspect', fixture(name)], { DUBSCOPE_CANARY: canary });
    expect(result).toMatchObject({ ok: false, exitCode, error: { code } });
    expect((result.error as { message: string }).message).toContain(words);
    expect(existsSync(canary)).toBe(false);
  });

  it('names in a file cannot draw on the terminal', async () => {
    const entry = (name: string): string => `"${name}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`;
    const header = Buffer.from(`{${entry('a\\u001b[2Jb')}}`);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(at('x.safetensors'), Buffer.concat([length, header, Buffer.alloc(4)]));
    const { code, out, err } = await command(['weights', 'inspect', at('x.safetensors')]);
    expect(code).toBe(4);
    expect(`${out}${err}`).not.toContain('\x1b');
  });
});

describe('weights convert', () => {
  const audio = temporaryFolder();
  const source = join(audio.folder, 'audio.safetensors');
  beforeAll(() => {
    writeFileSync(source, encodeSafetensors(valuesOf(officialSpecs('audio', 'S', true))));
  });
  afterAll(() => audio.remove());

  it('goes to .pt and back to the same numbers, and replaces only when told to', async () => {
    const there = await json(['weights', 'convert', source, at('a.pt')]);
    const variant = { size: 'S', overlap: true, towers: ['audio'], tensorCount: 381, discarded: [] };
    expect(there).toMatchObject({ ok: true, value: { ...variant, format: 'torch' } });
    const inspected = await json(['weights', 'inspect', at('a.pt')]);
    expect(inspected).toMatchObject({
      value: {
        wrapper: 'model',
        prefix: 'backbone.',
        official: { size: 'S', overlap: true, towers: ['audio'] },
        parameterCount: 34_075_296,
        statisticCount: 3,
        dtypes: { F32: 380, I64: 1 },
      },
    });
    expect((await command(['weights', 'convert', at('a.pt'), at('b.safetensors')])).code).toBe(0);
    const [before, after] = [source, at('b.safetensors')].map(
      (path) => decodeSafetensors(readFileSync(path), path).tensors,
    );
    expect([...after!.keys()].sort()).toEqual([...before!.keys()].sort());
    for (const [name, { data }] of after!) {
      expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from(before!.get(name)!.data.buffer))).toBe(0);
    }
    const kept = readFileSync(at('a.pt'));
    expect(await json(['weights', 'convert', source, at('a.pt')])).toMatchObject({
      exitCode: 2,
      error: { code: 'ARGUMENT_INVALID' },
    });
    expect(readFileSync(at('a.pt')).equals(kept)).toBe(true);
    expect((await command(['weights', 'convert', at('b.safetensors'), at('a.pt'), '--force'])).code).toBe(0);
    expect(readFileSync(at('a.pt')).equals(kept)).toBe(true);
  });

  it.each([
    ['official-part.pt', 'out.pt', 'CKPT_ARCHITECTURE', 4],
    ['hostile/eval.pt', 'out.pt', 'CKPT_UNSAFE', 4],
    ['official-part.pt', 'out.onnx', 'ARGUMENT_INVALID', 2],
    ['official-part.pt', 'no/out.pt', 'PATH_NOT_FOUND', 3],
  ])('%s to %s is refused, and nothing is written', async (from, to, code, exitCode) => {
    const result = await json(['weights', 'convert', fixture(from), at(to)]);
    expect(result).toMatchObject({ ok: false, exitCode, error: { code } });
    expect(readdirSync(temporary.folder)).toEqual([]);
  });

  it.each([
    [['weights', 'convert', 'one.pt'], /to/],
    [['weights', 'frobnicate'], /frobnicate/],
    [['weights', 'export', 'p'], /--out/],
  ])('%j is a wrong argument', async (args, words) => {
    const { code, err } = await command(args);
    expect(code).toBe(2);
    expect(err).toMatch(words);
  });
});

it('weights alone, as JSON, says that a command is missing', async () => {
  expect(await json(['weights'])).toMatchObject({
    exitCode: 2,
    error: { code: 'ARGUMENT_INVALID', message: expect.stringContaining('command is missing') as string },
  });
});

describe('weights export', () => {
  it('writes the towers of the newest checkpoint as the official code loads them', async () => {
    const project = createProject(at('p'), { program: 'test', clock: manualClock(1) });
    const run = { createdMs: 1, clipCount: 1, pairCount: 1, totalSteps: 1 };
    insertRun(project.db, { ...run, id: 'r_tiny', config: defaultRunConfig('tiny') });
    insertRun(project.db, { ...run, id: 'r_large', createdMs: 2, config: defaultRunConfig('mvitv2-s') });
    const folder = runFolder(project, 'r_large');
    const projectFolder = project.folder;
    project.close();
    const exported = (...more: string[]): Promise<Record<string, unknown>> =>
      json(['weights', 'export', projectFolder, '--out', at('out.pt'), ...more]);
    expect(await exported()).toMatchObject({ exitCode: 4, error: { code: 'CKPT_MISSING' } });
    expect(await exported('--run', 'r_none')).toMatchObject({ exitCode: 2, error: { code: 'NOT_FOUND' } });
    expect(await exported('--run', 'r_tiny')).toMatchObject({
      exitCode: 4,
      error: { code: 'CKPT_ARCHITECTURE', message: expect.stringContaining('"tiny"') as string },
    });
    const weights = valuesOf(twoTowersSpecs(modelPreset({ preset: 'mvitv2-s' })));
    await writeCheckpoint(
      folder,
      {
        weights,
        average: null,
        moments: new Map(),
        progress: {
          version: 1,
          step: 3,
          optimizerStepCount: 3,
          seed: 0,
          identity: { config: 'c', dataset: 'd', model: 'm' },
          engines: [{ fromStep: 0, name: 'wasm', version: '1', device: 'cpu', threads: 1 }],
          logs: { metrics: 0, timing: 0, events: 0, validation: 0 },
        },
      },
      1,
    );
    expect(await exported('--run', 'r_large')).toMatchObject({
      ok: true,
      value: {
        run: 'r_large',
        step: 3,
        size: 'S',
        overlap: false,
        towers: ['video', 'audio'],
        tensorCount: 779,
      },
    });
    expect(await json(['weights', 'inspect', at('out.pt')])).toMatchObject({
      value: { parameterCount: 68_241_888, statisticCount: 10, prefix: 'backbone.', differences: [] },
    });
  });
});
