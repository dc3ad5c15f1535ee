/** How fast the loaded engine multiplies matrices: the one number that says what training will feel like. */
import type { Clock } from '../clock.ts';
import type { Engine } from './engine.ts';
import { readValues } from './read-values.ts';
import type { Tensor2D } from './tf.ts';

/** Result of a measurement. */
export type EngineSpeed = {
  /** Thousand million floating point operations a second, best of the rounds. */
  gflops: number;
  /** Side of the square matrices. */
  size: number;
};

/** Enough work that the time of a call does not matter, short enough for `doctor`: about half a second. */
const SIZES = { tensorflow: 1024, webgpu: 128, wasm: 384 } as const;
const GPU_SIZE = 2048;
const ROUNDS = 6;
const PRODUCTS = 4;

/** Measures float32 matrix products on `engine`; the first round warms up and does not count. */
export async function measureEngine(engine: Engine, clock: Clock): Promise<EngineSpeed> {
  const { tf } = engine;
  const size = engine.device === 'gpu' ? GPU_SIZE : SIZES[engine.name];
  const values = Float32Array.from({ length: size * size }, (_, i) => Math.sin(i));
  const matrix = tf.tensor2d(values, [size, size]);
  let bestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const startMs = clock.monotonicMs();
    await runProducts(engine, matrix);
    if (round > 0) bestMs = Math.min(bestMs, clock.monotonicMs() - startMs);
  }
  matrix.dispose();
  return { gflops: (2 * size ** 3 * PRODUCTS) / (bestMs * 1e6), size };
}

/** Reading one element back at the end makes sure that the device has finished. */
async function runProducts({ tf }: Engine, matrix: Tensor2D): Promise<void> {
  const corner = tf.tidy(() => {
    let product = tf.matMul(matrix, matrix);
    for (let i = 1; i < PRODUCTS; i += 1) product = tf.matMul(matrix, matrix);
    return tf.slice(product, [0, 0], [1, 1]);
  });
  await readValues(corner);
  corner.dispose();
}
