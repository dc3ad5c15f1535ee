/** Attention with decomposed relative positions as plain loops over doubles, straight from paper-facts 3.1. */

type Grid = readonly [number, number, number];

/** Sizes of an attention; grids are time, height, width. */
export type AttentionSizes = {
  batch: number;
  heads: number;
  features: number;
  queries: Grid;
  keys: Grid;
  classToken: boolean;
};

/** Vectors of pairs of places `[queries, keys, features]`; no time: null. */
export type NaivePositions = {
  height: ArrayLike<number>;
  width: ArrayLike<number>;
  time: ArrayLike<number> | null;
};

/** Tokens of a grid, with the class token. */
export function tokenCount([time, height, width]: Grid, classToken: boolean): number {
  return time * height * width + (classToken ? 1 : 0);
}

/** `[batch, heads, queries, features]` */
export function naiveAttention(
  q: ArrayLike<number>,
  k: ArrayLike<number>,
  v: ArrayLike<number>,
  positions: NaivePositions,
  sizes: AttentionSizes,
): Float64Array {
  const { batch, heads, features, classToken } = sizes;
  const queries = tokenCount(sizes.queries, classToken);
  const keys = tokenCount(sizes.keys, classToken);
  const out = new Float64Array(batch * heads * queries * features);
  for (let head = 0; head < batch * heads; head += 1)
    for (let i = 0; i < queries; i += 1) {
      const query = (head * queries + i) * features;
      const scores = Array.from({ length: keys }, (_, j) => {
        const product = dot(q, query, k, (head * keys + j) * features, features) / Math.sqrt(features);
        const isGrid = !classToken || (i > 0 && j > 0);
        const first = classToken ? 1 : 0;
        return isGrid ? product + positionTerm(q, query, i - first, j - first, positions, sizes) : product;
      });
      const most = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - most));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (let j = 0; j < keys; j += 1)
        for (let f = 0; f < features; f += 1)
          out[query + f]! += (weights[j]! / total) * v[(head * keys + j) * features + f]!;
    }
  return out;
}

function positionTerm(
  q: ArrayLike<number>,
  query: number,
  i: number,
  j: number,
  positions: NaivePositions,
  { queries, keys, features }: AttentionSizes,
): number {
  const along = (table: ArrayLike<number>, axis: 0 | 1 | 2): number => {
    const pair = placeOf(i, queries)[axis] * keys[axis] + placeOf(j, keys)[axis];
    return dot(q, query, table, pair * features, features);
  };
  const space = along(positions.height, 1) + along(positions.width, 2);
  return positions.time === null ? space : space + along(positions.time, 0);
}

function placeOf(token: number, [, height, width]: Grid): Grid {
  return [Math.floor(token / (height * width)), Math.floor(token / width) % height, token % width];
}

function dot(a: ArrayLike<number>, aAt: number, b: ArrayLike<number>, bAt: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum += a[aAt + i]! * b[bAt + i]!;
  return sum;
}
