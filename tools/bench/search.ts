/**
 * Exact search against faiss-cpu's IndexFlatIP (PyPI) on the same vectors and cores: rows of length one in clouds around
 * some centres, as embeddings of scenes lie. What is found is held against inner products in double precision.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { createRng } from '../../core/rng.ts';

const DIM = 768;
const QUERIES = 1000;
const BLOCK_ROWS = 50_000;
const CENTRES = 2000;
const TURN = fileURLToPath(new URL('./search-turn.ts', import.meta.url));
const PEER = fileURLToPath(new URL('./search_peer.py', import.meta.url));
const MOST_OUTPUT = 64 * 1024 * 1024;

/** What one program measured. */
type Turn = { batchSec: number; oneSec: number; peakBytes: number; rows: number[][] };

/** Runs both by turns and prints what each took. Without `python` there is no peer. */
export async function benchSearch(a: {
  python: string | null;
  rows: number;
  rounds: number;
  print: (line: string) => void;
}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-search-'));
  try {
    const began = performance.now();
    writeVectors(join(folder, 'table.f32'), a.rows, 1);
    writeVectors(join(folder, 'queries.f32'), QUERIES, 2);
    a.print(
      `${a.rows} rows and ${QUERIES} queries of ${DIM} numbers, made in ${((performance.now() - began) / 1000).toFixed(0)} s; the 10 nearest of each`,
    );
    const args = [folder, String(a.rows), String(QUERIES), String(DIM)];
    const ours: Turn[] = [];
    const theirs: Turn[] = [];
    for (let round = 0; round < a.rounds; round += 1) {
      ours.push(runTurn(process.execPath, [TURN, ...args]));
      if (a.python !== null) theirs.push(runTurn(a.python, [PEER, 'faiss', ...args]));
    }
    report('dubscope', ours, a.rows, a.print);
    if (a.python === null) return;
    report('faiss-cpu IndexFlatIP', theirs, a.rows, a.print);
    const best = (turns: readonly Turn[], key: 'batchSec' | 'oneSec'): number =>
      Math.min(...turns.map((turn) => turn[key]));
    for (const [key, words] of [
      ['batchSec', 'batches of 100'],
      ['oneSec', 'one query'],
    ] as const)
      a.print(`  ${words}: ${(best(theirs, key) / best(ours, key)).toFixed(2)} times as fast`);
    const { rows } = runTurn(a.python, [PEER, 'exact', ...args]);
    const right = ({ rows: found }: Turn): number =>
      found.filter((one, q) => one.join() === rows[q]!.join()).length;
    a.print(
      `  exact: dubscope ${right(ours[0]!)} of ${QUERIES}, faiss-cpu ${right(theirs[0]!)} of ${QUERIES} (in double precision)`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runTurn(program: string, args: string[]): Turn {
  return JSON.parse(
    execFileSync(program, args, { encoding: 'utf8', maxBuffer: MOST_OUTPUT }).trim().split('\n').at(-1)!,
  ) as Turn;
}

function report(name: string, turns: readonly Turn[], rows: number, print: (line: string) => void): void {
  const tableBytes = rows * DIM * 4;
  for (const { batchSec, oneSec, peakBytes } of turns) {
    print(
      `  ${name}: batches of 100 ${(QUERIES / batchSec).toFixed(1)} queries/s, one query ${(1000 * oneSec).toFixed(0)} ms, peak ${(peakBytes / 1e9).toFixed(2)} GB = ${(peakBytes / tableBytes).toFixed(2)} times the vectors`,
    );
  }
}

/** Rows of length one around CENTRES centres. */
function writeVectors(path: string, rows: number, seed: number): void {
  const centres = createRng(0).stream('centres');
  const middle = Float32Array.from({ length: CENTRES * DIM }, () => centres.uniform() - 0.5);
  const { uniform, integer } = createRng(seed).stream('rows');
  const file = openSync(path, 'w');
  try {
    for (let from = 0; from < rows; from += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, rows - from);
      const block = new Float32Array(count * DIM);
      for (let row = 0; row < count; row += 1) {
        const centre = integer(CENTRES) * DIM;
        let sum = 0;
        for (let d = 0; d < DIM; d += 1) {
          const value = middle[centre + d]! + 1.5 * (uniform() - 0.5);
          block[row * DIM + d] = value;
          sum += value * value;
        }
        const scale = 1 / Math.sqrt(sum);
        for (let d = 0; d < DIM; d += 1) block[row * DIM + d]! *= scale;
      }
      writeSync(file, new Uint8Array(block.buffer));
    }
  } finally {
    closeSync(file);
  }
}
