/**
 * The door to everything: `npm run demo`, `npm test` and the rest come through here. Runs on the machine's own Node
 * (20 or newer) with nothing installed, does what set-up is missing, and hands over to Node 24.
 *
 *   node tools/bootstrap.mjs dubscope ARGUMENT...   the dubscope command
 *   node tools/bootstrap.mjs test ARGUMENT...       the tests
 *   node tools/bootstrap.mjs check                  types, lint, tests, build
 *   node tools/bootstrap.mjs run FILE ARGUMENT...   any script of the project
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { cacheFolder, nodeBinary, ROOT } from './setup/paths.mjs';
import { createReporter, InterruptedError } from './setup/reporter.mjs';
import { SetupError } from './setup/setup-error.mjs';

/** npm passes a signal on that a terminal has sent to us already; within this time it is the same one. */
const SAME_SIGNAL_MS = 500;
const PARENT_POLL_MS = 500;
/** Set-up that fails for a reason outside: as a tool that failed (docs/command-line.md). */
const EXIT_SETUP_FAILED = 6;

const SCRIPTS = { dubscope: 'main/cli.ts', test: 'tools/test.mjs', check: 'tools/check.mjs' };

const [command, ...rest] = process.argv.slice(2);
const plan = planOf(command, rest);
if (plan === null) {
  process.stderr.write('Usage: node tools/bootstrap.mjs dubscope|test|check|run ARGUMENT...\n');
  process.exit(2);
}
try {
  await setUp(plan);
} catch (error) {
  if (error instanceof InterruptedError) {
    plan.reporter.say(`${error.message}.`);
    process.exit(error.exitCode);
  }
  if (!(error instanceof SetupError)) throw error;
  plan.reporter.say(`${error.message}. Nothing was started. Log: ${plan.reporter.logPath}`);
  process.exit(EXIT_SETUP_FAILED);
}
handOver(plan);

function planOf(name, args) {
  const [file, rest] = name === 'run' ? [args[0], args.slice(1)] : [SCRIPTS[name], args];
  if (file === undefined) return null;
  const cache = cacheFolder();
  const onlyHelp =
    name === 'dubscope' &&
    (rest.length === 0 || rest.some((arg) => ['--help', '-h', '--version', 'help'].includes(arg)));
  return {
    file: resolve(ROOT, file),
    args: rest,
    cache,
    reporter: createReporter({ logFolder: join(cache, 'logs') }),
    needsTools: !onlyHelp,
    repair: name === 'dubscope' && rest[0] === 'doctor' && rest.includes('--repair'),
    // Paths are meant as seen from where the person is, not from the checkout that npm changes to.
    cwd:
      name === 'dubscope' && process.env.npm_lifecycle_event && process.env.INIT_CWD
        ? process.env.INIT_CWD
        : process.cwd(),
  };
}

async function setUp({ cache, reporter, needsTools, repair }) {
  await ensureNodeModules({ root: ROOT, reporter });
  if (!needsTools) return;
  const { ensureMediaTools } = await import('./setup/media-tools.mjs');
  await ensureMediaTools({ cache, reporter, repair });
  const { ensureEngine } = await import('./setup/engine.mjs');
  await ensureEngine({ root: ROOT, cache, reporter, repair });
}

/** Runs the script on Node 24 in our place: same streams, same signals, same end. */
function handOver({ file, args, cache, cwd }) {
  const node = nodeBinary();
  const path = [dirname(node), process.env.PATH ?? ''].join(delimiter);
  const child = spawn(node, [file, ...args], {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, PATH: path, DUBSCOPE_CACHE: cache },
  });
  let lastInterruptMs = Number.NEGATIVE_INFINITY;
  process.on('SIGINT', () => {
    const now = performance.now();
    const isRepeat = now - lastInterruptMs < SAME_SIGNAL_MS;
    lastInterruptMs = now;
    // A terminal sends Ctrl-C to the child as well as to us; from anywhere else only we have it.
    if (!isRepeat && !hasTerminal()) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  watchNpm(() => child.kill('SIGTERM'));
  child.once('error', (error) => {
    process.stderr.write(`set-up: ${node} could not be started (${error.message}).\n`);
    process.exit(EXIT_SETUP_FAILED);
  });
  child.once('close', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/**
 * A SIGTERM sent to npm alone ends npm and the shell between npm and us, and never gets here: losing our parent is
 * how we notice.
 */
function watchNpm(onGone) {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, PARENT_POLL_MS);
  timer.unref();
}

function hasTerminal() {
  return Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
}
