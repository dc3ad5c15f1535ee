/** From a run's folder to a model that can embed. */

import { AppError } from '../domain/errors.ts';
import type { RunConfig } from '../domain/run.ts';
import type { Engine } from '../engine/engine.ts';
import { type ModelPreset, modelPreset } from '../model/presets.ts';
import { createTwoTowers, type TwoTowers } from '../model/two-towers.ts';
import {
  type CheckpointPlace,
  loadWeights,
  namedCheckpoint,
  newestCheckpoint,
  type OnDamaged,
} from './checkpoint.ts';
import { modelOptionsOf } from './temperature.ts';

/**
 * The model of a run's newest good checkpoint, or of the one that is named; the caller disposes it.
 * @throws AppError CKPT_MISSING when the run has none yet, or not that one; CKPT_ARCHITECTURE when it is of another preset.
 */
export async function loadModel(
  engine: Engine,
  runFolder: string,
  config: Pick<RunConfig, 'preset' | 'patchOverlap' | 'learnTemperature' | 'temperature'>,
  {
    onDamaged,
    preset,
    checkpoint,
  }: { onDamaged?: OnDamaged; preset?: ModelPreset; checkpoint?: string | undefined } = {},
): Promise<{ model: TwoTowers; place: CheckpointPlace }> {
  const place =
    checkpoint === undefined
      ? await newestCheckpoint(runFolder, onDamaged === undefined ? {} : { onDamaged })
      : await namedCheckpoint(runFolder, checkpoint);
  if (place === null) {
    throw new AppError(
      'CKPT_MISSING',
      'The run has no checkpoint that can be used yet. Nothing was done. Let it train for longer, or go on with it.',
      { details: { runFolder } },
    );
  }
  const weights = await loadWeights(place.folder);
  return {
    model: createTwoTowers(engine, preset ?? modelPreset(config), weights, modelOptionsOf(config)),
    place,
  };
}
