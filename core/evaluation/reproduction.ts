/**
 * Judges whether the paper's claim holds on the runs of a project: that training with dubs makes the model find a clip
 * more alike in different languages, and find dubbed sound better. The rule was fixed before the runs
 * were made that docs/evaluation.md reports, which says the rule in words. Not for comparing runs that differ in
 * anything but the strategy.
 */
import { AppError } from '../domain/errors.ts';
import type { EvaluationResult } from '../domain/evaluation.ts';
import type {
  ArmRun,
  PairedDifference,
  PartVerdict,
  Reproduction,
  ReproductionDifferences,
  ReproductionVerdict,
  SeedRuns,
} from '../domain/reproduction.ts';
import type { RunSummary } from '../domain/run.ts';
import { createRng, type Rng } from '../rng.ts';
import type { ClipMeasure, ClipMeasures } from './clip-measures.ts';
import { FEWEST_CLIPS_FOR_A_CLAIM } from './heatmap-measure.ts';
import { pairedBootstrap } from './paired-bootstrap.ts';
import { requireEqualArms } from './reproduction-arms.ts';
import { armFigures, comparableClips, meanEvaluation, reciprocalRank } from './reproduction-figures.ts';
import { verdictLine } from './reproduction-words.ts';

/** Fewer pairs of runs cannot tell chance from effect (our choice). */
export const FEWEST_SEEDS_FOR_A_CLAIM = 3;
/** A difference below this, of a cosine or of a mean reciprocal rank, would not matter (our choice). */
export const SMALLEST_DIFFERENCE = 0.02;
/** The bootstrap's own seed: the same runs always give the same interval. */
const BOOTSTRAP_SEED = 0;

/** One run with what was measured of it. */
export type ArmInput = {
  run: RunSummary;
  evaluationId: string;
  evaluation: EvaluationResult;
  clips: ClipMeasures;
};

/** Both runs of a seed. */
export type SeedInput = { originalOnly: ArmInput; dubAugmented: ArmInput };

/**
 * Compares the arms.
 * @throws AppError RUN_DIFFERS where the runs or the clips they were measured on are not the same; TOO_FEW_PAIRS where
 * no clip exists in two languages with another one beside it.
 */
export function judgeReproduction(seeds: readonly SeedInput[]): Reproduction {
  requireEqualArms(
    seeds.map(({ originalOnly, dubAugmented }) => ({
      originalOnly: originalOnly.run,
      dubAugmented: dubAugmented.run,
    })),
  );
  const inputs = seeds.flatMap(({ originalOnly, dubAugmented }) => [originalOnly, dubAugmented]);
  const first = inputs[0];
  if (first === undefined) throw tooFew('no pair of runs was given');
  for (const input of inputs) requireSameClips(first, input);
  const clips = comparableClips(first.clips.clips);
  if (clips.length < 2) throw tooFew(`${clips.length} of the held-out clips exist in two languages`);
  const shotCount = new Set(clips.map((clip) => clip.shot)).size;
  const differences = differencesOf(seeds);
  const enough = { seeds: seeds.length, shots: shotCount };
  const parts = judgeParts(differences, enough);
  const judged = {
    verdict: overallVerdict(parts),
    parts,
    differences,
    seeds: seeds.map(seedRuns),
    clipCount: clips.length,
    shotCount,
  };
  return {
    version: 1,
    ...judged,
    line: verdictLine(judged),
    trainingClipCount: first.run.clipCount,
    engine: first.run.engine ?? 'unknown',
    config: first.run.config,
    means: {
      'original-only': meanEvaluation(seeds.map(({ originalOnly }) => originalOnly.evaluation)),
      'dub-augmented': meanEvaluation(seeds.map(({ dubAugmented }) => dubAugmented.evaluation)),
    },
  };
}

/**
 * The two parts of the claim. Alike across languages: same-clip similarity AND its distance from other clips, so that
 * neither embeddings that collapse (all alike) nor such that merely spread out (nothing alike) can pass. Retrieval:
 * the mean reciprocal rank with the sounds of dubs.
 */
export function judgeParts(
  { sameClip, gap, dubRetrieval }: Pick<ReproductionDifferences, 'sameClip' | 'gap' | 'dubRetrieval'>,
  enough: { seeds: number; shots: number },
): Reproduction['parts'] {
  const verdicts = [judge(sameClip, enough), judge(gap, enough)];
  const similarity = verdicts.includes('no') ? 'no' : verdicts.includes('unclear') ? 'unclear' : 'yes';
  return { similarity, retrieval: judge(dubRetrieval, enough) };
}

/**
 * One difference. `no`: even the upper end of the interval is less than would matter. `yes`: better with every seed,
 * and the whole interval is above 0. Otherwise, or with too few seeds or shots, `unclear`.
 */
function judge(
  { low, high, perSeed }: PairedDifference,
  { seeds, shots }: { seeds: number; shots: number },
): PartVerdict {
  if (seeds < FEWEST_SEEDS_FOR_A_CLAIM || shots < FEWEST_CLIPS_FOR_A_CLAIM) return 'unclear';
  if (high < SMALLEST_DIFFERENCE) return 'no';
  return low > 0 && perSeed.every((difference) => difference > 0) ? 'yes' : 'unclear';
}

/** Held: both parts; in part: one; did not hold: none, and one is known not to; else it cannot be told. */
export function overallVerdict({ similarity, retrieval }: Reproduction['parts']): ReproductionVerdict {
  if (similarity === 'yes' && retrieval === 'yes') return 'held';
  if (similarity === 'yes' || retrieval === 'yes') return 'held-in-part';
  return similarity === 'no' || retrieval === 'no' ? 'did-not-hold' : 'cannot-tell';
}

function differencesOf(seeds: readonly SeedInput[]): ReproductionDifferences {
  const rng = createRng(BOOTSTRAP_SEED);
  const difference = (value: (clip: ClipMeasure) => number): PairedDifference =>
    clipDifferences(seeds, value, rng);
  return {
    sameClip: difference((clip) => clip.sameClip ?? Number.NaN),
    gap: difference((clip) => (clip.sameClip ?? Number.NaN) - (clip.otherClip ?? Number.NaN)),
    dubRetrieval: difference((clip) => reciprocalRank(clip, true)),
    originalRetrieval: difference((clip) => reciprocalRank(clip, false)),
  };
}

/** Clips that cannot be compared, and those without such a sound, take no part. */
function clipDifferences(
  seeds: readonly SeedInput[],
  value: (clip: ClipMeasure) => number,
  rng: Rng,
): PairedDifference {
  const clips = seeds[0]!.originalOnly.clips.clips;
  const comparable = new Set(comparableClips(clips));
  const taken = clips.flatMap((clip, i) => (comparable.has(clip) && !Number.isNaN(value(clip)) ? [i] : []));
  const rows = seeds.map(({ originalOnly, dubAugmented }) =>
    taken.map((i) => value(dubAugmented.clips.clips[i]!) - value(originalOnly.clips.clips[i]!)),
  );
  return pairedBootstrap(
    rows,
    taken.map((i) => clips[i]!.shot),
    rng,
  );
}

function seedRuns({ originalOnly, dubAugmented }: SeedInput): SeedRuns {
  const armRun = ({ run, evaluationId, clips }: ArmInput): ArmRun => ({
    runId: run.id,
    evaluationId,
    figures: armFigures(comparableClips(clips.clips)),
  });
  return {
    seed: originalOnly.run.config.seed,
    originalOnly: armRun(originalOnly),
    dubAugmented: armRun(dubAugmented),
  };
}

/** The same clips in the same order, each in the same languages. */
function requireSameClips(one: ArmInput, other: ArmInput): void {
  const key = ({ clips }: ArmInput): string =>
    JSON.stringify(clips.clips.map((clip) => [clip.clipId, clip.ranks.map((ranks) => ranks.language)]));
  if (key(one) === key(other)) return;
  throw new AppError(
    'RUN_DIFFERS',
    `${one.evaluationId} and ${other.evaluationId} were not measured on the same clips and dubs (${one.clips.clips.length} and ${other.clips.clips.length} clips). Nothing was compared. Evaluate both runs again.`,
  );
}

function tooFew(what: string): AppError {
  return new AppError(
    'TOO_FEW_PAIRS',
    `A comparison needs runs and clips in two languages; ${what}. Nothing was compared. Accept more pairs of held-out titles.`,
  );
}
