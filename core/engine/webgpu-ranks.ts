/**
 * Makes kernels of the WebGPU backend (4.22, the last release) right for tensors of five and six axes. Their shaders do
 * not compile there, or they refuse. Each is done by itself on a picture of the same data with fewer axes: one axis at
 * a time as `[before, axis, after]`, or with neighbouring axes joined.
 */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { tf } from './tf.ts';

/** From this many axes on the backend's own kernels fail. */
const MANY_AXES = 5;
/** What reads two tensors with broadcasting. */
const BINARY = [
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'FloorDiv', 'Mod', 'Pow', 'Maximum', 'Minimum'],
  ...['SquaredDifference', 'Prelu', 'Atan2', 'LogicalAnd', 'LogicalOr'],
  ...['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'],
];

type Kernel = KernelConfig['kernelFunc'];
type Params = Parameters<Kernel>[0];
type Backend = { disposeData(id: object): boolean; incRef(id: object): void };
/** Does one axis of `[before, axis, after]`. */
type OnAxis = (x: TensorInfo, axis: number) => TensorInfo;

/** Replaces the kernels of the loaded WebGPU backend. Call once, when the backend is registered. */
export function supportManyAxes(): void {
  replace('PadV2', padByAxis);
  replace('Tile', tileByAxis);
  replace('Reverse', reverseByAxis);
  replace('StridedSlice', sliceByAxis);
  replace('Select', selectFlat);
  for (const name of BINARY) replace(name, binaryJoined);
}

/** `instead` gets the backend's own kernel and what the call was given, of which some input has many axes. */
function replace(name: string, instead: (own: Kernel, params: Params) => TensorInfo): void {
  const kernel = tf.getKernel(name, 'webgpu');
  const own = kernel.kernelFunc;
  tf.unregisterKernel(name, 'webgpu');
  tf.registerKernel({
    ...kernel,
    kernelFunc: (params) =>
      Object.values(params.inputs).some((input) => (input as TensorInfo).shape.length >= MANY_AXES)
        ? instead(own, params)
        : own(params),
  });
}

function padByAxis(own: Kernel, { inputs, backend, attrs }: Params): TensorInfo {
  const { paddings, constantValue } = attrs as unknown as {
    paddings: [number, number][];
    constantValue: number;
  };
  const padAxis: OnAxis = (x, axis) =>
    own({
      inputs: { x },
      backend,
      attrs: { paddings: [[0, 0], paddings[axis]!, [0, 0]], constantValue } as never,
    }) as TensorInfo;
  const axes = indexesOf(paddings, ([before, after]) => before + after > 0);
  return axisByAxis(inputs.x!, backend as Backend, axes, padAxis);
}

function tileByAxis(own: Kernel, { inputs, backend, attrs }: Params): TensorInfo {
  const { reps } = attrs as unknown as { reps: number[] };
  const tileAxis: OnAxis = (x, axis) =>
    own({ inputs: { x }, backend, attrs: { reps: [1, reps[axis]!, 1] } }) as TensorInfo;
  return axisByAxis(
    inputs.x!,
    backend as Backend,
    indexesOf(reps, (times) => times !== 1),
    tileAxis,
  );
}

function reverseByAxis(own: Kernel, { inputs, backend, attrs }: Params): TensorInfo {
  const { dims } = attrs as unknown as { dims: number | number[] };
  const axes = tf.util.parseAxisParam(dims, inputs.x!.shape);
  const reverseAxis: OnAxis = (x) => own({ inputs: { x }, backend, attrs: { dims: [1] } }) as TensorInfo;
  return axisByAxis(inputs.x!, backend as Backend, axes, reverseAxis);
}

function sliceByAxis(own: Kernel, { inputs, backend, attrs }: Params): TensorInfo {
  const { begin, end, strides, ...masks } = attrs as unknown as Record<string, number[]> &
    Record<`${string}Mask`, number>;
  const x = inputs.x!;
  const info = tf.slice_util.sliceInfo(
    ...([x.shape, begin, end, strides] as [number[], number[], number[], number[]]),
    ...([masks.beginMask, masks.endMask, masks.ellipsisMask] as [number, number, number]),
    ...([masks.newAxisMask, masks.shrinkAxisMask] as [number, number]),
  );
  const sliceAxis: OnAxis = (part, axis) => {
    // A slice that runs backwards to the first place ends at -1, which would be read as the last place.
    const stop = info.end[axis]! < 0 ? info.end[axis]! - part.shape[1]! : info.end[axis]!;
    const bounds = {
      begin: [0, info.begin[axis]!, 0],
      end: [part.shape[0]!, stop, part.shape[2]!],
      strides: [1, info.strides[axis]!, 1],
    };
    const none = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    return own({ inputs: { x: part }, backend, attrs: { ...bounds, ...none } }) as TensorInfo;
  };
  const axes = indexesOf(
    x.shape,
    (length, axis) => info.begin[axis] !== 0 || info.end[axis] !== length || info.strides[axis] !== 1,
  );
  const sliced = axisByAxis(x, backend as Backend, axes, sliceAxis);
  return { ...sliced, shape: info.finalShape };
}

function selectFlat(own: Kernel, { inputs, backend }: Params): TensorInfo {
  const { condition, t, e } = inputs as { condition: TensorInfo; t: TensorInfo; e: TensorInfo };
  const flat = (x: TensorInfo): TensorInfo => ({ ...plain(x), shape: [tf.util.sizeFromShape(x.shape)] });
  // A condition with fewer axes picks whole rows; the backend reads it as it is.
  if (condition.shape.length !== t.shape.length) return own({ inputs, backend }) as TensorInfo;
  const chosen = own({
    inputs: { condition: flat(condition), t: flat(t), e: flat(e) },
    backend,
  }) as TensorInfo;
  return { ...chosen, shape: t.shape };
}

function binaryJoined(own: Kernel, params: Params): TensorInfo {
  const { a, b } = params.inputs as { a: TensorInfo; b: TensorInfo };
  const joined = joinAxes(a.shape, b.shape);
  const inputs = { a: { ...plain(a), shape: joined.a }, b: { ...plain(b), shape: joined.b } };
  const result = own({ ...params, inputs }) as TensorInfo;
  return { ...result, shape: tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape) };
}

/** Joins neighbouring axes that are broadcast alike: `[2, 3, 4, 5, 6]` and `[6]` become `[120, 6]` and `[1, 6]`. */
function joinAxes(a: readonly number[], b: readonly number[]): { a: number[]; b: number[] } {
  const rank = Math.max(a.length, b.length);
  const [wideA, wideB] = [a, b].map((shape) => [...new Array<number>(rank - shape.length).fill(1), ...shape]);
  const joined = { a: [] as number[], b: [] as number[] };
  let before: string | null = null;
  for (let axis = 0; axis < rank; axis += 1) {
    const [lengthA, lengthB] = [wideA![axis]!, wideB![axis]!];
    if (lengthA === 1 && lengthB === 1) continue;
    const kind = lengthA === lengthB ? 'both' : lengthA === 1 ? 'b alone' : 'a alone';
    if (kind === before) {
      joined.a.push(joined.a.pop()! * lengthA);
      joined.b.push(joined.b.pop()! * lengthB);
    } else {
      joined.a.push(lengthA);
      joined.b.push(lengthB);
    }
    before = kind;
  }
  return joined;
}

/** Runs `onAxis` on each of `axes` in turn; what is made on the way is freed. */
function axisByAxis(x: TensorInfo, backend: Backend, axes: readonly number[], onAxis: OnAxis): TensorInfo {
  let current = plain(x);
  backend.incRef(current.dataId);
  for (const axis of axes) {
    const { shape } = current;
    const size = (lengths: readonly number[]): number => tf.util.sizeFromShape([...lengths]);
    const part = {
      ...current,
      shape: [size(shape.slice(0, axis)), shape[axis]!, size(shape.slice(axis + 1))],
    };
    const result = onAxis(part, axis);
    backend.disposeData(current.dataId);
    current = { ...plain(result), shape: shape.with(axis, result.shape[1]!) };
  }
  return current;
}

function plain({ dataId, shape, dtype }: TensorInfo): TensorInfo {
  return { dataId, shape, dtype };
}

function indexesOf<T>(items: readonly T[], wanted: (item: T, index: number) => boolean): number[] {
  return items.flatMap((item, index) => (wanted(item, index) ? [index] : []));
}
