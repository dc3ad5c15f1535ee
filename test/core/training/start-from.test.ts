import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasCode } from '../../../core/domain/errors.ts';
import { initialise } from '../../../core/model/initialise.ts';
import { twoTowersSpecs } from '../../../core/model/two-towers.ts';
import { createRng } from '../../../core/rng.ts';
import {
  firstWeights,
  requireFit,
  START_WEIGHTS,
  writeStartWeights,
} from '../../../core/training/start-from.ts';
import { MICRO_MVIT_PRESET } from '../../fixtures/training/micro-mvit-preset.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';

const folder = mkdtempSync(join(tmpdir(), 'start-from-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SPECS = twoTowersSpecs(MICRO_MVIT_PRESET);
const others = initialise(SPECS, createRng(9));

describe('weights to start from', () => {
  it('are drawn where there are none, and the copy where there is one', async () => {
    const drawn = await firstWeights(folder, SPECS, createRng(1));
    expect(drawn).toEqual(initialise(SPECS, createRng(1)));
    await writeStartWeights(folder, SPECS, others, 'run-1');
    expect(await firstWeights(folder, SPECS, createRng(1))).toEqual(others);
  });

  it('may lack the heads, which are drawn then', async () => {
    const towers = new Map([...others].filter(([name]) => !name.includes('head')));
    await writeStartWeights(folder, SPECS, towers, 'official.pt');
    const first = await firstWeights(folder, SPECS, createRng(1));
    const drawn = initialise(SPECS, createRng(1));
    expect([...first.keys()]).toEqual(SPECS.map(({ name }) => name));
    expect(first.get('net.video.norm.weight')).toEqual(others.get('net.video.norm.weight'));
    expect(first.get('video_head.fc1.weight')).toEqual(drawn.get('video_head.fc1.weight'));
  });

  it('are refused where they do not fit, saying how', () => {
    const refused = (values: typeof others): string => {
      try {
        requireFit(SPECS, values, 'run-7');
      } catch (error) {
        expect(hasCode(error, 'CKPT_ARCHITECTURE')).toBe(true);
        return String(error);
      }
      return '';
    };
    expect(refused(initialise(twoTowersSpecs(MICRO_PRESET), createRng(0)))).toMatch(/run-7.*is missing/);
    const wrong = new Map(others).set('net.video.norm.weight', { shape: [3], data: new Float32Array(3) });
    expect(refused(wrong)).toMatch(/net\.video\.norm\.weight is \[3\], not \[16\]/);
    expect(refused(others)).toBe('');
  });

  it('are missed where the copy is gone', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'start-from-'));
    await expect(firstWeights(empty, SPECS, createRng(1), 'run-1')).rejects.toSatisfy((error) =>
      hasCode(error, 'CKPT_MISSING'),
    );
    rmSync(empty, { recursive: true });
  });

  it('are not read where their copy is damaged', async () => {
    writeFileSync(join(folder, START_WEIGHTS), 'not weights at all');
    await expect(firstWeights(folder, SPECS, createRng(1))).rejects.toSatisfy((error) =>
      hasCode(error, 'CKPT_DAMAGED'),
    );
  });
});
