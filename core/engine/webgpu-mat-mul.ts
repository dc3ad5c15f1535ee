/**
 * Keeps WebGPU's matrix products reproducible. For long sums and small results, as gradients of weights are, the
 * backend splits the sum over many threads that add to the result as they finish: other last digits in every run.
 */
import { tf } from './tf.ts';

/** The backend's own names for its programs (`MatMulProgramType`), each right for any shape. */
const PROGRAM = { automatic: -1, reduce: 0, smallTiles: 2, largeTiles: 3 } as const;
/** From this length on the backend may split the sum. */
const LONG_SUM = 2000;
/** The backend's own bounds: results that one group of threads sums up, and few large tiles. */
const FEW_VALUES = 128;
const FEW_TILES = 16;
const TILE = 32;

type Attributes = { transposeA?: boolean };

/** Replaces the product of the loaded WebGPU backend. Call once, when the backend is registered. */
export function makeMatMulReproducible(): void {
  const kernel = tf.getKernel('BatchMatMul', 'webgpu');
  tf.unregisterKernel('BatchMatMul', 'webgpu');
  const kernelFunc: typeof kernel.kernelFunc = (params) => {
    const { transposeA = false } = (params.attrs ?? {}) as Attributes;
    const shape = params.inputs.a!.shape;
    const sumLength = transposeA ? shape.at(-2)! : shape.at(-1)!;
    if (sumLength < LONG_SUM) return kernel.kernelFunc(params);
    const { rows, columns } = resultSize(params);
    tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', programFor(rows, columns));
    try {
      return kernel.kernelFunc(params);
    } finally {
      tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', PROGRAM.automatic);
    }
  };
  tf.registerKernel({ ...kernel, kernelFunc });
}

type KernelParams = Parameters<ReturnType<typeof tf.getKernel>['kernelFunc']>[0];

/** Rows over all batches, so that a batch of many small products counts as many tiles. */
function resultSize({ inputs, attrs }: KernelParams): { rows: number; columns: number } {
  const { transposeA, transposeB } = (attrs ?? {}) as Attributes & { transposeB?: boolean };
  const [a, b] = [inputs.a!.shape, inputs.b!.shape];
  const batch = a.slice(0, -2).reduce((product, length) => product * length, 1);
  return {
    rows: batch * (transposeA ? a.at(-1)! : a.at(-2)!),
    columns: transposeB ? b.at(-2)! : b.at(-1)!,
  };
}

function programFor(rows: number, columns: number): number {
  if (rows * columns <= FEW_VALUES) return PROGRAM.reduce;
  const tiles = Math.ceil(rows / TILE) * Math.ceil(columns / TILE);
  return tiles <= FEW_TILES ? PROGRAM.smallTiles : PROGRAM.largeTiles;
}
