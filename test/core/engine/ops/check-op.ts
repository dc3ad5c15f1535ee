/** Checks an operation against plain loops in double precision: its value, and its gradients by central differences. */
import { expect } from 'vitest';
import { valueAndGradients } from '../../../../core/engine/gradients.ts';
import { type Tensor, tf } from '../../../../core/engine/tf.ts';
import { createRng } from '../../../../core/rng.ts';

/** An operation, the same as loops, and what goes in. */
export type OpCheck = {
  op: (...inputs: Tensor[]) => Tensor;
  naive: (...inputs: Float64Array[]) => ArrayLike<number>;
  /** Shapes of the inputs, all of which get gradients. */
  shapes: readonly (readonly number[])[];
  /** Shape of the result. */
  shape: readonly number[];
  /** Standard deviation of the inputs; default 1. */
  scale?: number;
  /** Changes the drawn numbers of an input, e.g. to make ties. */
  prepare?: (values: Float64Array, input: number) => void;
  /** Written-out gradients where differences would not do (ties); default central differences. */
  naiveGradients?: (pull: Float64Array, inputs: Float64Array[]) => ArrayLike<number>[];
  /** Largest difference, as a part of the largest value; default 1e-5. */
  tolerance?: number;
};

/** Half the distance of the two points of a central difference. */
const STEP = 1e-4;

/** Compares value and gradients, and counts tensors. */
export function checkOp(check: OpCheck): void {
  const draw = createRng(23).stream('test/check-op');
  const random = (size: number, scale: number): Float64Array =>
    Float64Array.from({ length: size }, () => Math.fround(draw.normal() * scale));
  const values = check.shapes.map((shape) => random(sizeOf(shape), check.scale ?? 1));
  for (const [i, input] of values.entries()) check.prepare?.(input, i);
  const pull = random(sizeOf(check.shape), 1);
  const before = tf.memory().numTensors;
  const inputs = values.map((input, i) => tf.tensor(Float32Array.from(input), [...check.shapes[i]!]));
  const dy = tf.tensor(Float32Array.from(pull), [...check.shape]);

  const plain = check.op(...inputs);
  expect(plain.shape).toEqual(check.shape);
  expect(tf.memory().numTensors).toBe(before + inputs.length + 2);
  expectNear(plain.dataSync(), check.naive(...values), check.tolerance);

  const { value, gradients } = valueAndGradients(() => check.op(...inputs), inputs, dy);
  expect(tf.memory().numTensors).toBe(before + 2 * inputs.length + 3);
  expect([...value.dataSync()]).toEqual([...plain.dataSync()]);
  const expected =
    check.naiveGradients?.(pull, values) ?? values.map((_, i) => differences(check, values, i, pull));
  // What is zero throughout would compare with anything small.
  expect(largestOf(plain.dataSync())).toBeGreaterThan(SMALLEST);
  expect(Math.max(...expected.map(largestOf))).toBeGreaterThan(SMALLEST);
  for (const [i, gradient] of gradients.entries()) {
    expect(gradient.shape).toEqual(check.shapes[i]);
    expectNear(gradient.dataSync(), expected[i]!, check.tolerance);
  }
  tf.dispose([...inputs, dy, plain, value, ...gradients]);
  expect(tf.memory().numTensors).toBe(before);
}

function differences(
  { naive }: OpCheck,
  values: readonly Float64Array[],
  input: number,
  pull: Float64Array,
): Float64Array {
  const at = (index: number, step: number): number => {
    const moved = values.map((value, i) => (i === input ? Float64Array.from(value) : value));
    moved[input]![index]! += step;
    const result = naive(...moved);
    return pull.reduce((sum, weight, i) => sum + weight * result[i]!, 0);
  };
  return values[input]!.map((_, index) => (at(index, STEP) - at(index, -STEP)) / (2 * STEP));
}

/** A largest value below this counts as this: gradients can be zero, but for the rounding of what cancels. */
const SMALLEST = 0.1;

/** Fails where a value lies further off than a part of the largest. */
export function expectNear(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-5,
  what = '',
): void {
  expect(found.length).toBe(expected.length);
  let largest = 0;
  let worst = 0;
  for (let i = 0; i < found.length; i += 1) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    const difference = Math.abs(found[i]! - expected[i]!);
    worst = Number.isFinite(difference) ? Math.max(worst, difference) : Number.POSITIVE_INFINITY;
  }
  const scale = Math.max(largest, SMALLEST);
  expect(worst / scale, `${what}: largest difference as a part of ${scale}`).toBeLessThan(tolerance);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function largestOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
