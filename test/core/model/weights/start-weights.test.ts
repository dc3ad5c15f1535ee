import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ParameterValues } from '../../../../core/model/parameters.ts';
import { encodeSafetensors } from '../../../../core/model/safetensors.ts';
import { loadModelWeights } from '../../../../core/model/weights/start-weights.ts';
import { encodeTorchFile } from '../../../../core/model/weights/torch-writer.ts';
import { temporaryFolder } from '../../../fixtures/project.ts';
import { FIXTURES, refusalOf } from './fixtures.ts';

let temporary = temporaryFolder();
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => temporary.remove());

const valuesOf = (...names: string[]): ParameterValues =>
  new Map(names.map((name, i) => [name, { shape: [2], data: Float32Array.of(i, -i) }]));

async function loaded(bytes: Uint8Array): Promise<ParameterValues> {
  const path = join(temporary.folder, 'some.weights');
  writeFileSync(path, bytes);
  return loadModelWeights(path);
}

describe('loadModelWeights', () => {
  it('keeps a checkpoint of Dubscope as it is, heads and other presets included', async () => {
    const values = valuesOf(
      'net.video.norm.bias',
      'net.audio.norm.bias',
      'video_head.fc1.weight',
      'video.other',
    );
    const found = await loaded(encodeSafetensors(values));
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(values));
  });

  it('takes prefixes off and leaves out what the official code discards', async () => {
    const values = valuesOf('module.backbone.net.video.norm.bias', 'mlp.0.weight');
    expect([...(await loaded(encodeTorchFile('model', values)))]).toEqual([
      ['net.video.norm.bias', { shape: [2], data: Float32Array.of(0, -0) }],
    ]);
  });

  it('refuses two tensors of one name, and programs', async () => {
    const values = valuesOf('module.net.video.norm.bias', 'net.video.norm.bias');
    expect(await refusalOf(loaded(encodeTorchFile('model', values)), 'CKPT_DAMAGED')).toContain(
      'there twice',
    );
    await refusalOf(loadModelWeights(join(FIXTURES, 'hostile/eval.pt')), 'CKPT_UNSAFE');
  });
});
