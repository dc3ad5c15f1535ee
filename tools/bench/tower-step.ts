/**
 * One turn of the training benchmark, in a process of its own so that its peak memory is its own: forward, backward
 * and update of one tower. Prints one line of JSON. Arguments: modality, batch, steps, recompute, engine.
 */
import type { Recompute } from '../../core/domain/run.ts';
import { type EngineName, loadEngine } from '../../core/engine/engine.ts';
import { valueAndGradients } from '../../core/engine/gradients.ts';
import { readValues } from '../../core/engine/read-values.ts';
import { type Tensor, type Tensor5D, tf } from '../../core/engine/tf.ts';
import { initialise } from '../../core/model/initialise.ts';
import { mvit, mvitSpecs } from '../../core/model/mvit.ts';
import { toTensors } from '../../core/model/parameters.ts';
import { type Extent3, type MvitPreset, modelPreset } from '../../core/model/presets.ts';
import { createRng } from '../../core/rng.ts';
import { createAdamW } from '../../core/training/adamw.ts';
import { DEFAULTS } from '../../core/training/config-fields.ts';

const [modality, batchText, stepsText, recompute, engineName] = process.argv.slice(2) as [
  'video' | 'audio',
  string,
  string,
  Recompute,
  EngineName | undefined,
];
const batch = Number(batchText);
const startedMs = Number(process.env.BENCH_STARTED_MS);
const INPUTS: Record<'video' | 'audio', { input: Extent3; channels: number }> = {
  video: { input: [16, 224, 224], channels: 3 },
  audio: { input: [1, 96, 288], channels: 1 },
};

const engine = await loadEngine(engineName === undefined ? {} : { prefer: engineName });
const { input, channels } = INPUTS[modality];
// Overlapping patches for the video: then it is the network of torchvision's mvit_v2_s.
const tower = modelPreset({ preset: 'mvitv2-s', patchOverlap: true })[modality].tower as MvitPreset;
const specs = mvitSpecs('net', input, channels, tower);
const trained = specs.filter(({ buffer }) => buffer === undefined);
const parameters = toTensors(specs, initialise(specs, createRng(0)));
const optimizer = createAdamW(trained, DEFAULTS);
const values = new Float32Array(batch * input[0] * input[1] * input[2] * channels);
const random = createRng(1).stream('input');
for (let i = 0; i < values.length; i += 1) values[i] = random.uniform();
const picture = tf.tensor5d(values, [batch, ...input, channels]) as Tensor5D;
const builtMs = Date.now() - startedMs;

const stepsMs: number[] = [];
let firstStepMs = 0;
let loss = Number.NaN;
for (let step = 0; step < Number(stepsText); step += 1) {
  const beginMs = performance.now();
  loss = await runStep();
  stepsMs.push(performance.now() - beginMs);
  if (step === 0) firstStepMs = Date.now() - startedMs;
}
const result = {
  stepsMs,
  builtMs,
  firstStepMs,
  loss,
  // Kibibytes on every system that Node runs on.
  peakBytes: process.resourceUsage().maxRSS * 1024,
  what: engine.version,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);

async function runStep(): Promise<number> {
  const { value, gradients } = valueAndGradients(
    () => tf.mean(tf.square(mvit('net', picture, (name) => parameters.get(name)!, tower, { recompute }))),
    trained.map(({ name }) => parameters.get(name)!),
  );
  const named = new Map<string, Tensor>(trained.map(({ name }, i) => [name, gradients[i]!]));
  const vectors = optimizer.flatten(named);
  tf.dispose(gradients);
  optimizer.update(parameters, vectors, { learningRate: 1e-4, scale: 1 });
  tf.dispose(vectors);
  const [read] = await readValues(value);
  value.dispose();
  return read!;
}
