import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { locateMediaTools } from '../../../core/process/media-tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'dubscope-media-tools-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o755 });
  return file;
}

const onPath = [program('bin', 'ffmpeg'), program('bin', 'ffprobe')];
const fromSetup = [program('cache', 'ffmpeg'), program('cache', 'ffprobe')];
const cache = join(folder, 'cache');
const tools = { format: 1, ffmpegPath: fromSetup[0], ffprobePath: fromSetup[1], origin: 'package' };

describe.skipIf(process.platform === 'win32')('locating ffmpeg and ffprobe', () => {
  it('takes what the set-up found before what is on the PATH', () => {
    writeFileSync(join(cache, 'tools.json'), JSON.stringify(tools));
    expect(locateMediaTools({ DUBSCOPE_CACHE: cache, PATH: join(folder, 'bin') })).toEqual({
      ffmpegPath: fromSetup[0],
      ffprobePath: fromSetup[1],
      origin: 'package',
    });
  });

  it('lets each variable win', () => {
    writeFileSync(join(cache, 'tools.json'), JSON.stringify(tools));
    const env = { DUBSCOPE_CACHE: cache, DUBSCOPE_FFPROBE: onPath[1] };
    expect(locateMediaTools(env)).toEqual({
      ffmpegPath: fromSetup[0],
      ffprobePath: onPath[1],
      origin: 'variable',
    });
  });

  it.each([
    ['is missing', null],
    ['is damaged', '{"ffmpegPath": '],
    ['names programs that are gone', JSON.stringify({ ...tools, ffmpegPath: join(folder, 'gone') })],
    ['holds something else', '[]'],
  ])('falls back on the PATH when the record %s', (_, content) => {
    rmSync(join(cache, 'tools.json'), { force: true });
    if (content !== null) writeFileSync(join(cache, 'tools.json'), content);
    expect(locateMediaTools({ DUBSCOPE_CACHE: cache, PATH: `:${join(folder, 'bin')}` })).toEqual({
      ffmpegPath: onPath[0],
      ffprobePath: onPath[1],
      origin: 'path',
    });
  });

  it('says what to do when there is none, or a variable is wrong', () => {
    rmSync(join(cache, 'tools.json'), { force: true });
    const none = { DUBSCOPE_CACHE: cache, PATH: '' };
    expect(() => locateMediaTools(none)).toThrow(expect.objectContaining({ code: 'TOOL_MISSING' }));
    expect(() =>
      locateMediaTools({ ...none, DUBSCOPE_FFMPEG: '/gone/ffmpeg', DUBSCOPE_FFPROBE: onPath[1] }),
    ).toThrow(
      expect.objectContaining({ code: 'TOOL_MISSING', message: expect.stringContaining('/gone/ffmpeg') }),
    );
  });
});
