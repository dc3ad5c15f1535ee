/**
 * The k rows of a large table that lie nearest to a query, by inner product, exactly.
 *
 * The engine looks for candidates in single precision, block by block; inner products of those are then taken in
 * double precision, and the best of them are the answer. No row can be missed: a single-precision inner product of n
 * numbers is off by at most e = g |q| |x| with g = n u / (1 - n u), u = 2^-24, in whatever order it is summed
 * (N. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1, with Cauchy-Schwarz). So with L the
 * k-th largest of (found - e), a row can be among the best only where found + e >= L; where a block's list of candidates
 * may end too early for that, the block is asked again for a longer one.
 */
import { AppError } from '../domain/errors.ts';
import { readValues } from '../engine/read-values.ts';
import { type Tensor2D, tf } from '../engine/tf.ts';
import { dot } from '../evaluation/dot.ts';

/** Rows of one block: large enough for the engine, small enough that its scores fit beside the table (measured). */
export const ROWS_PER_BLOCK = 50_000;
/** Queries that are answered together. */
const QUERIES_AT_ONCE = 100;
/** Candidates beyond k that a block names at first; more are asked for where rows lie closer together (our choice). */
const MARGIN = 22;
const UNIT = 2 ** -24;

/** The nearest rows of one query, the nearest first; equal scores by row. */
export type Neighbours = { rows: Int32Array; scores: Float64Array };

/** Rows stand in columns: so the engine's products are a quarter faster (measured) // tensor [dim, count] */
type Block = { first: number; count: number; tensor: Tensor2D; largestNorm: number };
type Candidate = { row: number; found: number; slack: number };

/** What a search takes. */
export type SearchOptions = {
  /** A row a query that is left out, e.g. itself; -1: none // [queries] */
  exclude?: ArrayLike<number>;
  signal?: AbortSignal | undefined;
};

/** A table in the engine's memory; take it down with `dispose`. */
export class TopKIndex {
  readonly dim: number;
  count = 0;
  private blocks: Block[] = [];

  /** Empty; `loadEngine` must have been awaited. */
  constructor(dim: number) {
    this.dim = dim;
  }

  /**
   * Adds rows, which get the next numbers.
   * @param data [rows, dim]
   * @throws AppError ARGUMENT_INVALID where it holds what is no finite number, or is no whole number of rows.
   */
  async add(data: Float32Array): Promise<void> {
    if (data.length % this.dim !== 0) {
      throw new AppError(
        'ARGUMENT_INVALID',
        `${data.length} numbers are no rows of ${this.dim}. Nothing was added to the search.`,
      );
    }
    for (let row = 0; row * this.dim < data.length; row += ROWS_PER_BLOCK) {
      const part = data.subarray(row * this.dim, (row + ROWS_PER_BLOCK) * this.dim);
      await this.addBlock(part, part.length / this.dim);
    }
  }

  private async addBlock(data: Float32Array, count: number): Promise<void> {
    const tensor = tf.tidy(() => tf.transpose(tf.tensor2d(data, [count, this.dim])));
    const norm = tf.tidy(() => tf.sqrt(tf.max(tf.sum(tf.square(tensor), 0))));
    const [largestNorm] = await readValues(norm);
    norm.dispose();
    if (largestNorm === undefined || !Number.isFinite(largestNorm)) {
      tensor.dispose();
      throw new AppError(
        'ARGUMENT_INVALID',
        `Rows ${this.count} to ${this.count + count - 1} hold a value that is no finite number. They were not added to the search. Evaluate the run again.`,
      );
    }
    this.blocks.push({ first: this.count, count, tensor, largestNorm });
    this.count += count;
  }

  /**
   * The k nearest rows of every query; fewer where the table has fewer.
   * @param queries [count, dim]
   * @throws AppError ARGUMENT_INVALID for queries of another width or with what is no finite number; the signal's reason.
   */
  async search(queries: Float32Array, k: number, options: SearchOptions = {}): Promise<Neighbours[]> {
    const { dim } = this;
    if (queries.length % dim !== 0 || !queries.every(Number.isFinite)) {
      throw new AppError(
        'ARGUMENT_INVALID',
        `The queries are no finite numbers in rows of ${dim}. Nothing was searched.`,
      );
    }
    const found: Neighbours[] = [];
    for (let from = 0; from * dim < queries.length; from += QUERIES_AT_ONCE) {
      options.signal?.throwIfAborted();
      const part = queries.slice(from * dim, (from + QUERIES_AT_ONCE) * dim);
      const excluded = Array.from({ length: part.length / dim }, (_, i) => options.exclude?.[from + i] ?? -1);
      found.push(...(await this.searchTogether(part, k, excluded, options.signal)));
    }
    return found;
  }

  /** Gives the engine's memory back. */
  dispose(): void {
    for (const { tensor } of this.blocks) tensor.dispose();
    this.blocks = [];
    this.count = 0;
  }

  private async searchTogether(
    queries: Float32Array,
    k: number,
    excluded: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<Neighbours[]> {
    const norms = excluded.map((_, q) => norm(queries, q, this.dim));
    const candidates = excluded.map((): Candidate[] => []);
    const wanted = k + 1;
    // What a block may have left out is at most this, a block a query.
    const ends: { block: Block; query: number; limit: number; asked: number }[] = [];
    for (const block of this.blocks) {
      const asked = Math.min(block.count, wanted + MARGIN);
      const { values, indices } = await nearestInBlock(block, queries, asked);
      signal?.throwIfAborted();
      for (const [q, list] of candidates.entries()) {
        const slack = this.slack(norms[q]!, block);
        for (let i = 0; i < asked; i += 1) {
          const row = block.first + indices[q * asked + i]!;
          if (row !== excluded[q]) list.push({ row, found: values[q * asked + i]!, slack });
        }
        if (asked < block.count) {
          ends.push({ block, query: q, limit: values[(q + 1) * asked - 1]! + slack, asked });
        }
      }
    }
    const least = candidates.map((list) => kthLowerBound(list, k));
    for (const { block, query, limit, asked } of ends) {
      if (limit < least[query]!) continue;
      await this.askAgain(block, queries, query, excluded[query]!, asked, candidates[query]!, least[query]!);
    }
    return this.rank(queries, candidates, least, k);
  }

  /** How far a block's inner products with a query may be off. */
  private slack(queryNorm: number, { largestNorm }: Block): number {
    const gamma = (this.dim * UNIT) / (1 - this.dim * UNIT);
    // The norms themselves were taken in single precision, a little generously rounded here.
    return 1.001 * gamma * queryNorm * largestNorm;
  }

  /** Asks one block for ever more candidates of one query, until what is left can be no answer. */
  private async askAgain(
    block: Block,
    queries: Float32Array,
    query: number,
    excluded: number,
    before: number,
    list: Candidate[],
    least: number,
  ): Promise<void> {
    const own = queries.slice(query * this.dim, (query + 1) * this.dim);
    const slack = this.slack(norm(own, 0, this.dim), block);
    for (let asked = before; asked < block.count; ) {
      asked = Math.min(block.count, asked * 4);
      const { values, indices } = await nearestInBlock(block, own, asked);
      if (asked < block.count && values[asked - 1]! + slack >= least) continue;
      const known = new Set(list.map(({ row }) => row));
      for (let i = 0; i < asked; i += 1) {
        const row = block.first + indices[i]!;
        if (row !== excluded && !known.has(row)) list.push({ row, found: values[i]!, slack });
      }
      return;
    }
  }

  /** Takes the candidates' inner products in double precision and keeps the best. */
  private async rank(
    queries: Float32Array,
    candidates: readonly Candidate[][],
    least: readonly number[],
    k: number,
  ): Promise<Neighbours[]> {
    const possible = candidates.map((list, q) =>
      list.filter(({ found, slack }) => found + slack >= least[q]!).map(({ row }) => row),
    );
    const rows = await this.readRows([...new Set(possible.flat())].sort((a, b) => a - b));
    const exact = Float64Array.from(queries);
    return possible.map((list, q) => {
      const scored = list.map((row) => ({
        row,
        score: dot(exact, q * this.dim, rows.get(row)!, 0, this.dim),
      }));
      scored.sort((a, b) => b.score - a.score || a.row - b.row);
      const best = scored.slice(0, k);
      return {
        rows: Int32Array.from(best, ({ row }) => row),
        scores: Float64Array.from(best, ({ score }) => score),
      };
    });
  }

  private async readRows(wanted: readonly number[]): Promise<Map<number, Float64Array>> {
    const rows = new Map<number, Float64Array>();
    for (const { first, count, tensor } of this.blocks) {
      const own = wanted.filter((row) => row >= first && row < first + count);
      if (own.length === 0) continue;
      const gathered = tf.tidy(() =>
        tf.transpose(
          tf.gather(
            tensor,
            tf.tensor1d(
              own.map((row) => row - first),
              'int32',
            ),
            1,
          ),
        ),
      );
      const values = await readValues(gathered);
      gathered.dispose();
      for (const [i, row] of own.entries())
        rows.set(row, new Float64Array(values.subarray(i * this.dim, (i + 1) * this.dim)));
    }
    return rows;
  }
}

/** The largest single-precision inner products of one block // values, indices [queries, k] */
async function nearestInBlock(
  { tensor }: Block,
  queries: Float32Array,
  k: number,
): Promise<{ values: Float32Array; indices: Int32Array }> {
  const dim = tensor.shape[0];
  const [values, indices] = tf.tidy(() => {
    const asked = tf.tensor2d(queries, [queries.length / dim, dim]);
    const top = tf.topk(tf.matMul(asked, tensor), k, true);
    return [top.values, top.indices];
  });
  const found = { values: await readValues(values!), indices: await indices!.data<'int32'>() };
  values!.dispose();
  indices!.dispose();
  return found;
}

/** The k-th largest of what candidates reach at least; nothing is below it where there are fewer. */
function kthLowerBound(list: readonly Candidate[], k: number): number {
  const bounds = Float64Array.from(list, ({ found, slack }) => found - slack).sort();
  return bounds.length < k ? Number.NEGATIVE_INFINITY : bounds[bounds.length - k]!;
}

function norm(values: Float32Array, row: number, dim: number): number {
  let sum = 0;
  for (let d = row * dim; d < (row + 1) * dim; d += 1) sum += values[d]! ** 2;
  return Math.sqrt(sum);
}
