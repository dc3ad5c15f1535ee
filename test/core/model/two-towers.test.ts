import { describe, expect, it } from 'vitest';
import { currentEngine } from '../../../core/engine/engine.ts';
import { type Tensor3D, type Tensor5D, tf } from '../../../core/engine/tf.ts';
import { type ModelPreset, modelPreset } from '../../../core/model/presets.ts';
import {
  createTwoTowers,
  LOGIT_SCALE,
  parameterCount,
  trainableSpecs,
  twoTowersSpecs,
} from '../../../core/model/two-towers.ts';
import { createRng } from '../../../core/rng.ts';
import { MICRO_PRESET } from '../../fixtures/training/micro-preset.ts';
import { onEveryEngine } from '../engine/every-engine.ts';

function inputs(preset: ModelPreset, batch: number): { video: Tensor5D; audio: Tensor3D } {
  const random = createRng(3).stream('inputs');
  const { frames, cropPx } = preset.video;
  const { melBands, melFrames } = preset.audio;
  const fill = (size: number, from: number, to: number) =>
    Float32Array.from({ length: size }, () => from + (to - from) * random.uniform());
  return {
    video: tf.tensor5d(fill(batch * frames * cropPx ** 2 * 3, 0, 255), [batch, frames, cropPx, cropPx, 3]),
    audio: tf.tensor3d(fill(batch * melBands * melFrames, -100, 30), [batch, melBands, melFrames]),
  };
}

onEveryEngine('two towers', () => {
  it.each([MICRO_PRESET, modelPreset({ preset: 'tiny' })])('embed both modalities alike: $name', (preset) => {
    const model = createTwoTowers(currentEngine(), preset, createRng(0));
    const { video, audio } = inputs(preset, 2);
    for (const embedding of [model.encodeVideo(video), model.encodeAudio(audio)]) {
      expect(embedding.shape).toEqual([2, preset.head.embedding]);
      const lengths = tf.sum(tf.square(embedding), 1).dataSync();
      for (const length of lengths) expect(length).toBeCloseTo(1, 5);
    }
    expect(model.videoFeatures(video).shape).toEqual([2, preset.video.tower.width]);
    expect(model.audioFeatures(audio).shape).toEqual([2, preset.audio.tower.width]);
    expect([...model.parameters.values()].reduce((sum, { size }) => sum + size, 0)).toBe(
      parameterCount(preset),
    );
    model.dispose();
  });

  it('gives an embedding that does not depend on what else is in the batch', () => {
    const model = createTwoTowers(currentEngine(), MICRO_PRESET, createRng(0));
    const { video, audio } = inputs(MICRO_PRESET, 3);
    for (const [encode, input] of [
      [model.encodeVideo, video],
      [model.encodeAudio, audio],
    ] as const) {
      const run = encode as (x: typeof input) => ReturnType<typeof model.encodeVideo>;
      const all = run(input).dataSync();
      const alone = run(tf.slice(input, [1], [1]) as typeof input).dataSync();
      for (const [i, value] of alone.entries()) expect(value).toBeCloseTo(all[8 + i]!, 5);
    }
  });

  it('keeps no tensor but its weights', () => {
    const before = tf.memory().numTensors;
    const model = createTwoTowers(currentEngine(), MICRO_PRESET, createRng(0));
    expect(tf.memory().numTensors - before).toBe(twoTowersSpecs(MICRO_PRESET).length);
    const { video, audio } = inputs(MICRO_PRESET, 2);
    const embeddings = [model.encodeVideo(video), model.encodeAudio(audio)];
    expect(tf.memory().numTensors - before).toBe(twoTowersSpecs(MICRO_PRESET).length + 4);
    tf.dispose([video, audio, ...embeddings]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('starts from the seed alone, each weight from its own stream', async () => {
    const values = (seed: number, preset: ModelPreset) =>
      createTwoTowers(currentEngine(), preset, createRng(seed)).values();
    const first = await values(0, MICRO_PRESET);
    expect(await values(0, MICRO_PRESET)).toEqual(first);
    const name = 'audio.blocks.0.attn.qkv.weight';
    expect((await values(1, MICRO_PRESET)).get(name)).not.toEqual(first.get(name));
    const tower = { ...MICRO_PRESET.audio.tower, depth: 1 };
    const shallow = { ...MICRO_PRESET, audio: { ...MICRO_PRESET.audio, tower } };
    expect((await values(0, shallow)).get(name)).toEqual(first.get(name));
  });

  it('has a trained temperature only when asked, which comes back with the other weights', async () => {
    const options = { initialLogitScale: Math.log(1 / 0.07) };
    const model = createTwoTowers(currentEngine(), MICRO_PRESET, createRng(0), options);
    const values = await model.values();
    const { shape, data } = values.get(LOGIT_SCALE)!;
    expect(shape).toEqual([]);
    expect([...data]).toEqual([Math.fround(options.initialLogitScale)]);
    expect([...values.keys()]).toEqual(twoTowersSpecs(MICRO_PRESET, options).map(({ name }) => name));
    const plain = await createTwoTowers(currentEngine(), MICRO_PRESET, createRng(0)).values();
    expect([...values].filter(([name]) => name !== LOGIT_SCALE)).toEqual([...plain]);

    values.set(LOGIT_SCALE, { shape: [], data: Float32Array.of(3) });
    const loaded = createTwoTowers(currentEngine(), MICRO_PRESET, values, options);
    expect([...loaded.parameters.keys()]).toEqual(
      trainableSpecs(MICRO_PRESET, options).map(({ name }) => name),
    );
    expect((await loaded.values()).get(LOGIT_SCALE)!.data[0]).toBe(3);
    expect(() => createTwoTowers(currentEngine(), MICRO_PRESET, values)).toThrow(/logit_scale is not part/);
    expect(() => createTwoTowers(currentEngine(), MICRO_PRESET, plain, options)).toThrow(
      /logit_scale is missing/,
    );
  });

  it('refuses weights of another model and says which', async () => {
    const values = await createTwoTowers(currentEngine(), MICRO_PRESET, createRng(0)).values();
    values.delete('video.norm.bias');
    values.set('video.norm.weight', { shape: [4, 4], data: new Float32Array(16) });
    values.set('extra', { shape: [1], data: new Float32Array(1) });
    expect(() => createTwoTowers(currentEngine(), MICRO_PRESET, values)).toThrow(
      /3 differences: video.norm.weight is \[4, 4\], not \[16\]; video.norm.bias is missing; extra is not part/,
    );
  });
});

describe('weights at the start', () => {
  it('have the spread that their specification says', async () => {
    const specs = twoTowersSpecs(modelPreset({ preset: 'tiny' }));
    const spec = specs.find(({ name }) => name === 'video.patch_embed.weight')!;
    const model = createTwoTowers(currentEngine(), modelPreset({ preset: 'tiny' }), createRng(4));
    const { data } = (await model.values()).get(spec.name)!;
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const deviation = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
    const wanted = Math.sqrt(2 / (spec.shape[0]! + spec.shape[1]!));
    expect(Math.abs(mean)).toBeLessThan(wanted / 50);
    expect(deviation / wanted).toBeCloseTo(1, 1);
  });
});
