/** Reading the committed demo corpus for the tests: its truth, its sound, its pictures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFft, initFft } from '../../../core/dsp/fft.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { spawnTool } from '../../../core/process/spawn-tool.ts';
import type { OffsetFault, ShotFault } from '../../../tools/demo-corpus/faults.ts';
import type { DemoLanguage, DemoTitle, Split } from '../../../tools/demo-corpus/titles.ts';
import type { TruthScene } from '../../../tools/demo-corpus/truth.ts';

export const DEMO = join(import.meta.dirname, '../../../demo');
export const MEDIA = join(DEMO, 'media');
export const SAMPLES = 192_000;

export type Truth = {
  version: number;
  seed: number;
  titles: DemoTitle[];
  faults: ((OffsetFault | ShotFault) & { split: Split })[];
  scenes: TruthScene[];
};

export const truth = JSON.parse(readFileSync(join(DEMO, 'truth.json'), 'utf8')) as Truth;

export function sceneOf(title: string, shot: number): TruthScene {
  return truth.scenes.find((scene) => scene.title === title && scene.shot === shot)!;
}

/** One language of a scene as ffmpeg decodes it, cut to 4 s (AAC ends on a whole frame, a little later). */
export async function decodeTrack(scene: TruthScene, language: DemoLanguage): Promise<Float32Array> {
  const file = scene.files.find(({ languages }) => languages.includes(language))!;
  const map = `0:a:${file.languages.indexOf(language)}`;
  const sound = ['-map', map, '-ac', '1', '-ar', '48000', '-f', 'f32le', '-'];
  const { stdout } = await spawnTool({
    tool: locateMediaTools().ffmpegPath,
    args: ['-v', 'error', '-i', join(MEDIA, file.name), ...sound],
  });
  const samples = new Float32Array(
    stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.byteLength),
  );
  return samples.slice(0, SAMPLES);
}

/** RMS level, dBFS. */
export function levelDb(samples: Float32Array): number {
  return 10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length + 1e-12);
}

/** Pearson correlation of two tracks as they lie. */
export function correlation(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (const [i, sample] of a.entries()) {
    ab += sample * b[i]!;
    aa += sample * sample;
    bb += b[i]! * b[i]!;
  }
  return ab / Math.sqrt(aa * bb);
}

const FFT_SIZE = 524_288;
const LARGEST_LAG = 36_000;

/**
 * Phase correlation of 100 Hz to 8 kHz, in standard deviations, for lags of -750 to 750 ms of `dub` behind `original`.
 */
export async function phaseCorrelation(original: Float32Array, dub: Float32Array): Promise<Float32Array> {
  await initFft();
  const fft = createFft(FFT_SIZE);
  const [a, b] = [new Float32Array(FFT_SIZE), new Float32Array(FFT_SIZE)];
  fft.forward(original, a);
  fft.forward(dub, b);
  const cross = new Float32Array(FFT_SIZE);
  for (let k = Math.round((100 * FFT_SIZE) / 48_000); k < (8000 * FFT_SIZE) / 48_000; k += 1) {
    const re = a[2 * k]! * b[2 * k]! + a[2 * k + 1]! * b[2 * k + 1]!;
    const im = a[2 * k]! * b[2 * k + 1]! - a[2 * k + 1]! * b[2 * k]!;
    const size = Math.hypot(re, im) + 1e-12;
    cross[2 * k] = re / size;
    cross[2 * k + 1] = im / size;
  }
  const lags = new Float32Array(FFT_SIZE);
  fft.inverse(cross, lags);
  fft.dispose();
  const wanted = Float32Array.from({ length: 2 * LARGEST_LAG + 1 }, (_, i) => {
    return lags[(i - LARGEST_LAG + FFT_SIZE) % FFT_SIZE]!;
  });
  const deviation = Math.sqrt(wanted.reduce((sum, value) => sum + value * value, 0) / wanted.length);
  return wanted.map((value) => value / deviation);
}

/** Phase correlation at one lag, the best within 0.2 ms, in standard deviations. */
export function likenessAt(correlations: Float32Array, lagMs: number): number {
  const middle = LARGEST_LAG + Math.round(lagMs * 48);
  return Math.max(...correlations.subarray(middle - 10, middle + 11));
}

/** The dub's lag over several shots, ms: where the sum of their phase correlations is largest. */
export function pooledLagMs(correlations: readonly Float32Array[]): number {
  let [best, at] = [Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i <= 2 * LARGEST_LAG; i += 1) {
    const sum = correlations.reduce((total, values) => total + values[i]!, 0);
    if (sum > best) [best, at] = [sum, i];
  }
  return (at - LARGEST_LAG) / 48;
}
