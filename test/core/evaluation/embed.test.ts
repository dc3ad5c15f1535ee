import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dataset } from '../../../core/domain/dataset.ts';
import { currentEngine } from '../../../core/engine/engine.ts';
import { tf } from '../../../core/engine/tf.ts';
import { embedDataset } from '../../../core/evaluation/embed.ts';
import { evaluate } from '../../../core/evaluation/evaluate.ts';
import { audioInput, videoInput } from '../../../core/model/model-input.ts';
import { modelPreset } from '../../../core/model/presets.ts';
import { createTwoTowers, type TwoTowers } from '../../../core/model/two-towers.ts';
import { createRng } from '../../../core/rng.ts';
import type { WindowReader } from '../../../core/training/window-reader.ts';
import { onFastEngines } from '../engine/every-engine.ts';
import { exampleClip } from './examples.ts';

const preset = modelPreset({ preset: 'tiny' });

/** Windows as pure functions of what they are windows of; wider than high, so that the crop matters. */
const windows: WindowReader = {
  readVideo: async (clip, { shortSidePx, frameCount }) => {
    const width = Math.floor((shortSidePx * 16) / 9);
    const stream = createRng(Number(clip.video.sha256)).stream('picture');
    const data = Uint8Array.from({ length: frameCount * shortSidePx * width * 3 }, () => stream.integer(256));
    return { data, frames: frameCount, height: shortSidePx, width };
  },
  readLogMel: async (clip, audio) => {
    const seed =
      clip.clipId.charCodeAt(1) * 1000 + audio.language.charCodeAt(0) + (audio.pairId === null ? 0 : 7);
    const stream = createRng(seed).stream('sound');
    return Float32Array.from({ length: 96 * 288 }, () => -30 + 15 * stream.normal());
  },
};

const dataset: Dataset = {
  version: 1,
  clips: [
    exampleClip(0, 'en', ['de', 'fr']),
    exampleClip(1, 'en', ['fr']),
    exampleClip(2, 'en', ['de', 'de']),
    exampleClip(3, 'en', ['en', 'de']),
  ],
};

onFastEngines('embedDataset', () => {
  let model: TwoTowers;
  let tensorsBefore: number;
  beforeEach(() => {
    model = createTwoTowers(currentEngine(), preset, createRng(7));
    tensorsBefore = tf.memory().numTensors;
  });
  afterEach(() => model.dispose());

  it('embeds every clip and every language of it once, as the towers do one by one', async () => {
    const embeddings = await embedDataset({ dataset, model, windows, batchSize: 3 });
    expect(embeddings.languages).toEqual(['en', 'de', 'fr']);
    expect(embeddings.audio.get('en')!.clipIndexes).toEqual([0, 1, 2, 3]);
    expect(embeddings.audio.get('de')!.clipIndexes).toEqual([0, 2, 3]);
    expect(embeddings.audio.get('fr')!.clipIndexes).toEqual([0, 1]);
    const { dim } = embeddings;
    expect(dim).toBe(preset.head.embedding);
    for (const [i, clip] of dataset.clips.entries()) {
      const decoded = await windows.readVideo(clip, preset.video);
      const alone = tf.tidy(() => model.encodeVideo(videoInput([decoded], preset.video)).dataSync());
      expectClose(embeddings.video.subarray(i * dim, (i + 1) * dim), alone);
    }
    for (const [language, { clipIndexes, data }] of embeddings.audio) {
      for (const [row, clipIndex] of clipIndexes.entries()) {
        const clip = dataset.clips[clipIndex]!;
        // Clip 3 was filed with an English dub besides its English original: the original counts.
        const audio = [clip.original, ...clip.dubs].find((candidate) => candidate.language === language)!;
        const logMel = await windows.readLogMel(clip, audio);
        const alone = tf.tidy(() => model.encodeAudio(audioInput([logMel], preset.audio)).dataSync());
        expectClose(data.subarray(row * dim, (row + 1) * dim), alone);
      }
    }
  });

  it('gives embeddings of length one, and the same bytes when done again', async () => {
    const first = await embedDataset({ dataset, model, windows });
    const second = await embedDataset({ dataset, model, windows });
    for (let i = 0; i < dataset.clips.length; i += 1) {
      const row = first.video.subarray(i * first.dim, (i + 1) * first.dim);
      expect(Math.hypot(...row)).toBeCloseTo(1, 4);
    }
    expect(second).toEqual(first);
  });

  it('leaves no tensor behind, stopped or not', async () => {
    await embedDataset({ dataset, model, windows });
    expect(tf.memory().numTensors).toBe(tensorsBefore);
    const controller = new AbortController();
    const stopping = embedDataset(
      { dataset, model, windows, batchSize: 1 },
      { signal: controller.signal, onProgress: ({ done }) => done === 2 && controller.abort() },
    );
    await expect(stopping).rejects.toThrow(/abort/i);
    expect(tf.memory().numTensors).toBe(tensorsBefore);
  });

  it('tells progress that only rises and ends with everything', async () => {
    const seen: number[] = [];
    let total: number | null = 0;
    await embedDataset(
      { dataset, model, windows, batchSize: 2 },
      {
        onProgress: (progress) => {
          seen.push(progress.done);
          total = progress.total;
        },
      },
    );
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(total).toBe(4 + 4 + 3 + 2);
    expect(seen.at(-1)).toBe(total);
  });

  it('refuses weights that give no numbers', async () => {
    const values = await model.values();
    const name = [...values.keys()].find((key) => key.startsWith('video_head'))!;
    values.get(name)!.data.fill(Number.NaN);
    const broken = createTwoTowers(currentEngine(), preset, values);
    await expect(embedDataset({ dataset, model: broken, windows })).rejects.toMatchObject({
      code: 'CKPT_NAN',
    });
    broken.dispose();
  });

  it('measures untrained weights from end to end', async () => {
    const steps = new Set<string>();
    const { result, clips } = await evaluate(
      { dataset, model, windows, runId: 'run-1', checkpoint: 'ck-0' },
      { onProgress: ({ step }) => steps.add(step) },
    );
    expect(result).toMatchObject({
      version: 1,
      runId: 'run-1',
      checkpoint: 'ck-0',
      clipCount: 4,
      languages: ['en', 'de', 'fr'],
      originalLanguages: ['en'],
    });
    expect(result.retrieval).toHaveLength(6);
    expect(clips.clips.map((clip) => clip.clipId)).toEqual(dataset.clips.map((clip) => clip.clipId));
    expect(result.matrix).toHaveLength(9);
    expect(result.matrix.every((cell) => cell.sameClip! >= -1 && cell.sameClip! <= 1 + 1e-6)).toBe(true);
    expect([...steps]).toEqual(['Embed', 'Retrieval']);
  });
});

describe('the test itself', () => {
  it('reads windows that differ from clip to clip', async () => {
    const [first, second] = await Promise.all(
      dataset.clips.slice(0, 2).map((clip) => windows.readVideo(clip, preset.video)),
    );
    expect(first!.data).not.toEqual(second!.data);
  });
});

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i += 1) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(1e-4);
}
