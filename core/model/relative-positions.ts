/** Which row of a table of positions belongs to which pair of places (paper-facts 3.1). */

/**
 * Row of the pair (query place i, key place j) in a table of `2 max(queries, keys) - 1` rows:
 * `trunc(i max(k/q, 1) - j max(q/k, 1) + (k - 1) max(q/k, 1))`.
 * @returns `queries` rows of `keys` indexes
 */
export function positionIndexes(queries: number, keys: number): number[][] {
  const byQuery = Math.max(keys / queries, 1);
  const byKey = Math.max(queries / keys, 1);
  return Array.from({ length: queries }, (_, i) =>
    Array.from({ length: keys }, (_, j) => Math.trunc(i * byQuery - j * byKey + (keys - 1) * byKey)),
  );
}

/**
 * Weights with which the rows of a table make the vector of each pair: a table of another length than
 * `2 max(queries, keys) - 1` is first stretched linearly to it (PyTorch's `interpolate`, align_corners false).
 * @returns `[queries * keys, rows]`, row by row
 */
export function positionWeights(queries: number, keys: number, rows: number): Float32Array {
  const length = 2 * Math.max(queries, keys) - 1;
  const weights = new Float32Array(queries * keys * rows);
  for (const [i, line] of positionIndexes(queries, keys).entries()) {
    for (const [j, index] of line.entries()) {
      const at = (i * keys + j) * rows;
      // Of float32 steps, as PyTorch takes them.
      const ratio = Math.fround(rows / length);
      const place = Math.max(Math.fround(Math.fround(ratio * (index + 0.5)) - 0.5), 0);
      const low = Math.min(Math.floor(place), rows - 1);
      const high = Math.min(low + 1, rows - 1);
      const share = length === rows ? 0 : place - low;
      weights[at + (length === rows ? index : low)]! += 1 - share;
      if (share > 0) weights[at + high]! += share;
    }
  }
  return weights;
}
