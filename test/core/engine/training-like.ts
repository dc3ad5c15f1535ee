/**
 * Program: some steps of something like a training on the engine of DUBSCOPE_ENGINE, then one line with a hash of
 * all weights. Run twice by the determinism test.
 */
import { createHash } from 'node:crypto';
import { loadEngine } from '../../../core/engine/engine.ts';
import { attention, gelu, l2Normalize, layerNorm, linear } from '../../../core/engine/ops/ops.ts';
import { readValues } from '../../../core/engine/read-values.ts';
import { type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../../../core/engine/tf.ts';
import { createRng } from '../../../core/rng.ts';

const { name, threads } = await loadEngine();
// WebGPU may be a software renderer here, a thousand times slower than TensorFlow.
const [BATCH, STEPS] = name === 'webgpu' ? [4, 5] : [32, 20];
const [TOKENS, WIDTH, HEADS] = [25, 48, 4];
const draw = createRng(7).stream('test/training-like');

function random(...shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => draw.normal() * 0.1),
    shape,
  );
}

const weights = {
  embed: random(16, WIDTH),
  gamma: random(WIDTH),
  beta: random(WIDTH),
  qkv: random(WIDTH, 3 * WIDTH),
  qkvBias: random(3 * WIDTH),
  up: random(WIDTH, 4 * WIDTH),
  down: random(4 * WIDTH, WIDTH),
};
type Weights = typeof weights;
const names = Object.keys(weights) as (keyof Weights)[];
const picture = random(BATCH, 14, 14, 8) as Tensor4D;

function block(x: Tensor, w: Weights): Tensor {
  let h = linear(x, w.embed as Tensor2D, null);
  const y = linear(
    layerNorm(h, w.gamma as Tensor1D, w.beta as Tensor1D, 1e-6),
    w.qkv as Tensor2D,
    w.qkvBias as Tensor1D,
  );
  const heads = tf.transpose(tf.reshape(y, [BATCH, TOKENS, 3, HEADS, WIDTH / HEADS]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(heads) as [Tensor, Tensor, Tensor];
  h = tf.add(h, tf.reshape(tf.transpose(attention(q, k, v), [0, 2, 1, 3]), [BATCH, TOKENS, WIDTH]));
  return tf.add(h, linear(gelu(linear(h, w.up as Tensor2D, null)), w.down as Tensor2D, null));
}

function loss(x: Tensor, w: Weights): Tensor {
  const embedding = l2Normalize(tf.mean(block(x, w), 1)); // [batch, width]
  const filters = tf.slice(tf.reshape(w.up, [-1]), [0], [3 * 3 * 8 * 16]);
  const seen = tf.relu(tf.conv2d(picture, tf.reshape(filters, [3, 3, 8, 16]) as Tensor4D, 1, 'same'));
  const other = l2Normalize(
    tf.pad(tf.mean(seen, [1, 2]) as Tensor2D, [
      [0, 0],
      [0, WIDTH - 16],
    ]),
  );
  const logits = tf.div(tf.matMul(embedding, other, false, true), 0.07);
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), tf.eye(BATCH)), 1)));
}

// WebAssembly has no gradient of a convolution's filters.
const withoutConvolution = (x: Tensor, w: Weights): Tensor => tf.mean(tf.square(block(x, w)));

for (let step = 0; step < STEPS; step += 1) {
  const x = random(BATCH, TOKENS, 16);
  const objective = name === 'wasm' ? withoutConvolution : loss;
  const gradients = tf.grads((...ws) => {
    const entries = names.map((key, i) => [key, ws[i]!]);
    return objective(x, Object.fromEntries(entries) as Weights);
  })(names.map((key) => weights[key]));
  for (const [i, key] of names.entries()) {
    const next = tf.tidy(() => tf.sub(weights[key], tf.mul(gradients[i]!, 0.05)));
    weights[key].dispose();
    weights[key] = next;
    gradients[i]!.dispose();
  }
  x.dispose();
}

const hash = createHash('sha256');
let sum = 0;
for (const key of names) {
  const values = await readValues(weights[key]);
  sum += values.reduce((total, value) => total + Math.abs(value), 0);
  hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
process.stdout.write(`${JSON.stringify({ name, threads, sum, sha256: hash.digest('hex') })}\n`);
