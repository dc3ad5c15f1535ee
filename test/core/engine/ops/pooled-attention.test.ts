import { it } from 'vitest';
import { pooledAttention } from '../../../../core/engine/ops/ops.ts';
import type { Tensor3D, Tensor4D } from '../../../../core/engine/tf.ts';
import { onEveryEngine } from '../every-engine.ts';
import { checkOp } from './check-op.ts';
import { type AttentionSizes, naiveAttention, tokenCount } from './naive-attention.ts';

type Case = AttentionSizes & { what: string; withTime: boolean };

const CASES: Case[] = [
  {
    what: 'video: class token, time, more queries than keys, not a whole ratio',
    batch: 2,
    heads: 2,
    features: 2,
    queries: [2, 1, 3],
    keys: [2, 1, 2],
    classToken: true,
    withTime: true,
  },
  {
    what: 'video with fewer queries than keys',
    batch: 1,
    heads: 1,
    features: 3,
    queries: [2, 2, 1],
    keys: [2, 3, 2],
    classToken: true,
    withTime: true,
  },
  {
    what: 'audio: neither, not square, two heads',
    batch: 2,
    heads: 2,
    features: 2,
    queries: [1, 2, 4],
    keys: [1, 2, 3],
    classToken: false,
    withTime: false,
  },
  {
    what: 'a class token without positions in time over several frames',
    batch: 1,
    heads: 1,
    features: 4,
    queries: [3, 2, 1],
    keys: [3, 1, 1],
    classToken: true,
    withTime: false,
  },
  {
    what: 'positions in time without a class token, frames that differ',
    batch: 2,
    heads: 1,
    features: 2,
    queries: [3, 1, 2],
    keys: [2, 2, 1],
    classToken: false,
    withTime: true,
  },
  {
    what: 'one token',
    batch: 2,
    heads: 3,
    features: 2,
    queries: [1, 1, 1],
    keys: [1, 1, 1],
    classToken: true,
    withTime: true,
  },
];

onEveryEngine('pooledAttention', () => {
  it.each(CASES)('$what', ({ withTime, ...sizes }) => {
    const { batch, heads, features, queries, keys, classToken } = sizes;
    const table = (axis: 0 | 1 | 2): number[] => [queries[axis], keys[axis], features];
    const tokens = (grid: readonly [number, number, number]): number[] => [
      batch,
      heads,
      tokenCount(grid, classToken),
      features,
    ];
    checkOp({
      op: (q, k, v, height, width, time) =>
        pooledAttention(
          q as Tensor4D,
          k as Tensor4D,
          v as Tensor4D,
          {
            height: height as Tensor3D,
            width: width as Tensor3D,
            time: withTime ? (time as Tensor3D) : null,
          },
          { queryGrid: queries, keyGrid: keys, classToken },
        ),
      naive: (q, k, v, height, width, time) =>
        naiveAttention(q!, k!, v!, { height: height!, width: width!, time: withTime ? time! : null }, sizes),
      shapes: [
        tokens(queries),
        tokens(keys),
        tokens(keys),
        table(1),
        table(2),
        ...(withTime ? [table(0)] : []),
      ],
      shape: tokens(queries),
    });
  });
});
