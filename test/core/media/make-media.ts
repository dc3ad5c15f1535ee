/** Small media files made with ffmpeg's own test sources, in a folder that goes when the tests end. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { locateMediaTools } from '../../../core/process/media-tools.ts';

/** The programs under test: `DUBSCOPE_FFMPEG` and `DUBSCOPE_FFPROBE` choose others. */
export const tools = locateMediaTools();

/** A temporary folder for the calling test file. */
export function mediaFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-media-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs ffmpeg in `folder`; anything it complains of fails the test. The last argument is the file made. */
export function make(folder: string, ...args: string[]): string {
  const made = spawnSync(tools.ffmpegPath, ['-nostdin', '-v', 'error', '-y', ...args], { cwd: folder });
  expect(made.stderr.toString()).toBe('');
  return join(folder, args.at(-1)!);
}

/** Input arguments of a moving test picture. */
export function picture(durationSec: number, options = 'size=160x120:rate=25'): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=${options}:duration=${durationSec}`];
}

/** Input arguments of a tone at 48 kHz. */
export function tone(hz: number, durationSec: number, rateHz = 48_000): string[] {
  return ['-f', 'lavfi', '-i', `sine=${hz}:duration=${durationSec}:sample_rate=${rateHz}`];
}

/** The only stream of a file, as a source. */
export function sourceOf(path: string, streamIndex = 0) {
  return { path, streamIndex, sha256: path };
}
