/** Makes `node_modules` what `package-lock.json` says, with the one install script that is needed. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { findOnPath, nodeBinary } from './paths.mjs';
import { SetupError } from './setup-error.mjs';

/** Packages whose install scripts run; all others' do not. `node` fetches its binary from the package registry. */
const SCRIPTS_ALLOWED = ['node'];
const STAMP = 'node_modules/.dubscope-setup.json';
const NODE_MAJOR = 24;

/** @returns {Promise<boolean>} whether anything had to be done */
export async function ensureNodeModules({ root, reporter, env = process.env }) {
  if (isUpToDate(root)) return false;
  const lock = join(root, '.dubscope', 'setup.lock');
  const onWait = (owner) =>
    reporter.say(`waiting for another set-up of this checkout (process ${owner?.pid ?? '?'})`);
  return withLock(lock, { onWait }, async () => {
    if (isUpToDate(root)) return false;
    if (!(existsSync(nodeBinary(root)) && installedMatchesLock(root))) {
      await reporter.step('Node packages (npm ci)', () => install(root, reporter, env));
    }
    writeJson(join(root, STAMP), { lockSha256: lockHash(root) });
    return true;
  });
}

/** Whether the stamp of the last set-up fits the lock file of today. */
export function isUpToDate(root) {
  return readJson(join(root, STAMP))?.lockSha256 === lockHash(root) && existsSync(nodeBinary(root));
}

/**
 * Whether npm's own record of what it installed agrees with the lock file, as after a plain `npm install`: then
 * nothing has to be thrown away. Packages that may be missing (other platforms') are allowed to be.
 */
export function installedMatchesLock(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !installed) return false;
  const optional = (entry) => entry.optional || entry.devOptional || entry.peer;
  const allThere = Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = installed[path];
    if (!found) return Boolean(optional(entry));
    return found.version === entry.version && found.integrity === entry.integrity;
  });
  return allThere && Object.keys(installed).every((path) => path in wanted);
}

function lockHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

async function install(root, reporter, env) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=warn'];
  await npm(root, reporter, env, ['ci', '--ignore-scripts', ...quiet]);
  await npm(root, reporter, env, ['rebuild', ...SCRIPTS_ALLOWED, '--foreground-scripts', ...quiet]);
  const { code, stdout } = await reporter.run(nodeBinary(root), ['--version'], { env });
  if (code !== 0 || !stdout.startsWith(`v${NODE_MAJOR}.`)) {
    throw new SetupError(
      'unusable',
      `the package "node" gave no working Node ${NODE_MAJOR} (${stdout.trim() || 'it does not start'})`,
    );
  }
}

async function npm(root, reporter, env, args) {
  const [command, first] = npmCommand(env);
  const { code } = await reporter.run(command, [...first, ...args], {
    cwd: root,
    env: cleanNpmEnvironment(env),
  });
  if (code !== 0)
    throw new SetupError('download', `npm ${args[0]} failed (status ${code ?? 'none: npm was not found'})`);
}

function npmCommand(env) {
  if (env.npm_execpath?.endsWith('.js')) return [process.execPath, [env.npm_execpath]];
  return [findOnPath('npm', env) ?? 'npm', []];
}

/** Options of the npm that started us are not meant for the npm that we start. */
function cleanNpmEnvironment(env) {
  const inherited =
    /^npm_(config_(ignore_scripts|omit|production|global|silent|loglevel|dry_run)|lifecycle_|package_|command)/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !inherited.test(name)));
}
