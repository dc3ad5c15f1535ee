/**
 * Benchmarks, each against a peer in the same run where there is one:
 *   npm run bench -- import [--minutes 2] [--height 1080] [--rounds 1] [--file PATH]
 *   npm run bench -- train [--python PATH] [--rounds 3] [--steps 4] [--batch 1,2] [--only video,audio,decode,step]
 *   npm run bench -- project [--pairs 1000000]
 *   npm run bench -- library [--pairs 1000000] [--rounds 3]
 *   npm run bench -- manifest [--pairs 1000000]
 *   npm run bench -- exports [--pairs 250000]
 *   npm run bench -- curves [--runs 20] [--length 100000]
 *   npm run bench -- align [--python PATH] [--pairs 40]
 *   npm run bench -- heatmaps [--pairs 1000000]
 *   npm run bench -- search [--python PATH] [--pairs 1000000] [--rounds 1]
 * Give it a quiet machine: two trainings at once tell nothing. Figures of the last run: docs/performance.md.
 */
import { parseArgs } from 'node:util';
import { benchAlign } from './align.ts';
import { benchCurves } from './curves.ts';
import { benchExports } from './exports.ts';
import { benchHeatmaps } from './heatmaps.ts';
import { benchImport } from './import.ts';
import { benchLibrary } from './library.ts';
import { benchManifest } from './manifest.ts';
import { benchProject } from './project.ts';
import { benchSearch } from './search.ts';
import { benchTrain } from './train.ts';

const USAGE = `npm run bench -- import [options]
  --minutes LENGTH  of the title that is made (default 2)
  --height PIXELS   of its picture (default 1080)
  --rounds COUNT    how often the two take turns (default 1)
  --file PATH       a file of your own in place of it

npm run bench -- align [options]
  --python PATH     a Python with audio-offset-finder, to measure the peer with
  --pairs COUNT     planted pairs (default 40)
npm run bench -- train [options]
  --python PATH     a Python with torch and torchvision, to measure the peer with
  --rounds COUNT    how often the two take turns (default 3)
  --steps COUNT     steps in a turn (default 4)
  --batch SIZES     clips in a step, e.g. 1,2 (default)
  --only PARTS      of video, audio, decode, step (default all)
  --step-clips N    a whole step of mvitv2-s with N clips, in place of the usual cases

npm run bench -- project [options]
  --pairs COUNT     size of the project (default 1000000)

npm run bench -- library [options]
  --pairs COUNT     size of the project that the window shows (default 1000000)
  --rounds COUNT    how often it is opened (default 3)

npm run bench -- manifest [options]
  --pairs COUNT     rows of the manifest (default 1000000)

npm run bench -- heatmaps [options]
  --pairs COUNT     pairs that were evaluated, in 30 languages (default 1000000)

npm run bench -- search [options]
  --python PATH     a Python with faiss-cpu, to measure the peer with and to prove what is found
  --pairs COUNT     rows that are searched (default 1000000)
  --rounds COUNT    how often the two take turns (default 1)

npm run bench -- curves [options]
  --runs COUNT      runs that the window compares (default 20)
  --length STEPS    logged steps of each (default 100000)

npm run bench -- exports [options]
  --pairs COUNT     size of the project (default 250000)
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string' },
    rounds: { type: 'string' },
    minutes: { type: 'string', default: '2' },
    height: { type: 'string', default: '1080' },
    file: { type: 'string' },
    steps: { type: 'string', default: '4' },
    batch: { type: 'string', default: '1,2' },
    only: { type: 'string', default: 'video,audio,decode,step' },
    'step-clips': { type: 'string' },
    pairs: { type: 'string' },
    runs: { type: 'string', default: '20' },
    length: { type: 'string', default: '100000' },
    help: { type: 'boolean', default: false },
  },
});
const what = positionals[0] ?? '';
const rounds = values.rounds ?? (['import', 'search'].includes(what) ? '1' : '3');
const pairs = values.pairs ?? { align: '40', exports: '250000' }[what] ?? '1000000';
const numbers = [
  values.runs,
  values.length,
  rounds,
  values.minutes,
  values.height,
  values.steps,
  pairs,
  ...values.batch.split(','),
].map(Number);
if (
  values.help ||
  ![
    'align',
    'curves',
    'exports',
    'heatmaps',
    'import',
    'library',
    'manifest',
    'project',
    'search',
    'train',
  ].includes(what) ||
  !numbers.every((value) => Number.isInteger(value) && value > 0)
) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 2);
}
const print = (line: string): void => void process.stdout.write(`${line}\n`);
if (what === 'import') {
  await benchImport({
    minutes: Number(values.minutes),
    heightPx: Number(values.height),
    rounds: Number(rounds),
    file: values.file ?? null,
    print,
  });
} else if (what === 'align') {
  await benchAlign({ python: values.python ?? null, count: Number(pairs), print });
} else if (what === 'heatmaps') {
  await benchHeatmaps({ pairs: Number(pairs), print });
} else if (what === 'search') {
  await benchSearch({
    python: values.python ?? null,
    rows: Number(pairs),
    rounds: Number(rounds),
    print,
  });
} else if (what === 'library') {
  await benchLibrary({ pairs: Number(pairs), rounds: Number(rounds), print });
} else if (what === 'manifest') {
  await benchManifest({ pairs: Number(pairs), print });
} else if (what === 'curves') {
  await benchCurves({ runs: Number(values.runs), steps: Number(values.length), print });
} else if (what === 'exports') {
  await benchExports({ pairs: Number(pairs), print });
} else if (what === 'project') {
  await benchProject({ pairs: Number(pairs), print });
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
