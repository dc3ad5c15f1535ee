/** MViTv2 (Li et al. 2022), as the paper's towers are (paper-facts 3). */
import { InvariantError } from '../domain/errors.ts';
import type { Tensor2D, Tensor5D } from '../engine/tf.ts';
import type { Weights } from './parameters.ts';
import type { MvitPreset } from './presets.ts';
import type { TowerPass } from './tower-pass.ts';

export { mvitSpecs } from './mvit-specs.ts';

/** Features of an input; filled in next. */
export function mvit(
  _name: string,
  _input: Tensor5D,
  _weights: Weights,
  _preset: MvitPreset,
  _pass: TowerPass,
): Tensor2D {
  throw new InvariantError('not yet');
}
