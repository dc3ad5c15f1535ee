/** What the arguments of requests about runs must look like. */
import { z } from 'zod';
import { CURVE_NAMES, MOST_CURVE_RUNS } from '../domain/curves.ts';
import { HEATMAP_FORMATS, HEATMAP_KINDS, HEATMAP_MEASURES } from '../domain/heatmap.ts';
import type { RunConfig } from '../domain/run.ts';
import { ABOUT_LIMITS, CHECKPOINT_NAME, WEIGHT_FORMATS } from '../domain/run-about.ts';
import type { RunRequests } from './contract-runs.ts';
import { filter, id, nothing, path } from './schema-parts.ts';

// Ranges are judged in one place, core/training/config.ts; here only the kind of each value.
const number = z.number();
const runConfig = z.strictObject({
  preset: z.enum(['tiny', 'small', 'mvitv2-s', 'mvitv2-b']),
  patchOverlap: z.boolean(),
  startFrom: z.string().max(4096),
  recompute: z.enum(['none', 'blocks']),
  strategy: z.enum(['original-only', 'dub-augmented', 'two-dubs', 'every-dub', 'speech-reduced']),
  languageWeights: z.record(z.string().max(35), number),
  inputNorm: z.enum(['batch', 'running']),
  learnTemperature: z.boolean(),
  lossForm: z.enum(['symmetric', 'one-direction', 'nt-xent']),
  lossPairing: z.enum(['primary-secondary', 'all']),
  crossScale: z.enum(['sum', 'mean', 'remainder']),
  offsetJitter: z.boolean(),
  seed: number,
  epochs: number,
  batchSize: number,
  chunkSize: number,
  dubProbability: number,
  clipsPerTitle: number,
  learningRate: number,
  finalLearningRate: number,
  warmupEpochs: number,
  weightDecay: number,
  adamBeta1: number,
  adamBeta2: number,
  adamEpsilon: number,
  clipNorm: number,
  dropPathVideo: number,
  dropPathAudio: number,
  emaDecay: number,
  temperature: number,
  lambdaVideo: number,
  lambdaAudio: number,
  temporalCut: number,
  scaleJitter: number,
  cropJitterPx: number,
  flipProbability: number,
  colourProbability: number,
  colourStrength: number,
  hueStrength: number,
  greyProbability: number,
  blurProbability: number,
  blurSigmaPx: number,
  gainDb: number,
  shiftMs: number,
  maskBands: number,
  maskFrames: number,
  validateEveryEpochs: number,
  validationClips: number,
  earlyStopAfter: number,
  checkpointEverySteps: number,
  keepCheckpoints: number,
  decodeAhead: number,
}) satisfies z.ZodType<RunConfig>;

const heatmap = {
  measure: z.enum(['gap', 'sameClip', 'otherClip']),
  theme: z.enum(['light', 'dark']).optional(),
};
const heatmapSpec = {
  evaluationId: id,
  kind: z.enum(HEATMAP_KINDS),
  measure: z.enum(HEATMAP_MEASURES).optional(),
  againstId: id.optional(),
  besideId: id.optional(),
  scale: z.enum(['own', 'fixed']).optional(),
  clipId: id.optional(),
  titleOrder: z.enum(['name', 'lowest']).optional(),
  fromTitle: z.int().min(0).max(1_000_000).optional(),
};
const cellKey = z.string().min(1).max(64);
const comparedSeeds = z
  .array(z.strictObject({ originalOnly: id, dubAugmented: id }))
  .min(1)
  .max(1000);
const checkpoint = z.string().regex(CHECKPOINT_NAME);
const curveRuns = z.array(id).min(1).max(MOST_CURVE_RUNS);
/** One schema a request about runs. */
export const RUN_SCHEMAS = {
  'run/defaults': nothing,
  'run/recipes': nothing,
  'run/estimate': z.strictObject({ config: runConfig.partial(), filter: filter.optional() }),
  'run/start': z.strictObject({ config: runConfig.partial(), filter: filter.optional() }),
  'run/resume': z.strictObject({ runId: id }),
  'run/pause': z.strictObject({ runId: id }),
  'run/stop': z.strictObject({ runId: id, when: z.enum(['now', 'checkpoint']) }),
  'run/describe': z.strictObject({
    runId: id,
    name: z.string().max(ABOUT_LIMITS.name).optional(),
    notes: z.string().max(ABOUT_LIMITS.notes).optional(),
    tags: z.array(z.string().max(ABOUT_LIMITS.tag)).max(ABOUT_LIMITS.tags).optional(),
    archived: z.boolean().optional(),
  }),
  'run/log': z.strictObject({ runId: id }),
  'run/find': z.strictObject({ config: runConfig.partial(), filter: filter.optional() }),
  'run/list': nothing,
  'run/get': z.strictObject({ runId: id }),
  'run/metrics': z.strictObject({
    runId: id,
    fromStep: z.int().min(0).optional(),
    limit: z.int().min(1).max(100_000).optional(),
  }),
  'run/curves': z.strictObject({
    runIds: curveRuns,
    series: z.array(z.enum(CURVE_NAMES)).max(CURVE_NAMES.length).optional(),
    fromStep: z.int().min(0).optional(),
    toStep: z.int().min(0).optional(),
    points: z.int().min(3).max(20_000).optional(),
    smoothing: z.number().min(0).max(0.9999).optional(),
    known: z.record(id, z.string().max(200)).optional(),
  }),
  'run/export-curves': z.strictObject({ runIds: curveRuns, kind: z.enum(['table', 'curves']) }),
  'checkpoint/list': z.strictObject({ runId: id, verify: z.boolean().optional() }),
  'checkpoint/pin': z.strictObject({ runId: id, checkpoint, pinned: z.boolean() }),
  'checkpoint/delete': z.strictObject({ runId: id, checkpoints: z.array(checkpoint).min(1).max(1000) }),
  'checkpoint/export': z.strictObject({
    runId: id,
    checkpoint: checkpoint.optional(),
    path,
    format: z.enum(WEIGHT_FORMATS),
    overwrite: z.boolean().optional(),
  }),
  'evaluation/start': z.strictObject({
    runId: id,
    checkpoint: checkpoint.optional(),
    filter: filter.optional(),
  }),
  'evaluation/find': z.strictObject({ runId: id, filter: filter.optional() }),
  'evaluation/list': nothing,
  'evaluation/get': z.strictObject({ evaluationId: id }),
  'evaluation/heatmap': z.strictObject({ evaluationId: id, ...heatmap }),
  'heatmap/get': z.strictObject(heatmapSpec),
  'heatmap/clips': z.strictObject({
    evaluationId: id,
    kind: z.enum(['languages', 'pictures', 'retrieval', 'titles']),
    measure: z.enum(HEATMAP_MEASURES).optional(),
    againstId: id.optional(),
    row: cellKey,
    column: cellKey,
    order: z.enum(['most', 'least']).optional(),
    from: z.int().min(0).max(10_000_000).optional(),
    limit: z.int().min(1).max(200).optional(),
  }),
  'heatmap/save': z.strictObject({
    ...heatmapSpec,
    format: z.enum(HEATMAP_FORMATS),
    theme: z.enum(['light', 'dark']).optional(),
    path: path.optional(),
    overwrite: z.boolean().optional(),
  }),
  'report/write': z.strictObject({ evaluationId: id.optional(), folder: path.optional() }),
  'comparison/find': z.strictObject({ runId: id }),
  'comparison/get': z.strictObject({ seeds: comparedSeeds }),
  'comparison/heatmap': z.strictObject({ seeds: comparedSeeds, ...heatmap }),
  'report/compare': z.strictObject({ seeds: comparedSeeds, folder: path.optional() }),
} satisfies { [K in keyof RunRequests]: z.ZodType<Parameters<RunRequests[K]>[0]> };
