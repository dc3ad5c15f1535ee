/** Two arms with made embeddings, measured as real ones are: what the judging has to tell apart. */
import type { RunConfig, RunSummary } from '../../../core/domain/run.ts';
import { measureEmbeddings } from '../../../core/evaluation/evaluate.ts';
import type { ArmInput, SeedInput } from '../../../core/evaluation/reproduction.ts';
import { createRng } from '../../../core/rng.ts';
import { resolveRunConfig } from '../../../core/training/config.ts';
import { exampleClip, unitVector } from './examples.ts';

const DIM = 16;

/** What a made model hears: the clip, the language, and what all sounds have in common. */
export type MadeModel = {
  /** How much of the picture a sound shares: retrieval. */
  picture: number;
  /** How much all languages of a clip share that is not in the picture: likeness. */
  clip: number;
  /** What is each sound's own. */
  noise: number;
  /** A direction that every sound has: collapse. */
  common: number;
};

/** A finished run. */
export function madeRun(id: string, change: Partial<RunConfig>, other: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    state: 'finished',
    config: resolveRunConfig(change),
    createdMs: 0,
    clipCount: 96,
    pairCount: 300,
    step: 450,
    totalSteps: 450,
    firstLoss: 9,
    lastLoss: 1,
    engine: 'made',
    ...other,
  };
}

/** One arm of a seed, measured on made embeddings. */
export async function madeArm(
  strategy: 'original-only' | 'dub-augmented',
  seed: number,
  made: MadeModel,
  { clipCount = 40 }: { clipCount?: number } = {},
): Promise<ArmInput> {
  const rng = createRng(100 + seed);
  const clips = Array.from({ length: clipCount }, (_, i) => exampleClip(i, 'en', ['de', 'fr']));
  const languages = ['en', 'de', 'fr'];
  const shared = unitVector(DIM, rng.stream('common'));
  const pictures = clips.map((_, i) => unitVector(DIM, rng.stream('picture', i)));
  const own = clips.map((_, i) => unitVector(DIM, rng.stream('clip', i)));
  const audio = new Map(
    languages.map((language, l) => {
      const rows = clips.map((_, i) => {
        // The same for both arms, as the same seed is.
        const noise = unitVector(DIM, rng.stream('noise', i, l));
        const mixed = noise.map(
          (value, d) =>
            made.noise * value +
            made.picture * pictures[i]![d]! +
            made.clip * own[i]![d]! +
            made.common * shared[d]!,
        );
        const length = Math.hypot(...mixed);
        return mixed.map((value) => value / length);
      });
      return [language, { clipIndexes: clips.map((_, i) => i), data: Float32Array.from(rows.flat()) }];
    }),
  );
  const run = madeRun(`run-${strategy}-${seed}`, { strategy, seed });
  const embeddings = { clips, dim: DIM, languages, video: Float32Array.from(pictures.flat()), audio };
  const { result, clips: measures } = await measureEmbeddings(embeddings, {
    runId: run.id,
    checkpoint: 'ck-000450',
  });
  return { run, evaluationId: `eval-${strategy}-${seed}`, evaluation: result, clips: measures };
}

/** Three seeds of two made models. */
export async function madeSeeds(
  originalOnly: MadeModel,
  dubAugmented: MadeModel,
  { seeds = 3, clipCount = 40 }: { seeds?: number; clipCount?: number } = {},
): Promise<SeedInput[]> {
  return Promise.all(
    Array.from({ length: seeds }, async (_, seed) => ({
      originalOnly: await madeArm('original-only', seed, originalOnly, { clipCount }),
      dubAugmented: await madeArm('dub-augmented', seed, dubAugmented, { clipCount }),
    })),
  );
}
