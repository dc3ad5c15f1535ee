/** What one pass through a tower depends on besides its input and weights. */
import type { Recompute } from '../domain/run.ts';

/** Mean and variance of each channel of a tower's raw input, in the units that the network sees. */
export type InputStatistics = {
  mean: readonly number[];
  variance: readonly number[];
  /** Numbers each was taken over, for the unbiased variance that the running one moves towards; 0: not known. */
  count: number;
};

/**
 * Factors of the residual branches of a batch, drawn beforehand so that a pass can be replayed:
 * 0 where a sample drops the branch, 1 / keep where it does not.
 * // [depth, 2 (attention, mlp), batch]
 */
export type DropPathFactors = { depth: number; batch: number; factors: Float32Array };

/** A pass; with nothing given it is the one of features and evaluation. */
export type TowerPass = {
  /** Statistics of the input norm; default the running ones. */
  statistics?: InputStatistics | undefined;
  dropPath?: DropPathFactors | undefined;
  /** Default `none`. */
  recompute?: Recompute | undefined;
};
