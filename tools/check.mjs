/** `npm run check`: types layer by layer, lint and format, tests, build. Stops at the first that fails. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup/paths.mjs';

const LAYERS = ['core/domain', 'core', 'main', 'preload', 'test'];
const bin = (name, file) => join(ROOT, 'node_modules', name, file);
const tsc = bin('typescript', 'bin/tsc');

const steps = [
  ...LAYERS.map((layer) => [`types: ${layer}`, [tsc, '-p', join(ROOT, layer, 'tsconfig.json'), '--noEmit']]),
  [
    'types: renderer',
    [bin('vue-tsc', 'bin/vue-tsc.js'), '-p', join(ROOT, 'renderer', 'tsconfig.json'), '--noEmit'],
  ],
  ['lint and format', [bin('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings', ROOT]],
  ['tests', [join(ROOT, 'tools', 'test.mjs')]],
  ['build', [join(ROOT, 'tools', 'build.ts'), '--force']],
];

for (const [name, args] of steps) {
  if (isEmptyLayer(name)) continue;
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) {
    process.stdout.write(`\ncheck: "${name}" failed\n`);
    process.exit(status ?? 1);
  }
}
process.stdout.write('\ncheck: all good\n');

/** Layers that hold no source yet have nothing to compile, and TypeScript calls that an error. */
function isEmptyLayer(name) {
  if (name === 'types: preload') return !existsSync(join(ROOT, 'preload', 'preload.ts'));
  if (name === 'types: renderer' || name === 'build')
    return !existsSync(join(ROOT, 'renderer', 'vite.config.ts'));
  return false;
}
