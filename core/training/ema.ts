/** A moving average of the weights, which is often better than the last weights themselves (Polyak and Juditsky 1992). */
import { readValues } from '../engine/read-values.ts';
import { type Tensor, type Tensor1D, tf } from '../engine/tf.ts';
import { type ParameterSpec, type ParameterValues, sizeOf } from '../model/parameters.ts';
import { flatGroups, flatten } from './flat-groups.ts';

/** The average on the engine. */
export type Ema = {
  /** Moves the average towards the weights after update number `stepCount` (1-based). */
  update(parameters: ReadonlyMap<string, Tensor>, stepCount: number): void;
  /** The averaged weights by name. */
  values(): Promise<ParameterValues>;
  dispose(): void;
};

/** How soon the average leaves its start behind: at update t the decay is at most (1 + t) / (10 + t), as TensorFlow's. */
const WARM_START = 10;

/**
 * Starts an average, from saved values or from the first weights that it sees.
 * @param specs of the trained weights
 */
export function createEma(specs: readonly ParameterSpec[], decay: number, saved?: ParameterValues): Ema {
  const groups = flatGroups(specs);
  let averages: Tensor1D[] | null =
    saved === undefined ? null : groups.map((group) => savedVector(group, saved));
  return {
    update: (parameters, stepCount) => {
      const current = groups.map((group) => flatten(group, parameters));
      if (averages === null) {
        averages = current;
        return;
      }
      const keep = Math.min(decay, (1 + stepCount) / (WARM_START + stepCount));
      const next = averages.map((average, i) =>
        tf.tidy(() => tf.add(tf.mul(average, keep), tf.mul(current[i]!, 1 - keep)) as Tensor1D),
      );
      tf.dispose([averages, current]);
      averages = next;
    },
    values: async () => {
      const named: ParameterValues = new Map();
      for (const [i, group] of groups.entries()) {
        const values = averages === null ? new Float32Array(group.size) : await readValues(averages[i]!);
        let at = 0;
        for (const { name, shape } of group.parts) {
          const size = sizeOf({ shape });
          named.set(name, { shape, data: values.slice(at, at + size) });
          at += size;
        }
      }
      return named;
    },
    dispose: () => {
      if (averages !== null) tf.dispose(averages);
    },
  };
}

function savedVector(group: ReturnType<typeof flatGroups>[number], saved: ParameterValues): Tensor1D {
  const values = new Float32Array(group.size);
  let at = 0;
  for (const part of group.parts) {
    values.set(saved.get(part.name)!.data, at);
    at += part.size;
  }
  return tf.tensor1d(values);
}
