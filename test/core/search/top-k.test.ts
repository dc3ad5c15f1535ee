import { afterAll, expect, it } from 'vitest';
import { createRng } from '../../../core/rng.ts';
import { TopKIndex } from '../../../core/search/top-k.ts';
import { onEveryEngine } from '../engine/every-engine.ts';

const DIM = 24;

function made(rows: number, seed: number, scale = 1): Float32Array {
  const { normal } = createRng(seed).stream('rows');
  return Float32Array.from({ length: rows * DIM }, () => scale * normal());
}

/** Every inner product in double precision, sorted: what the search has to equal. */
function naive(table: Float32Array, query: Float32Array, k: number, exclude = -1) {
  const scored = Array.from({ length: table.length / DIM }, (_, row) => {
    let score = 0;
    for (let d = 0; d < DIM; d += 1) score += table[row * DIM + d]! * query[d]!;
    return { row, score };
  }).filter(({ row }) => row !== exclude);
  return scored.sort((a, b) => b.score - a.score || a.row - b.row).slice(0, k);
}

onEveryEngine('the k nearest rows', () => {
  const open: TopKIndex[] = [];
  afterAll(() => {
    for (const index of open) index.dispose();
  });
  async function indexOf(...tables: Float32Array[]): Promise<TopKIndex> {
    const index = new TopKIndex(DIM);
    open.push(index);
    for (const table of tables) await index.add(table.slice());
    return index;
  }

  it.each([1, 7, 130])('equal a naive search over several blocks, %i queries at once', async (count) => {
    const parts = [made(400, 1), made(37, 2), made(1, 3), made(900, 4)];
    const table = Float32Array.from(parts.flatMap((part) => [...part]));
    const index = await indexOf(...parts);
    const queries = made(count, 5);
    const found = await index.search(queries, 10);
    for (const [q, { rows, scores }] of found.entries()) {
      const wanted = naive(table, queries.subarray(q * DIM, (q + 1) * DIM), 10);
      expect([...rows]).toEqual(wanted.map(({ row }) => row));
      for (const [i, score] of scores.entries()) expect(score).toBeCloseTo(wanted[i]!.score, 10);
    }
  });

  it('tell rows apart that single precision can not, and order equal ones by row', async () => {
    // Large parts that cancel: in single precision all of these look the same.
    const base = made(1, 6, 1000);
    const table = new Float32Array(600 * DIM);
    for (let row = 0; row < 600; row += 1) {
      table.set(base, row * DIM);
      table[row * DIM] = base[0]! + (row % 5) * 2 ** -13;
    }
    const index = await indexOf(table);
    const query = made(1, 7);
    const [found] = await index.search(query, 12);
    expect([...found!.rows]).toEqual(naive(table, query, 12).map(({ row }) => row));
    const [alike] = await (await indexOf(new Float32Array(50 * DIM))).search(query, 5);
    expect([...alike!.rows]).toEqual([0, 1, 2, 3, 4]);
    expect([...alike!.scores]).toEqual([0, 0, 0, 0, 0]);
  });

  it('leave out the query itself, and are as many as there are', async () => {
    const table = made(30, 8);
    const index = await indexOf(table);
    const queries = table.slice(0, 3 * DIM);
    const found = await index.search(queries, 100, { exclude: [0, 1, -1] });
    expect(found.map(({ rows }) => rows.length)).toEqual([29, 29, 30]);
    for (const [q, { rows }] of found.entries()) {
      const own = queries.subarray(q * DIM, (q + 1) * DIM);
      expect([...rows]).toEqual(naive(table, own, 100, [0, 1, -1][q]).map(({ row }) => row));
    }
    expect((await new TopKIndex(DIM).search(queries, 3)).map(({ rows }) => rows.length)).toEqual([0, 0, 0]);
  });

  it('refuse what is no number, and stop when told to', async () => {
    const index = await indexOf(made(20, 9));
    await expect(index.add(new Float32Array(DIM).fill(Number.NaN))).rejects.toThrow(
      /Rows 20 to 20 hold a value that is no finite number/,
    );
    await expect(index.add(new Float32Array(DIM + 1))).rejects.toThrow(/25 numbers are no rows of 24/);
    expect(index.count).toBe(20);
    await expect(index.search(new Float32Array(DIM).fill(Number.POSITIVE_INFINITY), 1)).rejects.toThrow(
      /no finite numbers/,
    );
    await expect(
      index.search(made(1, 1), 1, { signal: AbortSignal.abort(new Error('stopped')) }),
    ).rejects.toThrow('stopped');
  });
});
