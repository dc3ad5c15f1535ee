/** TensorFlow operations that tfjs does not offer; only for the `tensorflow` engine. */
import { type Tensor, tf } from '../tf.ts';

type NativeAttribute = { name: string; type: number; value: unknown };
type NativeBackend = {
  binding: Record<'TF_FLOAT' | 'TF_ATTR_TYPE' | 'TF_ATTR_INT' | 'TF_ATTR_STRING', number>;
  executeSingleOutput(name: string, attributes: NativeAttribute[], inputs: Tensor[]): Tensor;
};

/** Runs a gradient kernel of a depthwise convolution, channels last; padding 'same' at stride 1, else 'valid'. */
export function nativeDepthwiseGradient(name: string, inputs: Tensor[], stride: number): Tensor {
  const backend = tf.backend() as unknown as NativeBackend;
  const { TF_FLOAT, TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_STRING } = backend.binding;
  return backend.executeSingleOutput(
    name,
    [
      { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'strides', type: TF_ATTR_INT, value: [1, stride, stride, 1] },
      { name: 'padding', type: TF_ATTR_STRING, value: stride === 1 ? 'SAME' : 'VALID' },
      { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
      { name: 'dilations', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
    ],
    inputs,
  );
}

/** Gradient of a three-dimensional convolution by its kernel `shape`; 'valid' padding, channels last. */
export function nativeConv3dKernelGradient(
  x: Tensor,
  dy: Tensor,
  shape: readonly number[],
  stride: readonly [number, number, number],
): Tensor {
  const backend = tf.backend() as unknown as NativeBackend;
  const { TF_FLOAT, TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_STRING } = backend.binding;
  return backend.executeSingleOutput(
    'Conv3DBackpropFilterV2',
    [
      { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'strides', type: TF_ATTR_INT, value: [1, ...stride, 1] },
      { name: 'padding', type: TF_ATTR_STRING, value: 'VALID' },
      { name: 'data_format', type: TF_ATTR_STRING, value: 'NDHWC' },
      { name: 'dilations', type: TF_ATTR_INT, value: [1, 1, 1, 1, 1] },
    ],
    [x, tf.tensor1d([...shape], 'int32'), dy],
  );
}

/** Gradient of max pooling, 'valid' padding, channels last; the first of equal values gets it. */
export function nativeMaxPoolGradient(
  x: Tensor,
  pooled: Tensor,
  dy: Tensor,
  { side, stride }: { side: number; stride: number },
): Tensor {
  const backend = tf.backend() as unknown as NativeBackend;
  const { TF_FLOAT, TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_STRING } = backend.binding;
  return backend.executeSingleOutput(
    'MaxPoolGrad',
    [
      { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'ksize', type: TF_ATTR_INT, value: [1, side, side, 1] },
      { name: 'strides', type: TF_ATTR_INT, value: [1, stride, stride, 1] },
      { name: 'padding', type: TF_ATTR_STRING, value: 'VALID' },
      { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    ],
    [x, pooled, dy],
  );
}
