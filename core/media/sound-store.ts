/**
 * What import keeps of every file that was decoded: `cache/heard/<key>/`, complete or not there. The key is made of the
 * file's content, the recipe and the version of ffmpeg, so a file is decoded once, under whatever name it comes.
 *
 *   heard.json       what was decoded of each stream (`HeardRecord`)
 *   track-N.s16      listening copy of stream N: mean of its channels, 16 kHz, 16-bit, little-endian, from time 0
 *   track-N.json     `TrackMeasures`, `levelsDb` in base64
 *   track-N.peaks    waveform peaks (core/media/peaks.ts)
 *   thumbnails.mjpeg small JPEGs one after another; `heard.json` says where each begins
 *   proxy.mp4        where a browser could not play the file
 */
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LISTENING_RATE_HZ, type SoundReader } from '../align/sound-reader.ts';
import type { HeardSource } from '../checks/check-input.ts';
import type { AudioSource } from '../domain/media.ts';
import type { TrackMeasures } from '../dsp/track-measures.ts';

/** Goes up when a scan would keep something else of the same file. */
const RECIPE_VERSION = 4;
const SAMPLE_BYTES = 2;

/** Folder of a file's keepings, relative to the cache. */
export function heardFolder(sha256: string, ffmpegVersion: string): string {
  const recipe = JSON.stringify([RECIPE_VERSION, sha256, ffmpegVersion]);
  return join('heard', createHash('sha256').update(recipe).digest('hex').slice(0, 40));
}

/** Name of a track's file in its folder. */
export function trackFile(streamIndex: number, kind: 's16' | 'json' | 'peaks'): string {
  return `track-${streamIndex}.${kind}`;
}

/**
 * A track as it was heard, or null where it was not, or was with another ffmpeg. Nothing stays open: each read opens
 * the file and closes it.
 */
export async function openHeard(
  cacheFolder: string,
  source: Pick<AudioSource, 'sha256' | 'streamIndex'>,
  ffmpegVersion: string,
): Promise<HeardSource | null> {
  const folder = join(cacheFolder, heardFolder(source.sha256, ffmpegVersion));
  try {
    const text = await readFile(join(folder, trackFile(source.streamIndex, 'json')), 'utf8');
    const sound = await openSound(join(folder, trackFile(source.streamIndex, 's16')));
    return { sound, measures: unpackMeasures(text) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** A listening copy. @throws what the file system throws. */
async function openSound(path: string): Promise<SoundReader> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat().finally(() => handle.close());
  const count = Math.floor(size / SAMPLE_BYTES);
  return {
    durationSec: count / LISTENING_RATE_HZ,
    read: (startSec, endSec) => {
      const start = Math.round(startSec * LISTENING_RATE_HZ);
      const length = Math.max(0, Math.round((endSec - startSec) * LISTENING_RATE_HZ));
      return readSamples(path, count, start, length);
    },
  };
}

async function readSamples(
  path: string,
  count: number,
  start: number,
  length: number,
): Promise<Float32Array> {
  const result = new Float32Array(length);
  const from = Math.max(0, start);
  const to = Math.min(count, start + length);
  if (to <= from) return result;
  const values = new Int16Array(to - from);
  const bytes = new Uint8Array(values.buffer);
  const handle = await open(path, 'r');
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, SAMPLE_BYTES * from + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
  } finally {
    await handle.close();
  }
  const at = from - start;
  for (let i = 0; i < values.length; i += 1) result[at + i] = values[i]! / 32_767;
  return result;
}

/** Measures as text. */
export function packMeasures(measures: TrackMeasures): string {
  const { levelsDb, ...rest } = measures;
  const bytes = Buffer.from(levelsDb.buffer, levelsDb.byteOffset, levelsDb.length);
  return `${JSON.stringify({ ...rest, levelsDb: bytes.toString('base64') })}\n`;
}

/** The reverse of `packMeasures`. */
export function unpackMeasures(text: string): TrackMeasures {
  const { levelsDb, ...rest } = JSON.parse(text) as Omit<TrackMeasures, 'levelsDb'> & { levelsDb: string };
  return { ...rest, levelsDb: new Int8Array(Uint8Array.from(Buffer.from(levelsDb, 'base64')).buffer) };
}
