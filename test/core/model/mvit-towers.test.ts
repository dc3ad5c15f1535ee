/** The two towers of the MViTv2 presets: what goes in and out, what is trained, and where weights begin. */
import { beforeAll, describe, expect, it } from 'vitest';
import { currentEngine, loadEngine } from '../../../core/engine/engine.ts';
import { type Tensor3D, type Tensor5D, tf } from '../../../core/engine/tf.ts';
import { initialise } from '../../../core/model/initialise.ts';
import { type ModelPreset, modelPreset } from '../../../core/model/presets.ts';
import {
  createTwoTowers,
  parameterCount,
  trainableSpecs,
  twoTowersSpecs,
} from '../../../core/model/two-towers.ts';
import { createRng } from '../../../core/rng.ts';
import { expectNear } from '../engine/ops/check-op.ts';

/** Parameters of both heads: two linear layers each, from 768 features. */
const S_HEADS = 2 * (768 * 2048 + 2048 + 2048 * 128 + 128);

function inputs({ video, audio }: ModelPreset, batch: number): { video: Tensor5D; audio: Tensor3D } {
  const random = createRng(3).stream('inputs');
  const fill = (size: number, from: number, to: number) =>
    Float32Array.from({ length: size }, () => from + (to - from) * random.uniform());
  const { frames, cropPx } = video;
  const { melBands, melFrames } = audio;
  return {
    video: tf.tensor5d(fill(batch * frames * cropPx ** 2 * 3, 0, 255), [batch, frames, cropPx, cropPx, 3]),
    audio: tf.tensor3d(fill(batch * melBands * melFrames, -100, 30), [batch, melBands, melFrames]),
  };
}

describe('two MViTv2 towers', () => {
  beforeAll(async () => {
    await loadEngine();
  });

  it.each([
    ['small', true, 512],
    ['mvitv2-s', false, 768],
  ] as const)('%s, overlap %s: features and embeddings of both modalities', (name, patchOverlap, width) => {
    const preset = modelPreset({ preset: name, patchOverlap });
    const before = tf.memory().numTensors;
    const model = createTwoTowers(currentEngine(), preset, createRng(1));
    const held = twoTowersSpecs(preset).length;
    expect(tf.memory().numTensors - before).toBe(held);
    const { video, audio } = inputs(preset, 1);
    const features = [model.videoFeatures(video), model.audioFeatures(audio)];
    const embeddings = [model.encodeVideo(video), model.encodeAudio(audio)];
    for (const feature of features) {
      expect(feature.shape).toEqual([1, width]);
      expect([...feature.dataSync()].every(Number.isFinite)).toBe(true);
    }
    for (const embedding of embeddings) {
      expect(embedding.shape).toEqual([1, 128]);
      expect(Math.hypot(...embedding.dataSync())).toBeCloseTo(1, 4);
    }
    expect(tf.memory().numTensors - before).toBe(held + 6);
    tf.dispose([video, audio, ...features, ...embeddings]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('see pixels as 0..1, every sample on its own, and the statistics that are given', () => {
    const preset = modelPreset({ preset: 'small' });
    const model = createTwoTowers(currentEngine(), preset, createRng(1));
    const { video, audio } = inputs(preset, 2);
    const second = tf.slice(video, [1], [1]) as Tensor5D;
    const [both, alone] = [model.videoFeatures(video), model.videoFeatures(second)];
    const heard = model.audioFeatures(audio);
    const one = model.audioFeatures(tf.slice(audio, [1], [1]) as Tensor3D);
    expectNear(alone.dataSync(), both.dataSync().slice(512), 1e-4);
    expectNear(one.dataSync(), heard.dataSync().slice(512), 1e-4);
    // What the input is worth is told by its own mean and variance: the weights see the same then.
    const mapped = tf.add(tf.mul(second, 0.5), 51) as Tensor5D; // 0.5 of the scale, up by a fifth
    const given = model.videoFeatures(mapped, {
      statistics: { mean: [0.2, 0.2, 0.2], variance: [0.25, 0.25, 0.25], count: 1 },
    });
    expectNear(given.dataSync(), alone.dataSync(), 1e-3);
    expect(Math.max(...tf.abs(tf.sub(model.videoFeatures(mapped), alone)).dataSync())).toBeGreaterThan(1e-2);
    model.dispose();
  });
});

describe('parameters of the presets', () => {
  it.each([
    ['mvitv2-s', false, 68_241_888 + S_HEADS],
    ['mvitv2-s', true, 68_305_440 + S_HEADS],
    ['mvitv2-b', false, 50_826_912 + 50_613_120 + S_HEADS],
    ['mvitv2-b', true, 50_885_664 + 50_668_992 + S_HEADS],
  ] as const)('%s, overlap %s: %i', (preset, patchOverlap, count) => {
    expect(parameterCount(modelPreset({ preset, patchOverlap }))).toBe(count);
  });

  it('leave the statistics of the input norm out', async () => {
    await loadEngine();
    const preset = modelPreset({ preset: 'small' });
    const model = createTwoTowers(currentEngine(), preset, createRng(0));
    const statistics = ['video', 'audio'].flatMap((tower) =>
      ['running_mean', 'running_var', 'num_batches_tracked'].map(
        (name) => `net.${tower}.patch_embed.norm.${name}`,
      ),
    );
    expect([...model.buffers.keys()]).toEqual(statistics);
    expect([...model.parameters.keys()]).toEqual(trainableSpecs(preset).map(({ name }) => name));
    expect(statistics.some((name) => model.parameters.has(name))).toBe(false);
    const values = await model.values();
    expect([...values.keys()]).toEqual(twoTowersSpecs(preset).map(({ name }) => name));
    expect([...values.get(statistics[0]!)!.data]).toEqual([0, 0, 0]);
    expect([...values.get(statistics[1]!)!.data]).toEqual([1, 1, 1]);
    expect(values.get(statistics[2]!)).toEqual({ shape: [], data: new Float32Array(1) });
    model.dispose();
  });
});

describe('weights at the start', () => {
  const preset = modelPreset({ preset: 'small' });
  const specs = twoTowersSpecs(preset).filter(({ name }) => name.startsWith('net.'));
  const values = initialise(specs, createRng(6));
  const named = (pattern: RegExp): number[] => {
    const found = specs
      .filter(({ name }) => pattern.test(name))
      .flatMap(({ name }) => [...values.get(name)!.data]);
    expect(found.length).toBeGreaterThan(0);
    return found;
  };
  const moments = (numbers: number[]): { mean: number; deviation: number } => {
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(squares / numbers.length) };
  };

  it.each([
    ['linear layers', /blocks\.0\.(attn\.qkv|attn\.proj|mlp\.fc1)\.weight$|blocks\.8\.proj\.weight$/],
    ['patch convolutions', /patch_embed\.proj\.weight$/],
    ['pooling convolutions', /pool_[qkv]\.weight$/],
    ['positions and class token', /rel_pos_[hwt]$|cls_token$/],
  ])('of %s are normal with deviation 0.02', (_, pattern) => {
    const numbers = named(pattern);
    const { mean, deviation } = moments(numbers);
    const error = 0.02 / Math.sqrt(numbers.length);
    expect(Math.abs(mean)).toBeLessThan(5 * error);
    expect(Math.abs(deviation - 0.02)).toBeLessThan(5 * error);
    // Kurtosis of a normal distribution is 3, of a uniform one 1.8.
    const fourth = numbers.reduce((sum, value) => sum + (value - mean) ** 4, 0) / numbers.length;
    expect(Math.abs(fourth / deviation ** 4 - 3)).toBeLessThan(5 * Math.sqrt(96 / numbers.length));
  });

  it.each([
    ['biases of linear layers', /(qkv|attn\.proj|fc1|fc2|blocks\.\d+\.proj)\.bias$/, 0.02],
    ['biases of layer norms', /blocks\..*norm[12_]?[qkv]?\.bias$|net\.\w+\.norm\.bias$/, 0.02],
    ['weights of layer norms', /blocks\..*norm[12_]?[qkv]?\.weight$|net\.\w+\.norm\.weight$/, 1],
  ])('%s are one value', (_, pattern, value) => {
    expect(new Set(named(pattern))).toEqual(new Set([Math.fround(value)]));
  });

  it.each([
    ['video', 3 * 3 * 9 * 9],
    ['audio', 7 * 9],
  ])('the patch bias of the %s tower is uniform within 1 / sqrt(inputs)', (tower, fanIn) => {
    const numbers = named(new RegExp(`net\\.${tower}\\.patch_embed\\.proj\\.bias$`));
    const bound = 1 / Math.sqrt(fanIn);
    const largest = Math.max(...numbers.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.9 * bound);
    expect(moments(numbers).deviation / (bound / Math.sqrt(3))).toBeCloseTo(1, 0);
    expect(Math.min(...numbers)).toBeLessThan(-0.5 * bound);
  });

  it('have one of these rules each', () => {
    const rules = [
      /\.weight$/,
      /\.bias$/,
      /rel_pos_[hwt]$/,
      /cls_token$/,
      /running_(mean|var)$/,
      /num_batches_tracked$/,
    ];
    expect(specs.filter(({ name }) => rules.every((rule) => !rule.test(name)))).toEqual([]);
    const ones = specs.filter(({ initial }) => 'constant' in initial && initial.constant === 1);
    expect(ones.every(({ name }) => name.includes('norm'))).toBe(true);
  });
});
