/** Voices that can be told apart in a recording, and measures of what was recorded. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { spawnTool } from '../../core/process/spawn-tool.ts';
import { createRng } from '../../core/rng.ts';
import { RECORDED_RATE_HZ } from './record-sound.ts';

/** A tone that tells a language, its level, and how late it is against the bed that all share. */
export type Voice = { language: string; toneHz: number; level: number; lateMs: number };

/** Noise whose level comes and goes like a scene's, so that every place is unlike every other. */
export function bedOf(length: number): Float32Array {
  const noise = createRng(6).stream('gapless bed');
  const bed = new Float32Array(length);
  let low = 0;
  for (let i = 0; i < length; i += 1) {
    low += 0.3 * (noise.uniform() * 2 - 1 - low);
    bed[i] = low * (0.6 + 0.4 * Math.sin((2 * Math.PI * i * 1.7) / RECORDED_RATE_HZ));
  }
  return bed;
}

/** Writes a film of the bed's length whose sound is the bed with a voice's tone and something of its own. */
export async function writeVoice(
  folder: string,
  media: string,
  { language, toneHz, level, lateMs }: Voice,
  bed: Float32Array,
): Promise<void> {
  const late = Math.round((lateMs / 1000) * RECORDED_RATE_HZ);
  // Something of its own besides the tone, or it would be taken for the original again.
  const own = createRng(7).stream(`gapless ${language}`);
  const samples = Int16Array.from(bed, (_, i) => {
    const tone = 0.12 * Math.sin((2 * Math.PI * toneHz * i) / RECORDED_RATE_HZ);
    const voice = i % RECORDED_RATE_HZ < RECORDED_RATE_HZ / 2 ? 0.3 * (own.uniform() - 0.5) : 0;
    return Math.round(32767 * level * ((bed[i - late] ?? 0) + voice + tone));
  });
  const raw = join(folder, `${language}.raw`);
  writeFileSync(raw, new Uint8Array(samples.buffer));
  const picture = [
    '-f',
    'lavfi',
    '-i',
    `testsrc=size=160x120:rate=25:duration=${bed.length / RECORDED_RATE_HZ}`,
  ];
  const sound = ['-f', 's16le', '-ar', String(RECORDED_RATE_HZ), '-ac', '1', '-i', raw];
  await spawnTool({
    tool: locateMediaTools().ffmpegPath,
    args: [
      '-v',
      'error',
      ...picture,
      ...sound,
      '-c:a',
      'flac',
      '-shortest',
      join(media, `film_1_${language}.mkv`),
    ],
  });
}

/** From the first sound after the last silence of 50 ms to the last sound; what was not recorded counts as neither. */
export function lastPlay(recorded: Float32Array): Float32Array {
  const isSound = (at: number): boolean => recorded[at] !== 0 && !Number.isNaN(recorded[at]);
  let end = recorded.length;
  while (end > 0 && !isSound(end - 1)) end -= 1;
  let start = end;
  for (let at = end - 1; at >= 0 && start - at < 0.05 * RECORDED_RATE_HZ; at -= 1)
    if (isSound(at)) start = at;
  return recorded.slice(start, end);
}

/** Power of a tone in a stretch. */
export function tonePower(samples: Float32Array, from: number, length: number, toneHz: number): number {
  let [real, imaginary] = [0, 0];
  for (let i = 0; i < length; i += 1) {
    const phase = (2 * Math.PI * toneHz * i) / RECORDED_RATE_HZ;
    real += samples[from + i]! * Math.cos(phase);
    imaginary += samples[from + i]! * Math.sin(phase);
  }
  return real ** 2 + imaginary ** 2;
}

/** The place of the bed, within a range, that is most like what was recorded at `at`. */
export function placeOf(
  recorded: Float32Array,
  at: number,
  bed: Float32Array,
  from: number,
  to: number,
): number {
  let [best, place] = [Number.NEGATIVE_INFINITY, 0];
  for (let lag = Math.max(0, from); lag <= to; lag += 1) {
    let [product, power] = [0, 1e-9];
    for (let i = 0; i < 2048; i += 1) {
      const other = bed[lag + i] ?? 0;
      product += recorded[at + i]! * other;
      power += other * other;
    }
    const likeness = product / Math.sqrt(power);
    if (likeness > best) [best, place] = [likeness, lag];
  }
  return place;
}

/** Arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Root of the mean square of a stretch. */
export function rms(samples: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i += 1) sum += samples[i]! ** 2;
  return Math.sqrt(sum / (to - from));
}

/** Longest run of milliseconds that are a tenth as loud as the whole, or less. */
export function longestGapMs(recorded: Float32Array): number {
  const step = RECORDED_RATE_HZ / 1000;
  const known = recorded.filter((sample) => !Number.isNaN(sample));
  const least = rms(known, 0, known.length) / 10;
  let [longest, run] = [0, 0];
  for (let from = 0; from + step <= recorded.length; from += step) {
    run = rms(recorded, from, from + step) < least ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
