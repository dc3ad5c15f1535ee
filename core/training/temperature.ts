/** The temperature as a trained weight, `logit_scale`: the logarithm of its inverse, as in CLIP (paper-facts 1.4). */
import type { RunConfig } from '../domain/run.ts';
import { type Scalar, tf } from '../engine/tf.ts';
import type { TwoTowersOptions } from '../model/two-towers.ts';

/** Largest inverse temperature, CLIP's: similarities sharpened more than this make training unstable. */
export const MAX_INVERSE_TEMPERATURE = 100;

/** The value of `logit_scale` that stands for a temperature. @param temperature above 0 */
export function logitScaleOf(temperature: number): number {
  return Math.log(1 / temperature);
}

/**
 * `exp(logitScale)`, at most 100, to the rounding of single precision. Beyond that the gradient is 0, so the loss
 * cannot pull a weight back that is beyond; whoever updates it keeps it at or below `logitScaleOf(0.01)`.
 */
export function inverseTemperature(logitScale: Scalar): Scalar {
  // Before the exponential, not after: an overflow there would make the gradient 0 times infinity.
  return tf.tidy(() => tf.exp(tf.minimum(logitScale, Math.log(MAX_INVERSE_TEMPERATURE))) as Scalar);
}

/** What a model needs besides its preset for a run's settings. */
export function modelOptionsOf(
  config: Pick<RunConfig, 'learnTemperature' | 'temperature'>,
): TwoTowersOptions {
  return config.learnTemperature ? { initialLogitScale: logitScaleOf(config.temperature) } : {};
}
