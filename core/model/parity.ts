/** Compares a tower with reference values: stage by stage, output, loss and gradients. */
import { valueAndGradients } from '../engine/gradients.ts';
import { readValues } from '../engine/read-values.ts';
import { type Tensor, type Tensor5D, tf } from '../engine/tf.ts';
import { mvit, mvitSpecs } from './mvit.ts';
import { toTensors } from './parameters.ts';
import { fixtureInput, fixtureWeights, type ParityCase } from './parity-fixture.ts';

/** One comparison. */
export type ParityLine = {
  /** E.g. `blocks.3.attn`, `output`, `gradient of norm.weight`. */
  what: string;
  /** Largest difference of the values that are known, absolute. */
  largest: number;
  /** Difference of the root mean square (stages) or of the L2 norm (gradients), relative; null where not judged. */
  relative: number | null;
  /** Whether it is within tolerance. */
  ok: boolean;
};

/** How far values may lie apart. */
export type ParityTolerance = {
  /** Output and loss, absolute (the loss: a sum over all outputs, relative to its terms' L2 norm). */
  output: number;
  /** Root mean square of a stage, relative. */
  stage: number;
  /** L2 norm of a gradient, relative; also the L2 distance of its known values, relative to theirs or to what is usual. */
  gradient: number;
};

/** What was compared, and how it came out. */
export type ParityReport = {
  name: string;
  modality: 'video' | 'audio';
  preset: string;
  overlap: boolean;
  lines: ParityLine[];
  ok: boolean;
};

/** Loss of the fixtures: sum over outputs of y cos(0.1 j) (paper-facts 3.6). */
const LOSS_FREQUENCY = 0.1;
const PREFIX = 'net';

/** Runs one case on the loaded engine. */
export async function measureParity(fixture: ParityCase, tolerance: ParityTolerance): Promise<ParityReport> {
  const { name, modality, size, overlap, tower, input, expected } = fixture;
  const prefix = `${PREFIX}.${modality}`;
  const specs = mvitSpecs(prefix, input, modality === 'video' ? 3 : 1, tower);
  const values = fixtureWeights(specs, prefix, modality);
  const weights = toTensors(specs, values);
  const picture = inputTensor(fixture);
  const stages = new Map<string, Tensor>();
  const trained = specs.filter(({ buffer }) => buffer === undefined).map((spec) => spec.name);
  const kept: Tensor[] = [picture, ...weights.values()];
  try {
    const features = mvit(
      prefix,
      picture,
      (weight) => weights.get(weight)!,
      tower,
      {},
      (stage, tokens) => stages.set(stage, tf.keep(tf.clone(tokens))),
    );
    kept.push(features, ...stages.values());
    const lines = await stageLines(fixture, stages, tolerance);
    lines.push(...(await outputLines(fixture, features, tolerance)));
    const { value, gradients } = valueAndGradients(
      () => lossOf(mvit(prefix, picture, (weight) => weights.get(weight)!, tower)),
      trained.map((weight) => weights.get(weight)!),
    );
    kept.push(value, ...gradients);
    lines.push(await lossLine(fixture, value, tolerance));
    for (const [weight, known] of Object.entries(expected.grads)) {
      const gradient = gradients[trained.indexOf(`${prefix}.${weight}`)];
      lines.push(await gradientLine(weight, gradient, known, tolerance));
    }
    return { name, modality, preset: `mvitv2-${size}`, overlap, lines, ok: lines.every(({ ok }) => ok) };
  } finally {
    tf.dispose(kept);
  }
}

/** The fixture's input with channels last // [batch, frames, rows, columns, channels] */
function inputTensor({ modality, expected, input }: ParityCase): Tensor5D {
  const shape = expected.input_shape;
  const values = tf.tensor(fixtureInput(shape, modality), [shape[0]!, shape[1]!, ...input]);
  const picture = tf.transpose(values, [0, 2, 3, 4, 1]) as Tensor5D;
  values.dispose();
  return picture;
}

function lossOf(features: Tensor): Tensor {
  const count = features.shape[1]!;
  const factors = Float32Array.from({ length: count }, (_, j) => Math.cos(LOSS_FREQUENCY * j));
  return tf.sum(tf.mul(features, tf.tensor1d(factors)));
}

async function stageLines(
  { expected }: ParityCase,
  stages: ReadonlyMap<string, Tensor>,
  tolerance: ParityTolerance,
): Promise<ParityLine[]> {
  const lines: ParityLine[] = [];
  for (const [what, , mean, rms, first4] of expected.stages) {
    const tensor = stages.get(what);
    if (tensor === undefined) {
      lines.push({ what, largest: Number.NaN, relative: null, ok: false });
      continue;
    }
    const values = await readValues(tensor);
    const sums = sumsOf(values);
    const largest = Math.max(
      Math.abs(sums.sum / values.length - mean),
      ...first4.map((value, i) => Math.abs(value - values[i]!)),
    );
    const relative = Math.abs(Math.sqrt(sums.squares / values.length) - rms) / rms;
    lines.push({ what, largest, relative, ok: relative <= tolerance.stage });
  }
  return lines;
}

async function outputLines(
  { expected }: ParityCase,
  features: Tensor,
  { output }: ParityTolerance,
): Promise<ParityLine[]> {
  const values = await readValues(features);
  const width = features.shape[1]!;
  const exact = expected.first8_fp64 ?? expected.first8;
  const differences = exact.flatMap((row, b) => [
    ...row.map((value, i) => Math.abs(value - values[b * width + i]!)),
    ...(expected.last4[b] ?? []).map((value, i, last) => {
      return Math.abs(value - values[(b + 1) * width - last.length + i]!);
    }),
  ]);
  const norms = expected.l2.map((l2, b) => {
    const { squares } = sumsOf(values.subarray(b * width, (b + 1) * width));
    return Math.abs(Math.sqrt(squares) - l2) / l2;
  });
  const largest = Math.max(...differences);
  const relative = Math.max(...norms);
  return [{ what: 'output', largest, relative, ok: largest <= output && relative <= output }];
}

async function lossLine(
  { expected }: ParityCase,
  value: Tensor,
  { output }: ParityTolerance,
): Promise<ParityLine> {
  const [loss] = await readValues(value);
  const largest = Math.abs(loss! - expected.loss);
  // Terms of both signs: the sum can be near zero, its rounding is that of the terms.
  const terms = Math.sqrt(expected.l2.reduce((sum, l2) => sum + l2 ** 2, 0));
  return { what: 'loss', largest, relative: largest / terms, ok: largest / terms <= output };
}

async function gradientLine(
  name: string,
  gradient: Tensor | undefined,
  known: { l2: number; first4: number[] },
  tolerance: ParityTolerance,
): Promise<ParityLine> {
  const what = `gradient of ${name}`;
  if (gradient === undefined) return { what, largest: Number.NaN, relative: null, ok: false };
  const values = await readValues(gradient);
  const l2 = Math.sqrt(sumsOf(values).squares);
  const differences = known.first4.map((value, i) => Math.abs(value - values[i]!));
  const largest = Math.max(...differences);
  const relative = known.l2 === 0 ? l2 : Math.abs(l2 - known.l2) / known.l2;
  const typical = (known.l2 * Math.sqrt(differences.length)) / Math.sqrt(values.length);
  const scale = Math.max(Math.hypot(...known.first4), typical);
  const isNear = Math.hypot(...differences) <= tolerance.gradient * scale;
  return { what, largest, relative, ok: relative <= tolerance.gradient && isNear };
}

function sumsOf(values: Float32Array): { sum: number; squares: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return { sum, squares };
}
