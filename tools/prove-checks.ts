/**
 * Recall and false alarms of the checks over many planted corpora: `plant`, `new`, `import` and `check --against` as a person
 * would call them, once for each seed, summed up by kind.
 *   node tools/prove-checks.ts FOLDER [--seeds 10] [--from 1] [--join 0] [--kinds a,b]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { CHECK_OUTPUT } from '../main/commands/check-output.ts';

type Score = NonNullable<z.infer<typeof CHECK_OUTPUT>['value']['score']>;
type Row = { planted: number; found: number };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '10' },
    from: { type: 'string', default: '1' },
    join: { type: 'string', default: '0' },
    kinds: { type: 'string' },
  },
});
const source = positionals[0];
if (source === undefined) throw new Error('Name a folder of clean dubbed media.');

const kinds = new Map<string, Row>();
const calibration = new Map<number, { claims: number; right: number }>();
const totals = { cleanPairs: 0, alarmedPairs: 0, known: 0, claimed: 0, within1Ms: 0, within5Ms: 0 };
const sentences: string[] = [];

for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed += 1) {
  add(roundTrip(source, seed), seed);
  print();
}

function roundTrip(from: string, seed: number): Score {
  const folder = mkdtempSync(join(tmpdir(), 'prove-checks-'));
  const [out, project] = [join(folder, 'planted'), join(folder, 'project')];
  const options = ['--seed', String(seed), '--join', values.join];
  if (values.kinds !== undefined) options.push('--kinds', values.kinds);
  try {
    dubscope('plant', from, out, ...options);
    dubscope('new', project);
    dubscope('import', project, out);
    const said = dubscope('check', project, '--against', join(out, 'key.json'), '--json');
    return CHECK_OUTPUT.parse(JSON.parse(said)).value.score!;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function dubscope(...args: string[]): string {
  const cli = join(import.meta.dirname, '../main/cli.ts');
  return execFileSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function add(score: Score, seed: number): void {
  for (const { kind, planted, found, missed } of score.kinds) {
    const row = kinds.get(kind) ?? { planted: 0, found: 0 };
    kinds.set(kind, { planted: row.planted + planted, found: row.found + found });
    sentences.push(...missed.map((text) => `seed ${seed}: missed ${text}`));
  }
  for (const { sentences: said } of score.falseAlarms) {
    sentences.push(...said.map((text) => `seed ${seed}: false alarm: ${text}`));
  }
  sentences.push(...score.offsets.wronglySure.map((text) => `seed ${seed}: wrongly sure: ${text}`));
  totals.cleanPairs += score.cleanPairs;
  totals.alarmedPairs += score.alarmedPairs;
  for (const name of ['known', 'claimed', 'within1Ms', 'within5Ms'] as const)
    totals[name] += score.offsets[name];
  for (const { from, claims, right } of score.offsets.calibration) {
    const row = calibration.get(from) ?? { claims: 0, right: 0 };
    calibration.set(from, { claims: row.claims + claims, right: row.right + right });
  }
}

function print(): void {
  const lines = [...kinds].map(
    ([kind, { planted, found }]) =>
      `${kind.padEnd(16)} ${found} of ${planted} (${(found / planted).toFixed(3)})`,
  );
  const { cleanPairs, alarmedPairs, known, claimed, within1Ms, within5Ms } = totals;
  lines.push(
    `false alarms: ${alarmedPairs} of ${cleanPairs} clean pairs (${((100 * alarmedPairs) / cleanPairs).toFixed(2)} %)`,
    `offsets: ${claimed} of ${known} claimed; ${within1Ms} within 1 ms, ${within5Ms} within 5 ms`,
    ...[...calibration]
      .filter(([, { claims }]) => claims > 0)
      .map(
        ([from, { claims, right }]) =>
          `  stated ${from.toFixed(1)} and more: ${right} of ${claims} right (${(right / claims).toFixed(2)})`,
      ),
    ...sentences,
  );
  console.log(`${lines.join('\n')}\n`);
}
