/**
 * Alignment against BBC audio-offset-finder (PyPI), on the same planted pairs: scenes of the demo corpus joined to tracks of
 * 40 s, an original and a dub in another language, shifted. Both measure from files of 16 kHz; both are warm.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { bedSignalOfCopy } from '../../core/align/bed-signal.ts';
import { addToPool, compareShot, createEvidencePool } from '../../core/align/evidence-pool.ts';
import { findMap } from '../../core/align/find-map.ts';
import { solveOffsets } from '../../core/align/solve-offsets.ts';
import { LISTENING_RATE_HZ as RATE, type SoundReader } from '../../core/align/sound-reader.ts';
import { printOf } from '../../core/align/track-print.ts';
import { initFft } from '../../core/dsp/fft.ts';
import { cutWindow, decodeAudio } from '../../core/media/decode-audio.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { createRng } from '../../core/rng.ts';

const SCENES = 10;
const SCENE_SEC = 4;

type Pair = { original: Float32Array; dub: Float32Array; offsetMs: number };
type Answer = { ms: number | null; tookSec: number };

/** Runs both over `count` pairs and prints how often each is right and how long a pair takes. */
export async function benchAlign(a: {
  python: string | null;
  count: number;
  print: (line: string) => void;
}): Promise<void> {
  await initFft();
  const pairs = await makePairs(a.count);
  const ours: Answer[] = [];
  await measureOurs(pairs[0]!);
  for (const pair of pairs) ours.push(await measureOurs(pair));
  a.print(`${pairs.length} pairs of ${SCENES * SCENE_SEC} s, shifted by 5 ms to 20 s`);
  report('dubscope', ours, pairs, a.print);
  if (a.python !== null) report('audio-offset-finder', measurePeer(pairs, a.python), pairs, a.print);
}

function report(
  name: string,
  answers: readonly Answer[],
  pairs: readonly Pair[],
  print: (line: string) => void,
): void {
  const near = (withinMs: number): number =>
    answers.filter(({ ms }, i) => ms !== null && Math.abs(ms - pairs[i]!.offsetMs) <= withinMs).length;
  const took = answers.map(({ tookSec }) => tookSec).sort((x, y) => x - y);
  const median = took[Math.floor(took.length / 2)]! * 1000;
  const silent = answers.filter(({ ms }) => ms === null).length;
  print(
    `${name}: within 1 ms ${near(1)}, within 5 ms ${near(5)}, within 20 ms ${near(20)}, can't tell ${silent}; ${median.toFixed(0)} ms a pair`,
  );
}

async function makePairs(count: number): Promise<Pair[]> {
  const folder = join(import.meta.dirname, '../../demo');
  const { scenes, faults } = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as {
    scenes: { title: string; files: { name: string; languages: string[] }[] }[];
    faults: { title: string }[];
  };
  const clean = scenes.filter(
    ({ title, files }) => files.length === 1 && !faults.some((fault) => fault.title === title),
  );
  const tools = locateMediaTools();
  const decoded = await Promise.all(
    clean.map(({ files: [file] }) =>
      Promise.all(
        [0, 1, 2, 3].map((i) =>
          decodeAudio(
            { path: join(folder, 'media', file!.name), streamIndex: i + 1, sha256: '' },
            { sampleRateHz: RATE, durationSec: SCENE_SEC },
            tools,
          ),
        ),
      ),
    ),
  );
  return Array.from({ length: count }, (_, n) => {
    const random = createRng(11).stream('pair', n);
    const chosen = Array.from({ length: SCENES }, () => random.pick(decoded));
    const offsetMs = (random.uniform() < 0.5 ? -1 : 1) * 5 * 4000 ** random.uniform();
    const language = 1 + random.integer(3);
    const whole = (i: number): Float32Array =>
      Float32Array.from({ length: SCENES * SCENE_SEC * RATE }, (_, k) => {
        const scene = Math.floor(k / (SCENE_SEC * RATE));
        return chosen[scene]![i]![k % (SCENE_SEC * RATE)]!;
      });
    const samples = Math.round((offsetMs * RATE) / 1000);
    const dub = cutWindow(whole(language), RATE, {
      startSec: -samples / RATE,
      durationSec: SCENES * SCENE_SEC,
    });
    return { original: whole(0), dub, offsetMs: (samples * 1000) / RATE };
  });
}

function reader(samples: Float32Array): SoundReader {
  return {
    durationSec: samples.length / RATE,
    read: async (startSec, endSec) => cutWindow(samples, RATE, { startSec, durationSec: endSec - startSec }),
  };
}

/** What the checks do with one dub of one long shot. */
async function measureOurs({ original, dub }: Pair): Promise<Answer> {
  const began = performance.now();
  const [a, b] = [reader(original), reader(dub)];
  const map = await findMap(
    { sound: a, print: await printOf(a) },
    { sound: b, print: await printOf(b) },
    { farSec: 60 },
  );
  const baseMs = map?.parts[0]?.offsetMs ?? 0;
  const pool = createEvidencePool(2500);
  pool.basesMs.set('dub', baseMs);
  for (const startSec of [0, 20]) {
    const beds = new Map([
      ['original', bedSignalOfCopy(await a.read(startSec, startSec + 20))],
      ['dub', bedSignalOfCopy(await b.read(startSec + baseMs / 1000, startSec + 20 + baseMs / 1000))],
    ]);
    addToPool(pool, compareShot(beds, pool.maxLag), new Set());
  }
  const [offset] = solveOffsets(pool, 'original');
  return { ms: offset!.offsetMs, tookSec: (performance.now() - began) / 1000 };
}

function measurePeer(pairs: readonly Pair[], python: string): Answer[] {
  const folder = mkdtempSync(join(tmpdir(), 'bench-align-'));
  try {
    for (const [i, { original, dub }] of pairs.entries()) {
      writeFileSync(join(folder, `${i}-original.wav`), wav(original));
      writeFileSync(join(folder, `${i}-dub.wav`), wav(dub));
    }
    const script = join(import.meta.dirname, 'align_peer.py');
    const output = execFileSync(python, [script, folder, `${pairs.length}`], { encoding: 'utf8' });
    return JSON.parse(output.trim().split('\n').at(-1)!) as Answer[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function wav(samples: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(2 * RATE, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples.length, 40);
  for (const [i, x] of samples.entries()) {
    bytes.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(x * 32767))), 44 + 2 * i);
  }
  return bytes;
}
