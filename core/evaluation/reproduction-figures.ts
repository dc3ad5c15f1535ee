/** What one run reaches, from its clips: means in which each clip counts once, whatever number of languages it has. */
import type { EvaluationResult, LanguageCell, RetrievalRow } from '../domain/evaluation.ts';
import type { ArmFigures, RetrievalFigures } from '../domain/reproduction.ts';
import type { ClipMeasure } from './clip-measures.ts';
import { medianRank } from './retrieval.ts';

/** Clips that every figure can be taken of: in at least two languages that another clip has too. */
export function comparableClips(clips: readonly ClipMeasure[]): ClipMeasure[] {
  return clips.filter((clip) => clip.sameClip !== null && clip.otherClip !== null);
}

/** Figures of a run; NaN where there is no such sound. `clips` as `comparableClips` gives them. */
export function armFigures(clips: readonly ClipMeasure[]): ArmFigures {
  const sameClip = mean(clips.map((clip) => clip.sameClip ?? Number.NaN));
  const otherClip = mean(clips.map((clip) => clip.otherClip ?? Number.NaN));
  return {
    sameClip,
    otherClip,
    gap: sameClip - otherClip,
    dubs: retrievalFigures(clips.map((clip) => ranksOf(clip, true))),
    originals: retrievalFigures(clips.map((clip) => ranksOf(clip, false))),
  };
}

/** Ranks of a clip's match with the sounds of its dubs, or of its original, both directions; 1 is best. */
export function ranksOf(clip: ClipMeasure, isDub: boolean): number[] {
  return clip.ranks
    .filter((ranks) => ranks.isDub === isDub)
    .flatMap(({ videoToAudio, audioToVideo }) => [videoToAudio, audioToVideo]);
}

/** Mean of 1/rank of a clip's match, 0..1; NaN without such a sound. */
export function reciprocalRank(clip: ClipMeasure, isDub: boolean): number {
  return mean(ranksOf(clip, isDub).map((rank) => 1 / rank));
}

/** One evaluation whose every number is the mean of that number over the seeds. */
export function meanEvaluation(evaluations: readonly EvaluationResult[]): EvaluationResult {
  const [first] = evaluations as [EvaluationResult];
  const over = (value: (evaluation: EvaluationResult) => number | null): number | null => {
    const values = evaluations.map(value);
    return values.includes(null) ? null : mean(values as number[]);
  };
  const matrix = first.matrix.map((cell, i): LanguageCell => {
    const number = (key: 'sameClip' | 'otherClip' | 'gap') =>
      over((evaluation) => evaluation.matrix[i]![key]);
    return { ...cell, sameClip: number('sameClip'), otherClip: number('otherClip'), gap: number('gap') };
  });
  const retrieval = first.retrieval.map((row, i): RetrievalRow => {
    const number = (key: 'recallAt1' | 'recallAt5' | 'recallAt10' | 'medianRank'): number =>
      over((evaluation) => evaluation.retrieval[i]![key])!;
    return {
      ...row,
      recallAt1: number('recallAt1'),
      recallAt5: number('recallAt5'),
      recallAt10: number('recallAt10'),
      medianRank: number('medianRank'),
    };
  });
  return { ...first, runId: null, matrix, retrieval };
}

/** Mean and standard deviation (of the sample, n - 1; 0 of one) of numbers. */
export function meanAndSpread(values: readonly number[]): { mean: number; spread: number } {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return { mean: middle, spread: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}

function retrievalFigures(ranksOfClips: readonly number[][]): RetrievalFigures {
  const withSound = ranksOfClips.filter((ranks) => ranks.length > 0);
  const over = (value: (rank: number) => number): number =>
    mean(withSound.map((ranks) => mean(ranks.map(value))));
  return {
    recallAt1: over((rank) => (rank <= 1 ? 1 : 0)),
    recallAt5: over((rank) => (rank <= 5 ? 1 : 0)),
    medianRank: medianRank(Int32Array.from(withSound.flat())),
    meanReciprocalRank: over((rank) => 1 / rank),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
