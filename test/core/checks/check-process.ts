/** A check in a process of its own, to be killed: `node check-process.ts CACHE INPUT.json`. */
import { readFile } from 'node:fs/promises';
import { keepHearing } from '../../../core/checks/kept-hearing.ts';
import { runChecks } from '../../../core/checks/run-checks.ts';
import { countingOpener } from './heard-corpus.ts';

const [cacheFolder = '', inputPath = ''] = process.argv.slice(2);
const kept = keepHearing(cacheFolder, 'recipe');
await runChecks(JSON.parse(await readFile(inputPath, 'utf8')), {
  openTrack: countingOpener(cacheFolder).open,
  kept: {
    // Waits to be killed once something is kept, so that the kill comes in the middle on any machine.
    keep: async (key, make) => {
      const value = await kept.keep(key, make);
      process.stdout.write(`kept ${JSON.stringify(key).slice(0, 40)}\n`);
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      return value;
    },
  },
});
