/**
 * The model's own operations: gradients written out, so that the tape keeps only what they need and every engine
 * has the kernels. Each frees its intermediate tensors; what it returns belongs to the caller.
 */
export { type AttentionOptions, attention } from './attention.ts';
export { gatherRows } from './gather-rows.ts';
export { gelu } from './gelu.ts';
export { l2Normalize } from './l2-normalize.ts';
export { layerNorm } from './layer-norm.ts';
export { linear } from './linear.ts';
export { linearOfData } from './linear-of-data.ts';
export { linearOfPatches } from './linear-of-patches.ts';
export { linearRows } from './linear-rows.ts';
export { maxPool } from './max-pool.ts';
export { poolConv } from './pool-conv.ts';
export { type PooledAttentionLayout, pooledAttention } from './pooled-attention.ts';
export { recomputed } from './recompute.ts';
export { withTapeAside } from './tape.ts';
