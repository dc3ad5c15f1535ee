/** `dubscope parity` as a person meets it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TowerValues } from '../../core/model/parity-fixture.ts';
import { naiveFixture } from '../core/model/naive-fixture.ts';
import { temporaryFolder } from '../fixtures/project.ts';
import { command, json } from './command.ts';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());

function write(name: string, content: unknown): string {
  const path = join(temporary.folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** A tower of a short sound, worked out by loops. */
const SOUND: TowerValues = naiveFixture({
  modality: 'audio',
  preset: 'mvitv2-s',
  overlap: true,
  shape: [1, 32, 96],
});

type Document = { engine: string; same: boolean; tolerance: object; reports: unknown[] };

describe('parity', () => {
  it('says with exit code 0 that the towers are the same, within one tolerance for everything', async () => {
    const path = write('same.json', { note: 'a short sound', sound: SOUND });
    const { exitCode, ok, value } = await json(['parity', path, '--tolerance', '0.0005']);
    expect({ exitCode, ok }).toEqual({ exitCode: 0, ok: true });
    const { engine, same, tolerance, reports } = value as Document;
    expect(engine).toMatch(/tensorflow|wasm|webgpu/);
    expect(same).toBe(true);
    expect(tolerance).toEqual({ output: 0.0005, stage: 0.0005, gradient: 0.0005 });
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ name: 'sound', preset: 'mvitv2-s', overlap: true, ok: true });
  });

  it('ends with 6 where one value differs, and says which', async () => {
    const stages = structuredClone(SOUND.stages);
    stages.find(([name]) => name === 'blocks.3.attn')![3] *= 1.5;
    const path = write('other.json', { sound: { ...SOUND, stages } });
    const { code, out } = await command(['parity', path]);
    expect(code).toBe(6);
    expect(out).toContain('sound: mvitv2-s, audio, overlapping patches');
    expect(out.split('\n').filter((line) => line.endsWith('DIFFERS'))).toHaveLength(1);
    expect(out).toMatch(/^blocks\.3\.attn .*DIFFERS$/m);
    expect(out).toMatch(/^Not the same: 1 of 35 comparisons beyond tolerance \(output /m);
  });

  it.each([
    ['a file that is not there', ['nothing.json'], 3, 'PATH_NOT_FOUND'],
    ['what is no fixture', [write('words.json', 'words')], 3, 'FIXTURE_INVALID'],
    ['no tower', [write('empty.json', {})], 3, 'FIXTURE_INVALID'],
    ['a tolerance of 2', [write('any.json', {}), '--tolerance', '2'], 2, 'ARGUMENT_INVALID'],
    ['a tolerance in words', [write('any.json', {}), '--tolerance', 'small'], 2, 'ARGUMENT_INVALID'],
    ['no file', [], 2, 'ARGUMENT_INVALID'],
  ])('refuses %s', async (_, args, exitCode, code) => {
    const result = await json(['parity', ...args]);
    expect(result).toMatchObject({ ok: false, exitCode, error: { code } });
  });
});
