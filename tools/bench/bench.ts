/**
 * Benchmarks, each against a peer in the same run where there is one:
 *   npm run bench -- import [--minutes 2] [--rounds 1] [--file PATH]
 *   npm run bench -- train [--python PATH] [--rounds 3] [--steps 4] [--batch 1,2] [--only video,audio,decode,step]
 *   npm run bench -- project [--pairs 1000000]
 * Give it a quiet machine: two trainings at once tell nothing. Figures of the last run: docs/performance.md.
 */
import { parseArgs } from 'node:util';
import { benchImport } from './import.ts';
import { benchProject } from './project.ts';
import { benchTrain } from './train.ts';

const USAGE = `npm run bench -- import [options]
  --minutes LENGTH  of the title that is made (default 2)
  --rounds COUNT    how often the two take turns (default 1)
  --file PATH       a file of your own in place of it
npm run bench -- train [options]
  --python PATH     a Python with torch and torchvision, to measure the peer with
  --rounds COUNT    how often the two take turns (default 3)
  --steps COUNT     steps in a turn (default 4)
  --batch SIZES     clips in a step, e.g. 1,2 (default)
  --only PARTS      of video, audio, decode, step (default all)
  --step-clips N    a whole step of mvitv2-s with N clips, in place of the usual cases

npm run bench -- project [options]
  --pairs COUNT     size of the project (default 1000000)
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string' },
    rounds: { type: 'string' },
    minutes: { type: 'string', default: '2' },
    file: { type: 'string' },
    steps: { type: 'string', default: '4' },
    batch: { type: 'string', default: '1,2' },
    only: { type: 'string', default: 'video,audio,decode,step' },
    'step-clips': { type: 'string' },
    pairs: { type: 'string', default: '1000000' },
    help: { type: 'boolean', default: false },
  },
});
const what = positionals[0] ?? '';
const rounds = values.rounds ?? (what === 'import' ? '1' : '3');
const numbers = [rounds, values.minutes, values.steps, values.pairs, ...values.batch.split(',')].map(Number);
if (
  values.help ||
  !['import', 'project', 'train'].includes(what) ||
  !numbers.every((value) => Number.isInteger(value) && value > 0)
) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 2);
}
const print = (line: string): void => void process.stdout.write(`${line}\n`);
if (what === 'import') {
  await benchImport({
    minutes: Number(values.minutes),
    rounds: Number(rounds),
    file: values.file ?? null,
    print,
  });
} else if (what === 'project') {
  await benchProject({ pairs: Number(values.pairs), print });
} else {
  await benchTrain({
    python: values.python ?? null,
    rounds: Number(rounds),
    steps: Number(values.steps),
    batches: values.batch.split(',').map(Number),
    parts: values.only.split(','),
    stepClips: values['step-clips'] === undefined ? null : Number(values['step-clips']),
    print,
  });
}
