/**
 * Many small weights as a few long vectors: an optimizer then needs a dozen operations a group and not a dozen a
 * weight. Groups hold neighbours in the model's order and are never longer than needed.
 */
import { type Tensor, type Tensor1D, tf } from '../engine/tf.ts';
import { type ParameterSpec, sizeOf } from '../model/parameters.ts';

/** Numbers in a group, at most, unless one weight alone is larger. */
const GROUP_SIZE = 4 * 1024 * 1024;

/** Weights that are updated together. */
export type FlatGroup = {
  parts: { name: string; shape: number[]; size: number }[];
  size: number;
  /** Whether weight decay applies: to weights of two or more dimensions (paper-facts 1.5). */
  decays: boolean;
};

/** Groups that hold each weight once. */
export function flatGroups(specs: readonly ParameterSpec[], groupSize = GROUP_SIZE): FlatGroup[] {
  const groups: FlatGroup[] = [];
  for (const decays of [true, false]) {
    let open: FlatGroup | null = null;
    for (const spec of specs.filter(({ shape }) => shape.length > 1 === decays)) {
      const size = sizeOf(spec);
      if (open === null || open.size + size > groupSize) {
        open = { parts: [], size: 0, decays };
        groups.push(open);
      }
      open.parts.push({ name: spec.name, shape: spec.shape, size });
      open.size += size;
    }
  }
  return groups;
}

/** The group's tensors as one vector `[size]`; the caller owns it. */
export function flatten(group: FlatGroup, tensors: ReadonlyMap<string, Tensor>): Tensor1D {
  return tf.tidy(() => {
    const vectors = group.parts.map(({ name, size }) => tf.reshape(tensors.get(name)!, [size]) as Tensor1D);
    return vectors.length === 1 ? tf.clone(vectors[0]!) : tf.concat1d(vectors);
  });
}

/** The tensors of a vector `[size]`, by name; the caller owns them. */
export function unflatten(group: FlatGroup, vector: Tensor1D): Map<string, Tensor> {
  const sizes = group.parts.map(({ size }) => size);
  const vectors = sizes.length === 1 ? [tf.clone(vector)] : tf.split(vector, sizes);
  return new Map(
    group.parts.map(({ name, shape }, i) => {
      const tensor = tf.reshape(vectors[i]!, shape) as Tensor;
      vectors[i]!.dispose();
      return [name, tensor];
    }),
  );
}
