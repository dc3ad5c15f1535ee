/** Whether two trainings may be compared: they have to be the same in everything but the language strategy. */
import { AppError } from '../domain/errors.ts';
import type { Arm } from '../domain/reproduction.ts';
import type { RunConfig, RunSummary } from '../domain/run.ts';

/** The runs of one seed. */
export type SeedPair = { originalOnly: RunSummary; dubAugmented: RunSummary };

/**
 * Holds the runs of all seeds against each other.
 * @throws AppError RUN_DIFFERS naming two runs and in what they differ; nothing has been compared then.
 */
export function requireEqualArms(seeds: readonly SeedPair[]): void {
  for (const { originalOnly, dubAugmented } of seeds) {
    requireFinished(originalOnly, 'original-only');
    requireFinished(dubAugmented, 'dub-augmented');
    requireSame(originalOnly, dubAugmented, ['strategy']);
  }
  const [first] = seeds;
  for (const { originalOnly } of seeds) {
    if (first !== undefined) requireSame(first.originalOnly, originalOnly, ['strategy', 'seed']);
  }
  const numbers = seeds.map(({ originalOnly }) => originalOnly.config.seed);
  const twice = numbers.find((seed, i) => numbers.indexOf(seed) !== i);
  if (twice !== undefined) {
    throw differs(
      `Seed ${twice} is there twice, which would count one pair of runs as two`,
      'Name every seed once.',
    );
  }
}

function requireFinished(run: RunSummary, arm: Arm): void {
  if (run.config.strategy !== arm) {
    throw differs(
      `${run.id} was trained with ${run.config.strategy} and stands where ${arm} has to`,
      'Choose other runs.',
    );
  }
  if (run.state === 'finished') return;
  throw differs(
    `${run.id} is ${run.state} at step ${run.step} of ${run.totalSteps}`,
    `Go on with it first: dubscope train --resume ${run.id}.`,
  );
}

/** Settings besides `except`, clips, steps and engine. */
function requireSame(one: RunSummary, other: RunSummary, except: (keyof RunConfig)[]): void {
  const different: string[] = [];
  for (const key of Object.keys(one.config) as (keyof RunConfig)[]) {
    if (except.includes(key)) continue;
    const [ours, theirs] = [JSON.stringify(one.config[key]), JSON.stringify(other.config[key])];
    if (ours !== theirs) different.push(`${key} ${ours} and ${theirs}`);
  }
  for (const [key, label] of [
    ['clipCount', 'clips'],
    ['pairCount', 'pairs'],
    ['totalSteps', 'steps planned'],
    ['step', 'steps done'],
    ['engine', 'engine'],
  ] as const) {
    if (one[key] !== other[key]) different.push(`${label} ${one[key]} and ${other[key]}`);
  }
  if (different.length === 0) return;
  throw differs(
    `${one.id} and ${other.id} differ in more than the language strategy: ${different.join('; ')}`,
    'Train both again with the same settings.',
  );
}

function differs(what: string, advice: string): AppError {
  return new AppError('RUN_DIFFERS', `${what}. Nothing was compared. ${advice}`);
}
