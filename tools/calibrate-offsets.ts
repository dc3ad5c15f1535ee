/**
 * The calibration table of docs/checks.md: shifts planted on pairs of tracks, and how often each stated confidence was
 * right within 5 ms.
 *   node tools/calibrate-offsets.ts [--pairs 600] [--seed 1] [--real FOLDER]
 * Half of the pairs are cut from the demo corpus (and from the real dubs in FOLDER, files `<title>_<shot>_<lang>.mp4`),
 * half are noise under foreign speech 4 to 44 dB louder; one in eight shares nothing.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bedSignalOfCopy } from '../core/align/bed-signal.ts';
import { offsetConfidence } from '../core/align/confidence.ts';
import { addToPool, compareShot, createEvidencePool, pairKey } from '../core/align/evidence-pool.ts';
import { findPeaks, scaleToNoise } from '../core/align/lag-curve.ts';
import { LISTENING_RATE_HZ } from '../core/align/sound-reader.ts';
import { initFft } from '../core/dsp/fft.ts';
import { decodeAudio } from '../core/media/decode-audio.ts';
import { locateMediaTools } from '../core/process/media-tools.ts';
import { createRng, type RandomStream } from '../core/rng.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    real: { type: 'string' },
  },
});
const RATE = LISTENING_RATE_HZ;
const EDGES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1];

type Scene = { name: string; tracks: Float32Array[] };

async function decode(path: string, streamIndex: number): Promise<Float32Array> {
  return decodeAudio({ path, streamIndex, sha256: '' }, { sampleRateHz: RATE }, locateMediaTools());
}

async function demoScenes(): Promise<Scene[]> {
  const folder = join(import.meta.dirname, '../demo');
  const { scenes, faults } = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as {
    scenes: { title: string; files: { name: string; languages: string[] }[] }[];
    faults: { title: string }[];
  };
  const clean = scenes.filter(
    ({ title, files }) => files.length === 1 && !faults.some((f) => f.title === title),
  );
  return Promise.all(
    clean.slice(0, 24).map(async ({ files: [file] }) => {
      const path = join(folder, 'media', file!.name);
      return {
        name: file!.name,
        tracks: await Promise.all(file!.languages.map((_, i) => decode(path, i + 1))),
      };
    }),
  );
}

/** Dubs whose own shift is below 3 ms: for these shots that is known (docs/checks.md). */
async function realScenes(folder: string): Promise<Scene[]> {
  const inTime: Record<string, string[]> = {
    '1532254': ['de', 'es', 'fr', 'it', 'ja'],
    '80114859': ['de', 'es', 'fr', 'it', 'ja'],
    '81056348': ['de', 'fr', 'ja'],
    '81215414': ['de', 'it', 'ja'],
  };
  const names = readdirSync(folder).filter((name) => name.endsWith('_en.mp4'));
  const known = names.filter((name) => inTime[name.split('_')[0]!] !== undefined);
  return Promise.all(
    known.map(async (name) => {
      const languages = ['en', ...inTime[name.split('_')[0]!]!];
      const paths = languages.map((language) => join(folder, name.replace('_en.', `_${language}.`)));
      return { name, tracks: await Promise.all(paths.map((path) => decode(path, 1))) };
    }),
  );
}

/** A stretch of `lengthSec` at `atSec`, zeros outside. */
function cut(samples: Float32Array, atSec: number, lengthSec: number): Float32Array {
  const start = Math.round(atSec * RATE);
  return Float32Array.from({ length: Math.round(lengthSec * RATE) }, (_, i) => samples[start + i] ?? 0);
}

function noise(random: RandomStream, length: number): Float32Array {
  let last = 0;
  return Float32Array.from({ length }, () => {
    last = 0.6 * last + random.normal();
    return last;
  });
}

/** One to three pieces of an original and a dub, the dub `offsetMs` late; null: they share nothing. */
function plant(random: RandomStream, scenes: readonly Scene[], offsetMs: number | null): Float32Array[][] {
  const offsetSec = (offsetMs ?? 0) / 1000;
  const isNoise = random.uniform() < 0.5;
  const level = 10 ** (-2 * random.uniform());
  return Array.from({ length: 1 + random.integer(3) }, () => {
    const scene = random.pick(scenes);
    const other = random.pick(scenes.filter(({ name }) => name !== scene.name));
    const lengthSec = 0.5 + 3.5 * random.uniform();
    const roomSec = scene.tracks[0]!.length / RATE - lengthSec;
    const atSec = Math.max(0, roomSec) * random.uniform();
    const original = cut(scene.tracks[0]!, atSec, lengthSec);
    if (!isNoise) {
      const dub = offsetMs === null ? random.pick(other.tracks) : random.pick(scene.tracks.slice(1));
      return [original, cut(dub, atSec - offsetSec, lengthSec)];
    }
    const voice = cut(random.pick(other.tracks), 0, lengthSec);
    const bed = noise(random, original.length);
    const shift = Math.round(offsetSec * RATE);
    const power = Math.sqrt(voice.reduce((sum, x) => sum + x * x, 0) / voice.length) * 0.6 * level;
    const under = (foreign: Float32Array, by: number): Float32Array =>
      foreign.map((x, i) => x + power * (offsetMs === null && by > 0 ? random.normal() : (bed[i - by] ?? 0)));
    return [under(original, 0), under(voice, offsetMs === null ? 1 : shift)];
  });
}

await initFft();
const real = values.real !== undefined && existsSync(values.real) ? await realScenes(values.real) : [];
const scenes = [...(await demoScenes()), ...real];
const bins = EDGES.slice(1).map(() => ({ pairs: 0, right: 0, said: 0 }));
for (let n = 0; n < Number(values.pairs); n += 1) {
  const random = createRng(Number(values.seed)).stream('pair', n);
  const offsetMs = n % 8 === 0 ? null : (random.uniform() < 0.5 ? -1 : 1) * 5 * 200 ** random.uniform();
  const pool = createEvidencePool(2000);
  for (const [a, b] of plant(random, scenes, offsetMs)) {
    const beds = new Map([
      ['a', bedSignalOfCopy(a!)],
      ['b', bedSignalOfCopy(b!)],
    ]);
    addToPool(pool, compareShot(beds, pool.maxLag), new Set());
  }
  const [best, next] = findPeaks(scaleToNoise(pool.curves.get(pairKey('a', 'b'))!), 2);
  const peakHeight = best?.height ?? 0;
  const confidence = offsetConfidence({ peakHeight, peakRatio: peakHeight / Math.max(1, next?.height ?? 0) });
  const bin = bins[Math.min(bins.length - 1, EDGES.findIndex((edge, i) => i > 0 && confidence < edge) - 1)]!;
  bin.pairs += 1;
  bin.said += confidence;
  if (best !== undefined && offsetMs !== null && Math.abs(best.lagMs - offsetMs) <= 5) bin.right += 1;
}
process.stdout.write('| said | pairs | said on average | right within 5 ms |\n|---|---|---|---|\n');
for (const [i, { pairs, right, said }] of bins.entries()) {
  if (pairs === 0) continue;
  const range = `${EDGES[i]}-${EDGES[i + 1]}`;
  process.stdout.write(
    `| ${range} | ${pairs} | ${(said / pairs).toFixed(2)} | ${(right / pairs).toFixed(2)} |\n`,
  );
}
