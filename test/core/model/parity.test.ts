/** The comparison with reference values: it passes on what is right, and on nothing else. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../../core/engine/engine.ts';
import { tf } from '../../../core/engine/tf.ts';
import { mvit, mvitSpecs } from '../../../core/model/mvit.ts';
import { toTensors } from '../../../core/model/parameters.ts';
import { measureParity, type ParityTolerance } from '../../../core/model/parity.ts';
import {
  fixtureInput,
  fixtureWeights,
  type ParityCase,
  parseParityFixture,
} from '../../../core/model/parity-fixture.ts';
import { hasReference, referencePath } from '../../fixtures/reference.ts';
import { hasEngine } from '../engine/every-engine.ts';
import { naiveFixture } from './naive-fixture.ts';

const GOLDEN = 'golden-mvit.json';
const hasGolden = hasReference(GOLDEN);
// In one window of block 14's max pooling two values differ by 1.3e-6: rounding decides which gets the gradient.
const TIGHT: ParityTolerance = { output: 2e-5, stage: 1e-6, gradient: 1e-3 };
const WIDE: ParityTolerance = { output: 1e-3, stage: 1e-3, gradient: 1e-3 };

function golden(modality: 'video' | 'audio'): ParityCase {
  const cases = parseParityFixture(readFileSync(referencePath(GOLDEN), 'utf8'), GOLDEN);
  return cases.find((fixture) => fixture.modality === modality)!;
}

describe.skipIf(!hasGolden || !hasEngine('tensorflow'))('reference values on TensorFlow', () => {
  beforeAll(async () => {
    await loadEngine({ prefer: 'tensorflow' });
  });

  it('video: every stage, output, loss and gradient', async () => {
    const before = tf.memory().numTensors;
    const { lines, ok, preset, overlap } = await measureParity(golden('video'), TIGHT);
    expect(lines.filter((line) => !line.ok)).toEqual([]);
    expect({ ok, preset, overlap }).toEqual({ ok: true, preset: 'mvitv2-s', overlap: false });
    expect(lines.length).toBeGreaterThan(33 + 2 + 12);
    expect(tf.memory().numTensors).toBe(before);
  });

  // Everything else is the same, so this is the audio tower's comparison too.
  it('names what differs, and nothing else', async () => {
    const fixture = golden('audio');
    const { expected } = fixture;
    expected.stages.find(([name]) => name === 'blocks.7')![3] *= 1.0001;
    expected.grads['norm.weight']!.l2 *= 1.001;
    expected.grads['blocks.0.attn.qkv.weight']!.first4[2]! *= 1.05;
    expected.grads['blocks.0.attn.nothing'] = { l2: 1, first4: [0] };
    expected.stages.push(['blocks.99', [1], 0, 1, [0]]);
    expected.first8_fp64![1]![3]! += 1e-3;
    expected.loss += 0.1;
    const { lines, ok } = await measureParity(fixture, { output: 2e-4, stage: 2e-5, gradient: 5e-4 });
    expect(ok).toBe(false);
    expect(lines.filter((line) => !line.ok).map(({ what }) => what)).toEqual([
      'blocks.7',
      'blocks.99',
      'output',
      'loss',
      'gradient of blocks.0.attn.qkv.weight',
      'gradient of norm.weight',
      'gradient of blocks.0.attn.nothing',
    ]);
  });

  it('is far off with another weight, without positions, and with the sound turned round', () => {
    const fixture = golden('audio');
    const [batch, , bands, frames] = fixture.expected.input_shape as [number, number, number, number];
    const specs = mvitSpecs('net', fixture.input, 1, fixture.tower);
    const weights = toTensors(specs, fixtureWeights(specs, 'net', 'audio'));
    const input = tf.tensor5d(fixtureInput(fixture.expected.input_shape, 'audio'), [
      batch,
      1,
      bands,
      frames,
      1,
    ]);
    const features = (picture = input): Float32Array => {
      const result = mvit('net', picture, (name) => weights.get(name)!, fixture.tower);
      const values = result.dataSync() as Float32Array;
      result.dispose();
      return values;
    };
    const change = (chosen: (name: string) => boolean, factor: number): void => {
      for (const [name, tensor] of weights) {
        if (!chosen(name)) continue;
        weights.set(name, tf.mul(tensor, factor));
        tensor.dispose();
      }
    };
    const usual = features();
    const distance = (other: Float32Array): number =>
      Math.hypot(...other.map((value, i) => value - usual[i]!));
    const turned = tf.reverse(input, 3);
    const { diff_when_input_flipped_lr: flipped, diff_when_rel_pos_zero: zeroed } = JSON.parse(
      readFileSync(referencePath(GOLDEN), 'utf8'),
    ).audio_overlapFalse;
    expect(distance(features(turned))).toBeCloseTo(flipped, 3);
    change((name) => name.endsWith('blocks.9.mlp.fc1.weight'), 1.01);
    expect(distance(features())).toBeGreaterThan(1e-2);
    change((name) => name.endsWith('blocks.9.mlp.fc1.weight'), 1 / 1.01);
    change((name) => name.includes('rel_pos_'), 0);
    expect(distance(features())).toBeCloseTo(zeroed, 3);
    tf.dispose([input, turned, ...weights.values()]);
  });
});

describe('reference values on WebAssembly', () => {
  it.skipIf(!hasGolden)('audio: every stage, output, loss and gradient', async () => {
    await loadEngine({ prefer: 'wasm' });
    const { lines } = await measureParity(golden('audio'), WIDE);
    expect(lines.filter((line) => !line.ok)).toEqual([]);
  });
});

describe('the naive loops as reference', () => {
  it('size B, overlapping patches, a short sound: recognised, and the same', async () => {
    await loadEngine();
    const values = naiveFixture({ modality: 'audio', preset: 'mvitv2-b', overlap: true, shape: [1, 32, 96] });
    const [fixture] = parseParityFixture(JSON.stringify({ short: values }), 'short.json');
    expect(fixture).toMatchObject({ name: 'short', modality: 'audio', size: 'b', overlap: true });
    const { lines, preset } = await measureParity(fixture!, { output: 1e-4, stage: 1e-5, gradient: 1e-4 });
    expect(lines.filter((line) => !line.ok)).toEqual([]);
    expect(lines).toHaveLength(1 + 24 * 2 + 2);
    expect(preset).toBe('mvitv2-b');
  });
});
