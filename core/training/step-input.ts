/** All that one step needs besides the model: its views and its drop path, a pure function of seed and step. */
import type { Dataset } from '../domain/dataset.ts';
import type { RunConfig } from '../domain/run.ts';
import type { ModelPreset } from '../model/presets.ts';
import type { DropPathFactors } from '../model/tower-pass.ts';
import type { Rng } from '../rng.ts';
import { MODALITIES, type Modality } from './batch-rows.ts';
import { dropPathFactors } from './drop-path.ts';
import { batchIndexes, stepsPerEpoch } from './sampler.ts';
import type { MakeViews } from './view-pool.ts';
import { makeViews, type ViewBatch } from './views.ts';
import type { ReadOptions, WindowReader } from './window-reader.ts';

/** What a step works on. */
export type StepInput = { batch: ViewBatch; dropPath: Partial<Record<Modality, DropPathFactors>> };

/** What inputs are made from. */
export type StepSource = {
  dataset: Dataset;
  config: RunConfig;
  preset: ModelPreset;
  rng: Rng;
  windows: WindowReader;
  /** How views are made; default: in this thread, from `windows`. */
  makeViews?: MakeViews | undefined;
};

/** Where a step lies: epoch and step in it, both 0-based. */
export function placeOf(
  index: number,
  { dataset, config }: Pick<StepSource, 'dataset' | 'config'>,
): { epoch: number; step: number } {
  const perEpoch = stepsPerEpoch(dataset.clips.length, config.batchSize);
  return { epoch: Math.floor(index / perEpoch), step: index % perEpoch };
}

/** The input of step `index` (0-based). @throws what `windows` throws; the signal's reason when stopped. */
export async function readStepInput(
  index: number,
  source: StepSource,
  options: ReadOptions = {},
): Promise<StepInput> {
  const { dataset, config, preset, rng, windows } = source;
  const place = placeOf(index, source);
  const titles = dataset.clips.map(({ titleId }) => titleId);
  const indexes = batchIndexes(
    rng,
    { epoch: place.epoch, stepInEpoch: place.step },
    { ...config, clipCount: titles.length, titles },
  );
  const settings = { preset, config, rng };
  const batch = await (source.makeViews === undefined
    ? makeViews(dataset.clips, indexes, place, settings, windows, options)
    : source.makeViews(dataset.clips, indexes, place, settings, options));
  return { batch, dropPath: dropPathOf(source, place, indexes) };
}

const VIEWS = ['primary', 'secondary'] as const;

function dropPathOf(
  { config, preset, rng }: StepSource,
  place: { epoch: number; step: number },
  clipIndexes: readonly number[],
): StepInput['dropPath'] {
  const rates = { video: config.dropPathVideo, audio: config.dropPathAudio };
  const factors: StepInput['dropPath'] = {};
  for (const modality of MODALITIES) {
    const { tower } = preset[modality];
    const rate = rates[modality];
    if (tower.kind !== 'mvit' || rate === 0) continue;
    const purposes = VIEWS.map((view) => `${modality} ${view}`);
    factors[modality] = dropPathFactors(rng, place, { rate, depth: tower.depth }, { purposes, clipIndexes });
  }
  return factors;
}
