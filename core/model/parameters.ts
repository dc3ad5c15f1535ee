/** Named weights: what a model needs, and the tensors that hold them. */
import { readValues } from '../engine/read-values.ts';
import { type Tensor, tf } from '../engine/tf.ts';

/** How a weight starts: normal with this standard deviation, uniform within a bound, or one value throughout. */
export type Initial = { normal: number } | { uniform: number } | { constant: number };

/** One weight of a model. Names are dotted paths, e.g. `video.blocks.0.norm1.weight`; unique in a model. */
export type ParameterSpec = {
  name: string;
  shape: number[];
  initial: Initial;
  /** A statistic that is stored with the weights and not trained. */
  buffer?: true;
};

/** A tensor off the engine. */
export type StoredTensor = { shape: number[]; data: Float32Array };

/** The values of weights by name, off the engine. */
export type ParameterValues = Map<string, StoredTensor>;

/** Gives the tensor of a name; towers ask for their weights at each call, so an update is seen at once. */
export type Weights = (name: string) => Tensor;

/** Numbers in a weight. */
export function sizeOf({ shape }: { shape: readonly number[] }): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A fully connected layer's weights: normal with the deviation sqrt(2 / (inputs + outputs)) (Glorot 2010), bias 0. */
export function linearSpecs(name: string, inputs: number, outputs: number): ParameterSpec[] {
  return [
    {
      name: `${name}.weight`,
      shape: [inputs, outputs],
      initial: { normal: Math.sqrt(2 / (inputs + outputs)) },
    },
    { name: `${name}.bias`, shape: [outputs], initial: { constant: 0 } },
  ];
}

/** A layer norm's weights: 1 and 0. */
export function layerNormSpecs(name: string, features: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [features], initial: { constant: 1 } },
    { name: `${name}.bias`, shape: [features], initial: { constant: 0 } },
  ];
}

/** Puts values on the engine. The caller owns the tensors. */
export function toTensors(specs: readonly ParameterSpec[], values: ParameterValues): Map<string, Tensor> {
  return new Map(specs.map(({ name, shape }) => [name, tf.tensor(values.get(name)!.data, shape, 'float32')]));
}

/** Copies tensors off the engine. */
export async function toValues(tensors: ReadonlyMap<string, Tensor>): Promise<ParameterValues> {
  const values: ParameterValues = new Map();
  for (const [name, tensor] of tensors) {
    values.set(name, { shape: [...tensor.shape], data: Float32Array.from(await readValues(tensor)) });
  }
  return values;
}
