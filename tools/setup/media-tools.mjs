/**
 * Finds an ffmpeg and an ffprobe that do what Dubscope needs, by trying them: the system's when they are recent
 * enough, else packaged ones. The result is in `tools.json` in the cache, which `core/process/media-tools.ts` reads.
 */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { forgetFailures, rememberFailure, stillFails } from './failures.mjs';
import { makeStaging, readJson, writeJson } from './files.mjs';
import { withLock } from './lock.mjs';
import { packagedMediaTools } from './media-packages.mjs';
import { findOnPath } from './paths.mjs';
import { findPython } from './pip.mjs';
import { SetupError } from './setup-error.mjs';

/** The oldest release that Dubscope is tested with; builds from git carry no such number and are only tried. */
const OLDEST = [5, 1];
/** Decoders a dubbed film may need; either of two names will do. */
const DECODERS = [['h264'], ['aac'], ['opus', 'libopus'], ['flac'], ['mp3', 'mp3float']];
const HINT =
  'install ffmpeg 5.1 or newer (Debian, Ubuntu: apt install ffmpeg), or set DUBSCOPE_FFMPEG and DUBSCOPE_FFPROBE';

/**
 * @param {{ cache: string, reporter: object, env?: object, repair?: boolean, packaged?: typeof packagedMediaTools }} options
 * @returns {Promise<Record<string, any> | null>} what `tools.json` says; null when no ffmpeg could be had
 */
export async function ensureMediaTools({
  cache,
  reporter,
  env = process.env,
  repair = false,
  packaged = packagedMediaTools,
}) {
  if (env.DUBSCOPE_FFMPEG && env.DUBSCOPE_FFPROBE) return null;
  const path = join(cache, 'tools.json');
  const known = readJson(path);
  if (!repair && isUnchanged(known, env)) return known;
  const record = join(cache, 'media-tools', 'failure.json');
  const facts = {
    ffmpeg: findOnPath('ffmpeg', env),
    ffprobe: findOnPath('ffprobe', env),
    python: findPython(env),
  };
  if (repair) forgetFailures(record);
  if (stillFails(record, 'media-tools', facts)) return null;
  return withLock(join(cache, 'locks', 'media-tools.lock'), {}, async () => {
    if (!repair && isUnchanged(readJson(path), env)) return readJson(path);
    try {
      const found = await findMediaTools({ cache, reporter, env, packaged, facts });
      writeJson(path, found);
      forgetFailures(record);
      return found;
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      rememberFailure(record, 'media-tools', { code: error.code, reason: error.message, facts });
      reporter.say(`ffmpeg: ${error.message}; ${HINT}. Log: ${reporter.logPath}`);
      return null;
    }
  });
}

/**
 * Whether an ffmpeg is here that will do, as it is said or found on the PATH; nothing is downloaded. One that was tried now is
 * written down, so that it is not tried again.
 * @returns {Promise<boolean>}
 */
export async function hasMediaTools({ cache, reporter, env = process.env }) {
  if (env.DUBSCOPE_FFMPEG && env.DUBSCOPE_FFPROBE) return true;
  const path = join(cache, 'tools.json');
  if (isUnchanged(readJson(path), env)) return true;
  const system = { ffmpegPath: findOnPath('ffmpeg', env), ffprobePath: findOnPath('ffprobe', env) };
  if (system.ffmpegPath === null || system.ffprobePath === null) return false;
  const tried = await tryMediaTools(system, { cache, reporter, env });
  if (tried.ok) writeJson(path, describe(system, tried, 'system', env));
  return tried.ok;
}

async function findMediaTools({ cache, reporter, env, packaged, facts }) {
  const system = { ffmpegPath: facts.ffmpeg, ffprobePath: facts.ffprobe };
  let whyNot = 'none is on the PATH';
  if (system.ffmpegPath !== null && system.ffprobePath !== null) {
    const tried = await tryMediaTools(system, { cache, reporter, env });
    if (tried.ok) return describe(system, tried, 'system', env);
    whyNot = `the one on the PATH will not do (${tried.why})`;
  }
  let paths;
  try {
    paths = await packaged({ cache, reporter, env });
  } catch (error) {
    if (error instanceof SetupError) throw new SetupError(error.code, `${whyNot}, and ${error.message}`);
    throw error;
  }
  const tried = await tryMediaTools(paths, { cache, reporter, env });
  if (!tried.ok)
    throw new SetupError('unusable', `${whyNot}, and the packaged one does not work here (${tried.why})`);
  return describe(paths, tried, 'package', env);
}

/** Whether two programs do what is needed; `why` says what does not. */
export async function tryMediaTools({ ffmpegPath, ffprobePath }, { cache, reporter, env = process.env }) {
  const versions = [];
  for (const [name, path] of [
    ['ffmpeg', ffmpegPath],
    ['ffprobe', ffprobePath],
  ]) {
    const { stdout } = await reporter.run(path, ['-hide_banner', '-version'], { env, timeoutMs: 30_000 });
    const version = new RegExp(`^${name} version (\\S+)`).exec(stdout)?.[1];
    if (version === undefined) return { ok: false, why: `${path} does not start` };
    if (isTooOld(version)) return { ok: false, why: `${name} ${version} is older than ${OLDEST.join('.')}` };
    versions.push(version);
  }
  const decoders = await reporter.run(ffmpegPath, ['-hide_banner', '-decoders'], { env, timeoutMs: 30_000 });
  const has = (name) => new RegExp(`^ [VAS]\\S{5} ${name} `, 'm').test(decoders.stdout);
  const missing = DECODERS.find((names) => !names.some(has));
  if (missing) return { ok: false, why: `it cannot decode ${missing[0]}` };
  const why = await tryOnSound({ ffmpegPath, ffprobePath }, { cache, reporter, env });
  return why === null
    ? { ok: true, ffmpegVersion: versions[0], ffprobeVersion: versions[1] }
    : { ok: false, why };
}

/** Writes a tenth of a second of sound, probes it and reads it back, under the restrictions that all media get. */
async function tryOnSound({ ffmpegPath, ffprobePath }, { cache, reporter, env }) {
  mkdirSync(cache, { recursive: true });
  const folder = makeStaging(cache, 'try-ffmpeg');
  const file = join(folder, 'try.wav');
  const run = (path, args) => reporter.run(path, ['-v', 'error', ...args], { env, timeoutMs: 30_000 });
  const guard = ['-protocol_whitelist', 'file,pipe', '-format_whitelist', 'wav'];
  try {
    const made = await run(ffmpegPath, [
      '-nostdin',
      '-f',
      'lavfi',
      '-i',
      'sine=duration=0.1:sample_rate=48000',
      '-c:a',
      'pcm_s16le',
      file,
    ]);
    if (made.code !== 0) return 'it cannot write a WAV file';
    const probed = await run(ffprobePath, [...guard, '-of', 'json', '-show_streams', `file:${file}`]);
    const rate = parseJson(probed.stdout)?.streams?.[0]?.sample_rate;
    if (rate !== '48000') return 'ffprobe cannot read a WAV file under a format whitelist';
    const read = await run(ffmpegPath, [
      '-nostdin',
      ...guard,
      '-i',
      `file:${file}`,
      '-f',
      's16le',
      join(folder, 'try.raw'),
    ]);
    if (read.code !== 0 || statSync(join(folder, 'try.raw')).size !== 9600)
      return 'it cannot read back what it wrote';
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describe({ ffmpegPath, ffprobePath }, { ffmpegVersion, ffprobeVersion }, origin, env) {
  const stamps = { ffmpeg: stampOf(ffmpegPath), ffprobe: stampOf(ffprobePath) };
  const system = systemStamp(env);
  return { format: 1, ffmpegPath, ffprobePath, ffmpegVersion, ffprobeVersion, origin, stamps, system };
}

/**
 * Programs that were tried once are trusted until their size or time of change differs; packaged ones also only until
 * the PATH holds something else than when they were taken.
 */
function isUnchanged(tools, env) {
  if (tools?.format !== 1) return false;
  if (tools.origin === 'package' && (tools.system ?? null) !== systemStamp(env)) return false;
  return (
    tools.stamps?.ffmpeg === stampOf(tools.ffmpegPath) && tools.stamps?.ffprobe === stampOf(tools.ffprobePath)
  );
}

/** What stands for the ffmpeg and ffprobe of the PATH; null when either is missing. */
function systemStamp(env) {
  const paths = [findOnPath('ffmpeg', env), findOnPath('ffprobe', env)];
  return paths.includes(null) ? null : paths.map((path) => `${path} ${stampOf(path)}`).join(' | ');
}

function stampOf(path) {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size} ${Math.round(mtimeMs)}`;
  } catch {
    return null;
  }
}

function isTooOld(version) {
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return false;
  return Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]);
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
