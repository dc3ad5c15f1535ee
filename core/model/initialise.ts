/** First values of a model's weights, from the project's generator (tfjs's own cannot be trusted with seed 0). */
import type { Rng } from '../rng.ts';
import { type ParameterSpec, type ParameterValues, sizeOf } from './parameters.ts';

/**
 * Draws every weight from a stream of its own name, so a weight starts alike whatever else the model has.
 * @returns float32 values by name, in the order of `specs`.
 */
export function initialise(specs: readonly ParameterSpec[], rng: Rng): ParameterValues {
  return new Map(specs.map((spec) => [spec.name, { shape: spec.shape, data: initialValues(spec, rng) }]));
}

function initialValues(spec: ParameterSpec, rng: Rng): Float32Array {
  const values = new Float32Array(sizeOf(spec));
  if ('constant' in spec.initial) return values.fill(spec.initial.constant);
  const stream = rng.stream(`weight ${spec.name}`);
  if ('uniform' in spec.initial) {
    const bound = spec.initial.uniform;
    for (let i = 0; i < values.length; i += 1) values[i] = bound * (2 * stream.uniform() - 1);
    return values;
  }
  stream.fillNormal(values, spec.initial.normal);
  return values;
}
