/**
 * Benchmarks, each against a peer in the same run where there is one:
 *   npm run bench -- train [--python PATH] [--rounds 3] [--steps 4] [--batch 1,2] [--only video,audio,decode,step]
 *   npm run bench -- align [--python PATH] [--pairs 40]
 * Give it a quiet machine: two trainings at once tell nothing. Figures of the last run: docs/performance.md.
 */
import { parseArgs } from 'node:util';
import { benchAlign } from './align.ts';
import { benchTrain } from './train.ts';

const USAGE = `npm run bench -- align [options]
  --python PATH     a Python with audio-offset-finder, to measure the peer with
  --pairs COUNT     planted pairs (default 40)
npm run bench -- train [options]
  --python PATH     a Python with torch and torchvision, to measure the peer with
  --rounds COUNT    how often the two take turns (default 3)
  --steps COUNT     steps in a turn (default 4)
  --batch SIZES     clips in a step, e.g. 1,2 (default)
  --only PARTS      of video, audio, decode, step (default all)
  --step-clips N    a whole step of mvitv2-s with N clips, in place of the usual cases
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    steps: { type: 'string', default: '4' },
    batch: { type: 'string', default: '1,2' },
    only: { type: 'string', default: 'video,audio,decode,step' },
    'step-clips': { type: 'string' },
    pairs: { type: 'string', default: '40' },
    help: { type: 'boolean', default: false },
  },
});
if (positionals[0] === 'align' && !values.help) {
  await benchAlign({
    python: values.python ?? null,
    count: Number(values.pairs),
    print: (line) => process.stdout.write(`${line}\n`),
  });
  process.exit(0);
}
const numbers = [values.rounds, values.steps, ...values.batch.split(',')].map(Number);
if (
  values.help ||
  positionals[0] !== 'train' ||
  !numbers.every((value) => Number.isInteger(value) && value > 0)
) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 2);
}
await benchTrain({
  python: values.python ?? null,
  rounds: Number(values.rounds),
  steps: Number(values.steps),
  batches: values.batch.split(',').map(Number),
  parts: values.only.split(','),
  stepClips: values['step-clips'] === undefined ? null : Number(values['step-clips']),
  print: (line) => process.stdout.write(`${line}\n`),
});
