/** Where a new run's first weights come from: another run of the project, or a file. */
import { resolve } from 'node:path';
import { AppError } from '../../core/domain/errors.ts';
import type { RunConfig } from '../../core/domain/run.ts';
import type { ParameterValues } from '../../core/model/parameters.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { twoTowersSpecs } from '../../core/model/two-towers.ts';
import { loadModelWeights } from '../../core/model/weights/start-weights.ts';
import type { Project } from '../../core/project/project.ts';
import { listRuns, runFolder } from '../../core/project/queries/runs.ts';
import { loadWeights, namedCheckpoint, newestCheckpoint } from '../../core/training/checkpoint.ts';
import { requireFit } from '../../core/training/start-from.ts';
import { modelOptionsOf } from '../../core/training/temperature.ts';

/** What a run starts from, and whether it fits. */
export type StartWeights = { from: string; values: ParameterValues };

/**
 * The weights that `config.startFrom` names (`run-3`, `run-3@ck-000000480`, or a path), or null where it names none.
 * @throws AppError CKPT_MISSING when a run has none yet; CKPT_ARCHITECTURE when they do not fit; as `loadModelWeights`.
 */
export async function startWeights(project: Project, config: RunConfig): Promise<StartWeights | null> {
  const from = config.startFrom;
  if (from === '') return null;
  const [runId = '', checkpoint] = from.split('@');
  const isRun = listRuns(project).some(({ id }) => id === runId);
  const values = isRun
    ? await weightsOfRun(project, runId, checkpoint)
    : await loadModelWeights(resolve(from));
  requireFit(twoTowersSpecs(modelPreset(config), modelOptionsOf(config)), values, from);
  return { from, values };
}

async function weightsOfRun(
  project: Project,
  runId: string,
  checkpoint: string | undefined,
): Promise<ParameterValues> {
  const folder = runFolder(project, runId);
  if (checkpoint !== undefined) return loadWeights((await namedCheckpoint(folder, checkpoint)).folder);
  const place = await newestCheckpoint(folder);
  if (place !== null) return loadWeights(place.folder);
  throw new AppError(
    'CKPT_MISSING',
    `${runId} has no checkpoint that can be used, so nothing can start from it. Nothing was started. Let it train for longer, or start from another run.`,
    { details: { runId } },
  );
}
