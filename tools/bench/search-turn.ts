/** One program's turn of search.ts: reads the table block by block, searches, prints what it took as JSON. */
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { loadEngine } from '../../core/engine/engine.ts';
import { ROWS_PER_BLOCK, TopKIndex } from '../../core/search/top-k.ts';

const K = 10;
const ONES = 20;
const BATCH = 100;

const [folder = '', rowCount, queryCount, dim] = process.argv.slice(2);
const [rows, queries, width] = [Number(rowCount), Number(queryCount), Number(dim)];
await loadEngine();
const index = new TopKIndex(width);
const file = await open(join(folder, 'table.f32'));
for (let from = 0; from < rows; from += ROWS_PER_BLOCK) {
  const count = Math.min(ROWS_PER_BLOCK, rows - from);
  const block = new Float32Array(count * width);
  await file.read(new Uint8Array(block.buffer), 0, block.byteLength, from * width * 4);
  await index.add(block);
}
await file.close();
const bytes = readFileSync(join(folder, 'queries.f32'));
const asked = Float32Array.from(new Float32Array(bytes.buffer, bytes.byteOffset, queries * width));
await index.search(asked.slice(0, BATCH * width), K);
await index.search(asked.slice(0, width), K);

let began = performance.now();
const found = await index.search(asked, K);
const batchSec = (performance.now() - began) / 1000;
const times: number[] = [];
for (let q = 0; q < ONES; q += 1) {
  const one = asked.slice(q * width, (q + 1) * width);
  began = performance.now();
  await index.search(one, K);
  times.push((performance.now() - began) / 1000);
}
const [, peakKb] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
process.stdout.write(
  `${JSON.stringify({
    batchSec,
    oneSec: times.sort((a, b) => a - b)[ONES / 2],
    peakBytes: Number(peakKb) * 1024,
    rows: found.map((one) => [...one.rows]),
  })}\n`,
);
