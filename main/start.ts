/**
 * `npm start [project]`: the desktop window where there is an Electron and a screen, else the same window for the
 * browser. Without a project: the newest one of the demo, or a page to begin with.
 */
import './compile-cache.ts';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './window-build.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DEMO_OUTPUT = join(ROOT, 'demo-output');

const [argument] = process.argv.slice(2);
// npm changes to the checkout; paths are meant from where the person is.
const from = process.env.INIT_CWD ?? process.cwd();
const project = argument === undefined ? newestDemo() : resolve(from, argument);
const electron = electronBinary();

if (electron === null || !hasScreen()) {
  // Static imports would all be compiled before the first of them has run.
  const { runCommandLine } = await import('./cli/run.ts');
  process.exitCode = await runCommandLine(project === null ? ['serve'] : ['serve', project]);
  // Native engines keep threads alive after their work is done.
  process.stdout.write('', () => process.exit());
} else {
  process.exitCode = await openDesktop(electron);
}

/** The binary that the npm package `electron` has fetched; null where it could not. */
function electronBinary(): string | null {
  const folder = join(ROOT, 'node_modules', 'electron');
  const nameFile = join(folder, 'path.txt');
  if (!existsSync(nameFile)) return null;
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist');
  const path = join(dist, readFileSync(nameFile, 'utf8').trim());
  return existsSync(path) ? path : null;
}

function hasScreen(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

function newestDemo(): string | null {
  if (!existsSync(DEMO_OUTPUT)) return null;
  const projects = readdirSync(DEMO_OUTPUT)
    .map((name) => join(DEMO_OUTPUT, name))
    .filter((path) => existsSync(join(path, 'project.db')))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  return projects[0] ?? null;
}

async function openDesktop(binary: string): Promise<number> {
  const onBuild = (): boolean => process.stderr.write('Building the window ...\n');
  await ensureBuilt('renderer', { onBuild });
  await ensureBuilt('preload');
  const folder = await ensureBuilt('desktop');
  const child = spawn(binary, [join(folder, 'desktop.cjs')], {
    stdio: 'inherit',
    env: { ...process.env, DUBSCOPE_NODE: process.execPath, DUBSCOPE_PROJECT: project ?? '' },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done(code ?? 1));
  });
}
