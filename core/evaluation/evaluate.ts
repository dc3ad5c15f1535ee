/** One measurement of a checkpoint on a set of clips: retrieval and the language × language matrix. */
import type { EvaluationResult } from '../domain/evaluation.ts';
import type { WorkOptions } from '../jobs/progress.ts';
import { type ClipMeasures, measureClips } from './clip-measures.ts';
import { type EmbedInput, embedDataset } from './embed.ts';
import { type Embeddings, languagesOf } from './embeddings.ts';
import { EVALUATION_VERSION } from './evaluation-file.ts';
import { measureLanguageMatrix } from './language-matrix.ts';
import { rankLanguages, retrievalRows } from './retrieval.ts';

/** Whose weights were measured, for the result. */
export type EvaluationSubject = {
  /** Null when the weights are of no run of this project. */
  runId: string | null;
  /** Name of the checkpoint, e.g. `ck-000480`. */
  checkpoint: string;
};

/** An evaluation and what it found of each clip. */
export type Evaluated = { result: EvaluationResult; clips: ClipMeasures };

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
  const result: EvaluationResult = {
    version: EVALUATION_VERSION,
    runId,
    checkpoint,
    clipCount: embeddings.clips.length,
    languages: embeddings.languages,
    originalLanguages: languagesOf(embeddings.clips).originals,
    retrieval: retrievalRows(ranks),
    matrix: measureLanguageMatrix(embeddings),
  };
  return { result, clips: measureClips(embeddings, ranks) };
}
