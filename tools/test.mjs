/**
 * `npm test`: every test, and as the last line how many passed, failed and were skipped. Arguments go to vitest,
 * e.g. `npm test -- test/core/engine`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './setup/paths.mjs';

/** Lines that TensorFlow prints while it is loaded, whatever it is told (see core/engine/load-tensorflow.ts). */
const CHATTER = /^WARNING: All log messages before absl|^[IW]\d{4} \d\d:\d\d:\d+\.\d+ +\d+ [\w.]+:\d+\]/;

const folder = join(ROOT, '.dubscope');
const results = join(folder, `test-results-${process.pid}.json`);
mkdirSync(folder, { recursive: true });
const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: ['ignore', 'inherit', 'pipe'],
  env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
});
createInterface({ input: child.stderr }).on('line', (line) => {
  if (!CHATTER.test(line)) process.stderr.write(`${line}\n`);
});
process.on('SIGTERM', () => child.kill('SIGTERM'));
// On a terminal Ctrl-C has reached vitest already.
process.on('SIGINT', () => process.stdout.isTTY || child.kill('SIGINT'));
child.once('close', (code, signal) => {
  const counts = countResults();
  rmSync(results, { force: true });
  if (counts === null) process.stderr.write('The tests ended without a result.\n');
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 };
  const isGood = code === 0 && counts !== null && failed === 0 && passed > 0;
  if (!isGood && failed === 0 && counts !== null) {
    process.stderr.write(
      `vitest ended with ${signal ?? `status ${code}`} although no single test failed; see above.\n`,
    );
  }
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`, () =>
    process.exit(isGood ? 0 : code || 1),
  );
});

/** A file that could not even be loaded counts as one failure. */
function countResults() {
  let report;
  try {
    report = JSON.parse(readFileSync(results, 'utf8'));
  } catch {
    return null;
  }
  const states = report.testResults.flatMap((file) => {
    const tests = file.assertionResults.map((test) => test.status);
    return file.status === 'failed' && !tests.includes('failed') ? [...tests, 'failed'] : tests;
  });
  const count = (...names) => states.filter((state) => names.includes(state)).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped', 'pending', 'todo', 'disabled'),
  };
}
