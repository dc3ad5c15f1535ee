/** What the makers of the catalogue share: a kitchen folder, ffmpeg, one good title in several containers. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MediaTools } from '../../core/process/media-tools.ts';
import { createRng, type RandomStream } from '../../core/rng.ts';

/** What an import must say of a file. `code` null: that it came in, whatever else is said. */
export type Expected = {
  as: 'refused' | 'left over' | 'warning' | 'info' | 'imported';
  code: string | null;
  text: RegExp;
};

/** A row of reliability.md 4.1 or 4.2. `make` writes `file`; a text that it returns says why it could not. */
export type Case = {
  row: string;
  file: string;
  make: (kit: Kit) => unknown;
  expect: readonly Expected[];
};

/** Tools of a maker. */
export type Kit = {
  tools: MediaTools;
  rng: RandomStream;
  /** 3 s of moving picture with an English and a German tone, index last. */
  last: Buffer;
  /** The same, index first. */
  first: Buffer;
  /** The same in Matroska. */
  mkv: Buffer;
  /** Path in the kitchen, where parts are made that are no case. */
  part: (name: string) => string;
  /** Writes a case's file. */
  save: (name: string | Buffer, bytes: Uint8Array) => void;
  /** Path of a case's file; its folders are made. */
  path: (name: string) => string;
  /** Runs ffmpeg in the kitchen; its last argument is the file made. Throws what ffmpeg complains of. */
  ffmpeg: (...args: string[]) => void;
};

/** Input arguments of a moving picture, 160 x 120, 24 frames a second unless said otherwise. */
export function picture(sec: number, options = 'size=160x120:rate=24'): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=${options}:duration=${sec}`];
}

/** Input arguments of a tone. */
export function tone(hz: number, sec: number, rateHz = 48_000): string[] {
  return ['-f', 'lavfi', '-i', `sine=${hz}:duration=${sec}:sample_rate=${rateHz}`];
}

/** H.264 and AAC, fast. */
export const CODED = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
/** The first input's picture, the second as English, the third as German. */
export const MAPPED = [
  ...['-map', '0', '-map', '1', '-map', '2'],
  ...['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=ger'],
];

/** Makes the kitchen in `kitchen`; cases go to `folder`. */
export function openKit(kitchen: string, folder: string, tools: MediaTools): Kit {
  mkdirSync(kitchen, { recursive: true });
  mkdirSync(folder, { recursive: true });
  const ffmpeg = (...args: string[]): void => {
    const made = spawnSync(tools.ffmpegPath, ['-nostdin', '-v', 'error', '-y', ...args], { cwd: kitchen });
    if (made.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${made.stderr}`);
  };
  const part = (name: string): string => join(kitchen, name);
  const path = (name: string): string => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    return join(folder, name);
  };
  ffmpeg(...picture(3), ...tone(440, 3), ...tone(660, 3), ...MAPPED, ...CODED, 'last.mp4');
  ffmpeg('-i', 'last.mp4', '-map', '0', '-c', 'copy', '-movflags', '+faststart', 'first.mp4');
  ffmpeg('-i', 'last.mp4', '-map', '0', '-c', 'copy', 'whole.mkv');
  return {
    tools,
    rng: createRng(1).stream('catalogue'),
    last: readFileSync(part('last.mp4')),
    first: readFileSync(part('first.mp4')),
    mkv: readFileSync(part('whole.mkv')),
    part,
    path,
    save: (name, bytes) =>
      writeFileSync(
        typeof name === 'string' ? path(name) : Buffer.concat([Buffer.from(`${folder}/`), name]),
        bytes,
      ),
    ffmpeg,
  };
}

/** That a file is refused. */
export function refused(code: string, text: RegExp): Expected {
  return { as: 'refused', code, text };
}

/** That a file fits into no title. */
export function leftOver(code: string, text: RegExp): Expected {
  return { as: 'left over', code, text };
}

/** That a warning is given. */
export function warned(code: string, text: RegExp): Expected {
  return { as: 'warning', code, text };
}

/** That something is remarked. */
export function told(code: string, text: RegExp): Expected {
  return { as: 'info', code, text };
}

/** That a file became part of a title. */
export const IMPORTED: Expected = { as: 'imported', code: null, text: /^/ };
