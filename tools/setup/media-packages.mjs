/** ffmpeg and ffprobe from package registries, for machines that have none: two static builds, into the cache. */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeStaging, putInPlace, sizesMatch, writeManifest } from './files.mjs';
import { findOnPath } from './paths.mjs';
import { requirePip, unpackFromWheel } from './pip.mjs';
import { SetupError } from './setup-error.mjs';

/** PyPI's imageio-ffmpeg carries ffmpeg 9.0.2; npm's @ffprobe-installer carries an ffprobe of July 2023. Both are GPL programs, run as processes of their own. */
const PACKAGES = {
  'linux-x64': {
    key: 'ffmpeg-9.0.2-linux-x64-1',
    wheel: {
      requirement: 'imageio-ffmpeg==0.8.1',
      sha256: '050d6850601c3b3890bd2b28306f3b842b3daea390a561101174375a1c460bda',
      platforms: ['manylinux_2_28_x86_64'],
      files: ['imageio_ffmpeg/binaries/ffmpeg-*'],
    },
    ffprobe: {
      name: '@ffprobe-installer/linux-x64@5.2.0',
      integrity:
        'sha512-D3UeqTLYPNs7pBWPLUYGehPdRVqU8eACox4OZy3pZUZatxye2YKlvBwEfaLdL1v2Z4FOAlLUhms0kY8m8kqSRA==',
      file: 'ffprobe',
    },
  },
  'win32-x64': {
    key: 'ffmpeg-9.0.2-win32-x64-1',
    wheel: {
      requirement: 'imageio-ffmpeg==0.8.1',
      sha256: 'f27ca4cb85e2d4946deedbce1a81245dfd942a2bcf94b53676fb3956aa95bf1b',
      platforms: ['win_amd64'],
      files: ['imageio_ffmpeg/binaries/ffmpeg-*'],
    },
    ffprobe: {
      name: '@ffprobe-installer/win32-x64@5.1.0',
      integrity:
        'sha512-jMGYeAgkrdn4e2vvYt/qakgHRE3CPju4bn5TmdPfoAm1BlX1mY9cyMd8gf5vSzI8gH8Zq5WQAyAkmekX/8TSTg==',
      file: 'ffprobe.exe',
    },
  },
};

/**
 * The two programs in the cache, brought there when they are not.
 * @returns {Promise<{ ffmpegPath: string, ffprobePath: string }>}
 * @throws SetupError
 */
export async function packagedMediaTools({ cache, reporter, env = process.env }) {
  const platform = `${process.platform}-${process.arch}`;
  const source = PACKAGES[platform];
  if (!source) throw new SetupError('unsupported', `no packaged ffmpeg is known for ${platform}`);
  const folder = join(cache, 'media-tools', source.key);
  const ending = process.platform === 'win32' ? '.exe' : '';
  if (!sizesMatch(folder)) {
    const python = await requirePip(reporter, env);
    await reporter.step('ffmpeg: downloading ffmpeg and ffprobe, 0.1 GB, once for this machine', () =>
      bring({ source, folder, cache, python, reporter, env, ending }),
    );
  }
  return { ffmpegPath: join(folder, `ffmpeg${ending}`), ffprobePath: join(folder, `ffprobe${ending}`) };
}

async function bring({ source, folder, cache, python, reporter, env, ending }) {
  const staging = makeStaging(cache, 'media-tools');
  try {
    await unpackFromWheel(source.wheel, staging, { python, reporter, env });
    const binaries = join(staging, 'imageio_ffmpeg', 'binaries');
    const ffmpeg = readdirSync(binaries).find((name) => name.startsWith('ffmpeg-'));
    takeProgram(join(binaries, ffmpeg), join(staging, `ffmpeg${ending}`));
    rmSync(join(staging, 'imageio_ffmpeg'), { recursive: true });
    const unpacked = await unpackNpmPackage(source.ffprobe, staging, reporter, env);
    takeProgram(join(unpacked, 'package', source.ffprobe.file), join(staging, `ffprobe${ending}`));
    rmSync(unpacked, { recursive: true });
    await writeManifest(staging, { key: source.key });
    putInPlace(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function takeProgram(from, to) {
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

async function unpackNpmPackage({ name, integrity }, staging, reporter, env) {
  const work = join(staging, '.npm');
  mkdirSync(work);
  const npm = env.npm_execpath?.endsWith('.js')
    ? [process.execPath, env.npm_execpath]
    : [findOnPath('npm', env) ?? 'npm'];
  const args = [...npm.slice(1), 'pack', name, '--pack-destination', work, '--loglevel=warn'];
  const { code } = await reporter.run(npm[0], args, { cwd: work, env });
  if (code !== 0) throw new SetupError('download', `npm could not bring ${name}`);
  const file = readdirSync(work).find((entry) => entry.endsWith('.tgz'));
  const actual = `sha512-${createHash('sha512')
    .update(readFileSync(join(work, file)))
    .digest('base64')}`;
  if (actual !== integrity)
    throw new SetupError('download', `${name} is not the file it should be (${actual})`);
  const tar = await reporter.run('tar', ['-xzf', file], { cwd: work, env });
  if (tar.code !== 0) throw new SetupError('unusable', `${name} could not be unpacked by tar`);
  return work;
}
