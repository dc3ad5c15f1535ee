/**
 * The one copy of TensorFlow.js that everything in core computes with. Backends register themselves into a copy
 * of tfjs-core, so two copies (an ES module and a CommonJS one, or one that a bundler pulled in) would give "no
 * backend found". `@tensorflow/tfjs-node-gpu` requires the CommonJS one; so do we, here and nowhere else:
 * never `import ... from '@tensorflow/...'` for values, only `import type`.
 *
 * Importing this loads no backend: await `loadEngine()` before the first operation. Use `tf.add(x, y)`, never
 * `x.add(y)`: chained operations exist only when the TensorFlow engine happens to be loaded.
 */
import { createRequire } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs-core';

/** The type of the TensorFlow.js namespace. */
export type TensorFlowJs = typeof tfjs;

/** Loads CommonJS packages for this layer, from the same place as tfjs-core. */
export const requirePackage = createRequire(import.meta.url);

/** TensorFlow.js core: operations, tidy, customGrad, memory. */
export const tf: TensorFlowJs = requirePackage('@tensorflow/tfjs-core') as TensorFlowJs;

export type {
  DataType,
  NamedTensorMap,
  Rank,
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  Tensor5D,
  TensorLike,
  TypedArray,
} from '@tensorflow/tfjs-core';
