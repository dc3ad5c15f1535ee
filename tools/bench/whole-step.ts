/**
 * One whole training step of a preset with its parts, in a process of its own: augmented views of decoded windows,
 * input statistics, loss and gradients chunk by chunk, update, average of the weights. Prints one line of JSON.
 * Arguments: preset, clips in the step, clips in a chunk.
 */
import type { DatasetAudio, DatasetClip } from '../../core/domain/dataset.ts';
import type { PresetName } from '../../core/domain/run.ts';
import { loadEngine } from '../../core/engine/engine.ts';
import { readValues } from '../../core/engine/read-values.ts';
import { tf } from '../../core/engine/tf.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { createTwoTowers, trainableSpecs } from '../../core/model/two-towers.ts';
import { createRng } from '../../core/rng.ts';
import { createAdamW } from '../../core/training/adamw.ts';
import { resolveRunConfig } from '../../core/training/config.ts';
import { createEma } from '../../core/training/ema.ts';
import { gradientsOf } from '../../core/training/gradients-of.ts';
import { inputStatistics } from '../../core/training/input-statistics.ts';
import { readStepInput } from '../../core/training/step-input.ts';
import type { WindowReader } from '../../core/training/window-reader.ts';

const [preset, clipsText, chunkText] = process.argv.slice(2) as [PresetName, string, string];
const clips = Number(clipsText);
const config = resolveRunConfig({ preset, batchSize: clips, chunkSize: Number(chunkText), emaDecay: 0.999 });
const model = modelPreset(config);
const engine = await loadEngine();
const rng = createRng(0);
const towers = createTwoTowers(engine, model, rng);
const specs = trainableSpecs(model);
const optimizer = createAdamW(specs, config);
const ema = createEma(specs, config.emaDecay);

const partsMs: Record<string, number> = {};
let beginMs = performance.now();
function lap(part: string): void {
  const nowMs = performance.now();
  partsMs[part] = nowMs - beginMs;
  beginMs = nowMs;
}

const { batch, dropPath } = await readStepInput(0, {
  dataset: { version: 1, clips: Array.from({ length: clips }, (_, i) => clipOf(i)) },
  config,
  preset: model,
  rng,
  windows: noiseWindows(),
});
lap('views (augmentation)');
const isMvit = model.video.tower.kind === 'mvit';
const video = isMvit ? inputStatistics(batch.video, 3, 1 / 255) : undefined;
const audio = isMvit ? inputStatistics(batch.audio, 1, 1) : undefined;
lap('input statistics');
const { gradients, report } = gradientsOf(towers, batch, {
  loss: config,
  chunkSize: config.chunkSize,
  passes: {
    video: { statistics: video, dropPath: dropPath.video },
    audio: { statistics: audio, dropPath: dropPath.audio },
  },
});
const [loss] = await readValues(report);
lap('loss and gradients');
const vectors = optimizer.flatten(gradients);
tf.dispose([...gradients.values()]);
optimizer.update(towers.parameters, vectors, { learningRate: 1e-4, scale: 1 });
tf.dispose(vectors);
lap('update');
ema.update(towers.parameters, 1);
lap('average of the weights');
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ partsMs, peakBytes, loss, what: engine.version })}\n`);
process.exit(0);

function clipOf(index: number): DatasetClip {
  const source = { path: String(index), streamIndex: 0, sha256: String(index) };
  const sound = (language: string, pairId: string | null): DatasetAudio => ({
    language,
    source,
    offsetMs: 0,
    pairId,
  });
  return {
    clipId: String(index),
    titleId: String(index),
    titleName: String(index),
    shotName: '1',
    split: 'train',
    timeWindow: { startSec: 0, endSec: 3 },
    video: source,
    original: sound('en', null),
    dubs: [sound('de', `${index}`)],
  };
}

/** Decoded windows of the right shapes, made of noise; decoding has its own benchmark. */
function noiseWindows(): WindowReader {
  const { shortSidePx, trainFrameCount, cropPx } = model.video;
  const width = Math.max(Math.round((shortSidePx * 16) / 9 / 2) * 2, cropPx);
  const random = createRng(1).stream('noise');
  const data = Uint8Array.from({ length: trainFrameCount * shortSidePx * width * 3 }, () =>
    random.integer(256),
  );
  const logMel = Float32Array.from({ length: 96 * 288 }, () => -80 + 60 * random.uniform());
  return {
    readVideo: async () => ({ data, frames: trainFrameCount, height: shortSidePx, width }),
    readLogMel: async () => logMel,
  };
}
