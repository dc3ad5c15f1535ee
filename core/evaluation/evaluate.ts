/** One measurement of a checkpoint on a set of clips: retrieval and the language × language matrix. */
import type { EvaluationResult, TitleRow } from '../domain/evaluation.ts';
import type { WorkOptions } from '../jobs/progress.ts';
import { createRng } from '../rng.ts';
import { drawUnits } from './bootstrap.ts';
import { type ClipMeasures, measureClips } from './clip-measures.ts';
import { type EmbedInput, embedDataset } from './embed.ts';
import { type Embeddings, languagesOf } from './embeddings.ts';
import { EVALUATION_VERSION } from './evaluation-file.ts';
import {
  measureLanguageCells,
  measurePictureCells,
  type SummedCell,
  wholeMatrix,
} from './language-matrix.ts';
import { rankLanguages, retrievalRows } from './retrieval.ts';
import { measureTitles } from './title-rows.ts';
import { type Units, unitsOf } from './units.ts';

/** Whose weights were measured, for the result. */
export type EvaluationSubject = {
  /** Null when the weights are of no run of this project. */
  runId: string | null;
  /** Name of the checkpoint, e.g. `ck-000480`. */
  checkpoint: string;
};

/** An evaluation, what it found of each clip and title, and what both come from. */
export type Evaluated = {
  result: EvaluationResult;
  clips: ClipMeasures;
  titles: TitleRow[];
  embeddings: Embeddings;
  units: Units;
  /** The cells of the upper half, then those of the pictures, with their sums. */
  cells: SummedCell[];
};

/** Draws of every evaluation: the same units, the same draws, so that differences are paired. */
const DRAW_SEED = 0x5eed;

/**
 * Embeds the data set and measures it.
 * @throws AppError CKPT_NAN when the weights give no numbers; the signal's reason when stopped; what `windows` throws.
 */
export async function evaluate(
  input: EmbedInput & EvaluationSubject,
  options: WorkOptions = {},
): Promise<Evaluated> {
  return measureEmbeddings(await embedDataset(input, options), input, options);
}

/** Measures embeddings that are there already. @throws the signal's reason when stopped. */
export async function measureEmbeddings(
  embeddings: Embeddings,
  { runId, checkpoint }: EvaluationSubject,
  options: WorkOptions = {},
): Promise<Evaluated> {
  const ranks = await rankLanguages(embeddings, options);
  const units = unitsOf(embeddings.clips);
  const uncertainty = { units, draws: drawUnits(units.names.length, createRng(DRAW_SEED)) };
  const half = measureLanguageCells(embeddings, uncertainty);
  const pictures = measurePictureCells(embeddings, uncertainty);
  const result: EvaluationResult = {
    version: EVALUATION_VERSION,
    runId,
    checkpoint,
    clipCount: embeddings.clips.length,
    languages: embeddings.languages,
    originalLanguages: languagesOf(embeddings.clips).originals,
    retrieval: retrievalRows(ranks, uncertainty),
    matrix: wholeMatrix(embeddings.languages, half),
    pictures: pictures.map(({ cell }) => cell),
    resampling: units.resampling,
  };
  return {
    result,
    clips: measureClips(embeddings, ranks),
    titles: measureTitles(embeddings, ranks),
    embeddings,
    units,
    cells: [...half, ...pictures],
  };
}
