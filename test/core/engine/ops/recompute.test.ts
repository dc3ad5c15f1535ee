import { expect, it } from 'vitest';
import { valueAndGradients } from '../../../../core/engine/gradients.ts';
import { gelu, layerNorm, linearRows, recomputed } from '../../../../core/engine/ops/ops.ts';
import { type Tensor, type Tensor1D, type Tensor2D, tf } from '../../../../core/engine/tf.ts';
import { createRng } from '../../../../core/rng.ts';
import { onEveryEngine } from '../every-engine.ts';
import { expectNear } from './check-op.ts';

type Part = (x: Tensor, weights: readonly Tensor[], f: (x: Tensor) => Tensor) => Tensor;

const plainly: Part = (x, _, f) => tf.tidy(() => f(x));

/** x, two weights and two biases; `w` also serves outside of the part. */
function tensors(): Tensor[] {
  const draw = createRng(8).stream('test/recompute');
  return [[4, 3, 5], [5, 5], [5], [5], [5, 5], [5]].map((shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(
      Float32Array.from({ length: size }, () => draw.normal() * 0.7),
      shape,
    );
  });
}

/** Two parts in a row, the second with a part of its own inside, between operations that are not recomputed. */
function network(part: Part, [x, w, b, g, v, c]: Tensor[]): Tensor {
  const layer = (input: Tensor, weight: Tensor, bias: Tensor): Tensor =>
    linearRows(input, weight as Tensor2D, bias as Tensor1D)[0]!;
  const first = part(layer(x!, w!, b!), [w!, b!, g!], (y) =>
    tf.add(y, gelu(layer(layerNorm(y, g as Tensor1D, b as Tensor1D, 1e-6), w!, b!))),
  );
  const second = part(first, [v!, c!, w!, b!], (y) => {
    const inner = part(tf.mul(y, y), [v!, c!], (z) => gelu(layer(z, v!, c!)));
    return tf.add(layer(inner, w!, b!), layer(y, v!, c!));
  });
  return tf.sum(tf.mul(tf.square(second), first));
}

onEveryEngine('recomputed', () => {
  it('has the value and the gradients of the part itself, also nested and with weights used outside of it', () => {
    const inputs = tensors();
    const before = tf.memory().numTensors;
    const plain = valueAndGradients(() => network(plainly, inputs), inputs);
    const again = valueAndGradients(() => network(recomputed, inputs), inputs);
    expectNear(again.value.dataSync(), plain.value.dataSync(), 1e-6);
    for (const [i, gradient] of again.gradients.entries()) {
      expectNear(gradient.dataSync(), plain.gradients[i]!.dataSync(), 1e-5);
    }
    tf.dispose([plain.value, again.value, ...plain.gradients, ...again.gradients]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(inputs);
  });

  it('serves in the backward pass of tfjs too', () => {
    const inputs = tensors();
    const before = tf.memory().numTensors;
    const ours = valueAndGradients(() => network(plainly, inputs), inputs);
    const theirs = tf.grads((...xs) => network(recomputed, xs))(inputs);
    for (const [i, gradient] of theirs.entries()) {
      expectNear(gradient.dataSync(), ours.gradients[i]!.dataSync(), 1e-5);
    }
    tf.dispose([ours.value, ...ours.gradients, ...theirs]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(inputs);
  });

  it('runs the part once for a value, once more for gradients, and not where none are asked for', () => {
    const [x, w] = tensors();
    let runs = 0;
    const counted = (y: Tensor): Tensor => {
      runs += 1;
      return tf.mul(y, tf.sum(w!));
    };
    const value = recomputed(x!, [w!], counted);
    expect(runs).toBe(1);
    const { gradients, ...rest } = valueAndGradients(() => tf.sum(recomputed(x!, [w!], counted)), [w!]);
    expect(runs).toBe(3);
    const other = valueAndGradients(() => tf.sum(tf.mul(w!, tf.sum(recomputed(x!, [], tf.neg)))), [w!]);
    expect(runs).toBe(3);
    tf.dispose([x!, w!, value, rest.value, ...gradients, other.value, ...other.gradients]);
  });

  it('keeps less than the part does', () => {
    const inputs = tensors();
    const kept = (part: Part): number => {
      let bytes = 0;
      const deep = (x: Tensor): Tensor => {
        const layer = (y: Tensor): Tensor => gelu(gelu(gelu(y)));
        const result = tf.sum(part(part(part(x, [], layer), [], layer), [], layer));
        bytes = tf.memory().numBytes;
        return result;
      };
      const { value, gradients } = valueAndGradients(() => deep(inputs[0]!), [inputs[0]!]);
      tf.dispose([value, ...gradients]);
      return bytes;
    };
    expect(kept(recomputed)).toBeLessThan(kept(plainly));
    tf.dispose(inputs);
  });
});
