import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ffmpegVersion } from '../../../core/media/ffmpeg-version.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'dubscope-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('is what the program says of itself, asked once', async () => {
  const tools = locateMediaTools();
  expect(await ffmpegVersion(tools)).toMatch(/^\S*\d\S*$/);
  expect(ffmpegVersion({ ...tools })).toBe(ffmpegVersion(tools));
});

it.skipIf(process.platform === 'win32')('is asked again of a program that did not start', async () => {
  const ffmpegPath = join(folder, 'ffmpeg');
  await expect(ffmpegVersion({ ffmpegPath })).rejects.toMatchObject({ code: 'TOOL_MISSING' });
  writeFileSync(ffmpegPath, '#!/bin/sh\necho "ffmpeg version 9.9-test Copyright"\n');
  chmodSync(ffmpegPath, 0o755);
  expect(await ffmpegVersion({ ffmpegPath })).toBe('9.9-test');
});
