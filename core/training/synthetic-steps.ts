/** Real training steps on made-up views of the right shapes: how long a step takes does not depend on what is seen. */
import type { RunConfig } from '../domain/run.ts';
import type { Engine } from '../engine/engine.ts';
import { videoInputSize } from '../model/model-input.ts';
import type { ModelPreset } from '../model/presets.ts';
import { createTwoTowers, trainableSpecs } from '../model/two-towers.ts';
import { createRng } from '../rng.ts';
import { createAdamW } from './adamw.ts';
import { createEma } from './ema.ts';
import { modelOptionsOf } from './temperature.ts';
import { trainStep } from './train-step.ts';
import type { ViewBatch } from './views.ts';

/** A model that trains on nothing. */
export type SyntheticSteps = {
  /** One step: forward, backward, update. */
  step(): Promise<void>;
  dispose(): void;
};

/** Builds model and optimizer of a run; the caller disposes them. @param batchSize clips in a step */
export function syntheticSteps(
  engine: Engine,
  { config, preset, batchSize }: { config: RunConfig; preset: ModelPreset; batchSize: number },
): SyntheticSteps {
  const modelOptions = modelOptionsOf(config);
  const trained = trainableSpecs(preset, modelOptions);
  const model = createTwoTowers(engine, preset, createRng(config.seed), modelOptions);
  const optimizer = createAdamW(trained, config);
  const ema = config.emaDecay > 0 ? createEma(trained, config.emaDecay) : null;
  let steps = 0;
  const batch = syntheticBatch(preset, batchSize);
  return {
    step: async () => {
      await trainStep(model, optimizer, batch, config);
      steps += 1;
      ema?.update(model.parameters, steps);
    },
    dispose: () => {
      optimizer.dispose();
      ema?.dispose();
      model.dispose();
    },
  };
}

/** Two views of picture and sound of each clip, all different. */
function syntheticBatch({ video, audio }: ModelPreset, batchSize: number): ViewBatch {
  return {
    clipIds: Array.from({ length: batchSize }, (_, i) => `made-${i}`),
    video: fill(new Uint8Array(2 * batchSize * videoInputSize(video)), (byte) => byte),
    // From digital silence up to -36 dB.
    audio: fill(new Float32Array(2 * batchSize * audio.melBands * audio.melFrames), (byte) => byte / 4 - 100),
    dubCount: 0,
  };
}

/** Fills an array with numbers made of bytes that repeat with no period of any view. */
function fill<T extends Uint8Array | Float32Array>(values: T, toValue: (byte: number) => number): T {
  let state = 1;
  for (let i = 0; i < values.length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    values[i] = toValue(state >>> 24);
  }
  return values;
}
