import { describe, expect, it } from 'vitest';
import { valueAndGradients } from '../../../core/engine/gradients.ts';
import { customOp } from '../../../core/engine/ops/custom-op.ts';
import { gelu, layerNorm, linearRows } from '../../../core/engine/ops/ops.ts';
import { type Tensor, type Tensor1D, type Tensor2D, tf } from '../../../core/engine/tf.ts';
import { createRng } from '../../../core/rng.ts';
import { onEveryEngine } from './every-engine.ts';
import { expectNear } from './ops/check-op.ts';

const draw = createRng(4).stream('test/gradients');

function random(...shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => draw.normal()),
    shape,
  );
}

/** An input used twice by one operation, several times, in parts, broadcast, and through an operation of ours. */
function tangled([x, w, b]: readonly Tensor[]): Tensor {
  const square = tf.mul(x!, x!);
  const [left, right] = tf.split(square, 2, 1) as [Tensor, Tensor];
  const [q, k] = linearRows(tf.concat([right, left, x!], 1), w as Tensor2D, b as Tensor1D, 2);
  const mixed = tf.add(tf.matMul(q!, k!, false, true), tf.sum(x!));
  const normed = layerNorm(mixed, tf.slice(b as Tensor1D, 0, 3) as Tensor1D, tf.ones([3]), 1e-6);
  return tf.sub(gelu(normed), tf.mul(tf.sum(w!), tf.reshape(tf.tile(tf.sum(x!, 1), [3]), [3, 3])));
}

const tangledInputs = (): Tensor[] => [random(3, 4), random(6, 8), random(6)];

onEveryEngine('valueAndGradients', () => {
  it('is what tfjs has, with a gradient of the value that is given', () => {
    const inputs = tangledInputs();
    const dy = random(3, 3);
    const before = tf.memory().numTensors;
    const ours = valueAndGradients(() => tangled(inputs), inputs, dy);
    expect(tf.memory().numTensors).toBe(before + 4);
    const theirs = tf.valueAndGrads((...xs) => tf.sum(tf.mul(tangled(xs), dy)))(inputs);
    const value = tf.tidy(() => tangled(inputs));
    expect([...ours.value.dataSync()]).toEqual([...value.dataSync()]);
    for (const [i, gradient] of ours.gradients.entries()) {
      expectNear(gradient.dataSync(), theirs.grads[i]!.dataSync(), 1e-5);
    }
    tf.dispose([value, ours.value, theirs.value, ...ours.gradients, ...theirs.grads]);
    expect(tf.memory().numTensors).toBe(before);
    expect(dy.isDisposed).toBe(false);
    tf.dispose([...inputs, dy]);
  });

  it('takes ones for the gradient of the value, and gives zeros for a tensor that is not used', () => {
    const [x, unused] = [random(2, 3), random(4)];
    const before = tf.memory().numTensors;
    const { value, gradients } = valueAndGradients(() => tf.mul(x!, 3), [unused!, x!]);
    expect([...gradients[0]!.dataSync()]).toEqual([0, 0, 0, 0]);
    expect([...gradients[1]!.dataSync()]).toEqual([3, 3, 3, 3, 3, 3]);
    tf.dispose([value, ...gradients]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x!, unused!]);
  });

  it('knows a source that is the value, and one that is asked for twice', () => {
    const x = random(3);
    const dy = tf.tensor1d([1, 2, 3]);
    const before = tf.memory().numTensors;
    const same = valueAndGradients(() => tf.mul(x, 1), [x, x], dy);
    for (const gradient of same.gradients) expect([...gradient.dataSync()]).toEqual([1, 2, 3]);
    tf.dispose([same.value, ...same.gradients]);
    expect(tf.memory().numTensors).toBe(before);
    expect([x.isDisposed, dy.isDisposed]).toEqual([false, false]);
    tf.dispose([x, dy]);
  });

  it('gives gradients of a tensor in the middle of the function when it is made beforehand', () => {
    const x = random(3);
    const y = tf.mul(x, 2);
    const { value, gradients } = valueAndGradients(() => tf.sum(tf.mul(tf.mul(x, y), y)), [y, x]);
    const [xs, ys] = [x.dataSync(), y.dataSync()];
    expectNear(
      gradients[0]!.dataSync(),
      xs.map((v, i) => 2 * v * ys[i]!),
    );
    expectNear(
      gradients[1]!.dataSync(),
      ys.map((v) => v * v),
    );
    tf.dispose([x, y, value, ...gradients]);
  });

  it('frees everything when the function throws, and the tape of the next pass is its own', () => {
    const inputs = tangledInputs();
    const before = tf.memory().numTensors;
    const failing = (): Tensor => {
      tangled(inputs);
      throw new Error('in the middle');
    };
    expect(() => valueAndGradients(failing, inputs)).toThrow('in the middle');
    expect(tf.memory().numTensors).toBe(before);
    const after = valueAndGradients(() => tf.square(inputs[0]!), [inputs[0]!]);
    expectNear(
      after.gradients[0]!.dataSync(),
      inputs[0]!.dataSync().map((v) => 2 * v),
    );
    tf.dispose([after.value, ...after.gradients]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(inputs);
  });

  it('frees everything when a gradient throws', () => {
    const inputs = tangledInputs();
    const before = tf.memory().numTensors;
    const failing = (x: Tensor): Tensor =>
      customOp(
        [x],
        (save) => {
          save([x]);
          return [tf.mul(x, 2)];
        },
        () => {
          throw new Error('on the way back');
        },
      )[0]!;
    const run = (): Tensor => tf.sum(tf.square(failing(tangled(inputs))));
    expect(() => valueAndGradients(run, inputs)).toThrow('on the way back');
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(inputs);
  });
});

describe('memory', () => {
  /** The most bytes and tensors while a deep chain of layers is walked back, and the bytes at its last layer. */
  function peakOf(backward: (f: (x: Tensor) => Tensor, x: Tensor) => Tensor[]): {
    bytes: number;
    tensors: number;
    last: number;
  } {
    const x = random(64, 32);
    const peak = { bytes: 0, tensors: 0, last: 0 };
    const watched = (y: Tensor): Tensor =>
      customOp(
        [y],
        (save) => {
          save([y]);
          return [tf.sin(y)];
        },
        ([dy], [saved]) => {
          const { numBytes, numTensors } = tf.memory();
          peak.bytes = Math.max(peak.bytes, numBytes);
          peak.last = numBytes;
          peak.tensors = Math.max(peak.tensors, numTensors);
          return [tf.mul(dy!, tf.cos(saved!))];
        },
      )[0]!;
    const before = tf.memory();
    const deep = (input: Tensor): Tensor => {
      let y = input;
      for (let i = 0; i < 20; i += 1) y = watched(tf.mul(y, 1.1));
      return tf.sum(y);
    };
    const made = backward(deep, x);
    tf.dispose(made);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    tf.dispose(x);
    return {
      bytes: peak.bytes - before.numBytes,
      tensors: peak.tensors - before.numTensors,
      last: peak.last - before.numBytes,
    };
  }

  it('peaks lower than in the backward pass of tfjs, which keeps all until the end', () => {
    const ours = peakOf((f, x) => {
      const { value, gradients } = valueAndGradients(() => f(x), [x]);
      return [value, ...gradients];
    });
    const theirs = peakOf((f, x) => {
      const { value, grad } = tf.valueAndGrad(f as (x: Tensor) => Tensor)(x);
      return [value, grad];
    });
    expect(theirs.bytes).toBeGreaterThan(0);
    expect(ours.bytes).toBeLessThan(0.7 * theirs.bytes);
    expect(ours.tensors).toBeLessThan(theirs.tensors);
    // What a layer saved goes with it.
    expect(ours.last).toBeLessThan(0.3 * ours.bytes);
  });
});
