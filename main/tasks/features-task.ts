/** The features task: files through the towers, written as the official inference writes them. */
import { mkdir } from 'node:fs/promises';
import { AppError } from '../../core/domain/errors.ts';
import type { Engine } from '../../core/engine/engine.ts';
import { loadEngine } from '../../core/engine/engine.ts';
import { featuresOfFiles, type RefusedFile } from '../../core/evaluation/features/features-of-files.ts';
import { findFeatureFiles } from '../../core/evaluation/features/find-files.ts';
import {
  checkFeatureFolder,
  type WrittenFeatures,
  writeFeatures,
} from '../../core/evaluation/features/write-features.ts';
import type { FeatureWeights, TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { initialise } from '../../core/model/initialise.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { createTwoTowers, type TwoTowers, twoTowersSpecs } from '../../core/model/two-towers.ts';
import { PRESET_OF } from '../../core/model/weights/official-layout.ts';
import { recognise } from '../../core/model/weights/official-weights.ts';
import { loadModelWeights } from '../../core/model/weights/start-weights.ts';
import { openWeightsFile } from '../../core/model/weights/weights-file.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { createRng } from '../../core/rng.ts';
import { loadModel } from '../../core/training/load-model.ts';
import { requireFit } from '../../core/training/start-from.ts';
import type { TaskContext } from './run-task.ts';
import { engineLabel } from './train-task.ts';

/** Embeds files and writes their features. @throws AppError NOT_FOUND where there is nothing to embed. */
export async function featuresTask(
  task: Extract<WorkerTask, { kind: 'features' }>,
  { signal, onProgress, onWarning }: TaskContext,
): Promise<TaskResults['features']> {
  await checkFeatureFolder(task.outFolder, task.overwrite);
  const files = await findFeatureFiles(task.inputs);
  const wanted = task.modalities.filter((modality) => files[modality].length > 0);
  if (wanted.length === 0) {
    throw new AppError(
      'NOT_FOUND',
      `There is no ${task.modalities.join(' or ')} file (mp4, avi; mp3, wav, flac, opus). Nothing was written. Give a folder that holds some.`,
    );
  }
  const engine = await loadEngine();
  const model = await modelFor(engine, task.weights, (text) => onWarning(text));
  const written: WrittenFeatures[] = [];
  const refused: RefusedFile[] = [];
  try {
    await mkdir(task.outFolder, { recursive: true });
    for (const modality of wanted) {
      const found = await featuresOfFiles(
        { paths: files[modality], modality, model, tools: locateMediaTools() },
        { signal, onProgress },
      );
      refused.push(...found.refused);
      const done = await writeFeatures(task.outFolder, found, task.formats);
      if (done !== null) written.push(done);
    }
  } finally {
    model.dispose();
  }
  return { written, refused, engine: engineLabel(engine), folder: task.outFolder };
}

async function modelFor(
  engine: Engine,
  weights: FeatureWeights,
  onWarning: (text: string) => void,
): Promise<TwoTowers> {
  if (weights.from === 'run') {
    const { model } = await loadModel(engine, weights.runFolder, weights.config, {
      onDamaged: (error) => onWarning(error.message),
      checkpoint: weights.checkpoint,
    });
    return model;
  }
  const shape = weights.from === 'file' ? await shapeOfFile(weights) : weights;
  const preset = modelPreset(shape);
  const specs = twoTowersSpecs(preset);
  // Heads are drawn where a file has none: features never go through them.
  const drawn = initialise(specs, createRng(weights.from === 'untrained' ? weights.seed : 0));
  if (weights.from === 'untrained') return createTwoTowers(engine, preset, drawn);
  const values = await loadModelWeights(weights.path);
  requireFit(specs, values, weights.path);
  return createTwoTowers(
    engine,
    preset,
    new Map([...drawn].map(([name, value]) => [name, values.get(name) ?? value])),
  );
}

/** The preset that official weights are of, whatever was said; else what was said. */
async function shapeOfFile(
  weights: Extract<FeatureWeights, { from: 'file' }>,
): Promise<Pick<Extract<FeatureWeights, { from: 'file' }>, 'preset' | 'patchOverlap'>> {
  const file = await openWeightsFile(weights.path);
  try {
    const { variant } = recognise(file.entries);
    if (variant === null) return weights;
    return { preset: PRESET_OF[variant.size], patchOverlap: variant.overlap };
  } finally {
    await file.close();
  }
}
