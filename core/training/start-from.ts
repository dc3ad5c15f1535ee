/**
 * Starting from weights that are there already: those of another run, or a file (the two-stage recipe, paper-facts 1.2).
 * A run keeps its own copy, so it never needs their source again.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import { atomicWrite } from '../files/atomic-write.ts';
import { initialise } from '../model/initialise.ts';
import type { ParameterSpec, ParameterValues } from '../model/parameters.ts';
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors.ts';
import type { Rng } from '../rng.ts';

/** Name in the run folder. */
export const START_WEIGHTS = 'start.safetensors';

const HEAD = /^(video_head|audio_head)\.|^logit_scale$/;
const MOST_DIFFERENCES = 5;

/**
 * Puts weights into a run's folder.
 * @param specs what the run's model has
 * @param from how messages name the source
 * @throws AppError CKPT_ARCHITECTURE when they are not those of the model; heads may be missing.
 */
export async function writeStartWeights(
  runFolder: string,
  specs: readonly ParameterSpec[],
  values: ParameterValues,
  from: string,
): Promise<void> {
  requireFit(specs, values, from);
  await atomicWrite(join(runFolder, START_WEIGHTS), encodeSafetensors(values));
}

/** @throws AppError CKPT_ARCHITECTURE when weights are not those of a model; heads may be missing. */
export function requireFit(specs: readonly ParameterSpec[], values: ParameterValues, from: string): void {
  const differences = specs.flatMap(({ name, shape }) => {
    const found = values.get(name);
    if (found === undefined) return HEAD.test(name) ? [] : [`${name} is missing`];
    if (found.shape.join() === shape.join()) return [];
    return [`${name} is [${found.shape.join(', ')}], not [${shape.join(', ')}]`];
  });
  if (differences.length === 0) return;
  const shown = differences.slice(0, MOST_DIFFERENCES).join('; ');
  throw new AppError(
    'CKPT_ARCHITECTURE',
    `The weights of ${from} do not fit the model that was asked for (${differences.length} differences: ${shown}). Nothing was started. Choose the preset and patch option that they were trained with.`,
    { details: { from, differences } },
  );
}

/**
 * First weights of a run: drawn, and where its folder has weights to start from, those in their place.
 * @param startFrom what the run's settings name; empty: nothing
 * @throws AppError CKPT_MISSING when the copy is gone; CKPT_DAMAGED, CKPT_NAN when it cannot be read.
 */
export async function firstWeights(
  runFolder: string,
  specs: readonly ParameterSpec[],
  rng: Rng,
  startFrom = '',
): Promise<ParameterValues> {
  const drawn = initialise(specs, rng);
  const path = join(runFolder, START_WEIGHTS);
  if (!existsSync(path)) {
    if (startFrom === '') return drawn;
    throw new AppError(
      'CKPT_MISSING',
      `The run was to begin with the weights of ${startFrom}, and its copy of them (${START_WEIGHTS}) is gone. Nothing was trained. Start a new run from them.`,
      { details: { startFrom } },
    );
  }
  const { tensors } = decodeSafetensors(await readFile(path), path);
  requireFit(specs, tensors, path);
  return new Map([...drawn].map(([name, value]) => [name, tensors.get(name) ?? value]));
}
