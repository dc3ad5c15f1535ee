/** Import and checks of a whole title against nothing but decoding it: time, and memory of all processes together. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { spawnTool } from '../../core/process/spawn-tool.ts';
import type { ImportTurn } from './import-turn.ts';
import { processorSec, watchMemory } from './tree-memory.ts';

const TURN = fileURLToPath(new URL('./import-turn.ts', import.meta.url));
const TIMEOUT_MS = 6 * 3600_000;
const TRACKS = ['eng', 'deu', 'fra', 'spa', 'ita', 'jpn'];
/** A longer title is this one over and over: making it costs more than taking it in. */
const PIECE_SEC = 60;
const MIB = 2 ** 20;

/** Makes a title (or takes one), and times both in turns. */
export async function benchImport(a: {
  minutes: number;
  /** Of the picture, pixels; 16:9. */
  heightPx: number;
  rounds: number;
  file: string | null;
  print: (line: string) => void;
}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dubscope-bench-'));
  const { ffmpegPath } = locateMediaTools();
  try {
    const path = a.file === null ? await makeTitle(folder, a, ffmpegPath) : resolve(a.file);
    a.print(
      a.file === null
        ? `Taking in ${a.minutes} min of ${a.heightPx}p H.264 at 8 Mbit/s with ${TRACKS.length} tracks in AC-3, which needs a proxy`
        : `Taking in ${path}`,
    );
    const ratios: number[] = [];
    for (let round = 0; round < a.rounds; round += 1) {
      const before = processorSec().children;
      const peerMs = await timeOf(() => decodeToNothing(ffmpegPath, path));
      const peerSec = processorSec().children - before;
      const turn = await takeIn(path, join(folder, `cache-${round}`));
      const totalMs = turn.importMs + turn.checkMs;
      ratios.push(totalMs / peerMs);
      a.print(
        `  ffmpeg -i FILE -map 0 -f null -: ${sec(peerMs)}; import ${sec(turn.importMs)} + checks ${sec(turn.checkMs)} = ${(totalMs / peerMs).toFixed(2)} times that; peak memory ${Math.round(turn.peakBytes / MIB)} MiB, of it Node ${Math.round(turn.ownPeakBytes / MIB)} MiB`,
      );
      const allSec = turn.ownSec + turn.childrenSec;
      a.print(
        `  processor time: ${peerSec.toFixed(1)} s; ffmpeg ${turn.childrenSec.toFixed(1)} s + Node ${turn.ownSec.toFixed(1)} s = ${(allSec / peerSec).toFixed(2)} times that`,
      );
      const checkSec = turn.ownSec - turn.importOwnSec;
      a.print(`  of it checks: ${checkSec.toFixed(1)} s in Node`);
      a.print(`  again, from the cache: import ${sec(turn.againMs)}, checks ${sec(turn.checkAgainMs)}`);
    }
    a.print(
      `  best ratio ${Math.min(...ratios).toFixed(2)} (wanted: 2 at most), wanted memory: 1431 MiB at most`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeIn(path: string, cache: string): Promise<ImportTurn & { peakBytes: number }> {
  let peak = (): number => 0;
  const { stdout } = await spawnTool({
    tool: process.execPath,
    args: [TURN, path, cache],
    timeoutMs: TIMEOUT_MS,
    env: forwarded(),
    onStderrLine: (line) => {
      const pid = /^pid (\d+)$/.exec(line)?.[1];
      if (pid !== undefined) peak = watchMemory(Number(pid));
    },
  });
  const turn = JSON.parse(stdout.toString('utf8').trim().split('\n').at(-1)!) as ImportTurn;
  return { ...turn, peakBytes: peak() };
}

function forwarded(): Record<string, string> {
  const names = Object.keys(process.env).filter((name) => name.startsWith('DUBSCOPE_'));
  return Object.fromEntries(names.map((name) => [name, process.env[name]!]));
}

function decodeToNothing(ffmpegPath: string, path: string): Promise<unknown> {
  const args = ['-nostdin', '-v', 'error', '-i', path, '-map', '0', '-f', 'null', '-'];
  return spawnTool({ tool: ffmpegPath, args, timeoutMs: TIMEOUT_MS });
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Pictures with grain, so that they cost what film costs, and tracks that share a bed under a voice of their own. */
async function makeTitle(
  folder: string,
  { minutes, heightPx }: { minutes: number; heightPx: number },
  ffmpegPath: string,
): Promise<string> {
  const piece = join(folder, 'piece.mkv');
  const source = (text: string): string[] => ['-f', 'lavfi', '-i', text];
  const voices = TRACKS.flatMap((_, i) =>
    source(`anoisesrc=d=${PIECE_SEC}:c=white:r=48000:seed=${i + 2}:a=0.2,tremolo=f=${0.7 + 0.2 * i}:d=1`),
  );
  const mixes = TRACKS.map((_, i) => `[b${i}][${i + 2}]amix=2:normalize=0,pan=stereo|c0=c0|c1=0.8*c0[t${i}]`);
  const split = `[1]asplit=${TRACKS.length}${TRACKS.map((_, i) => `[b${i}]`).join('')}`;
  const run = (args: string[]): Promise<unknown> =>
    spawnTool({ tool: ffmpegPath, args: ['-nostdin', '-v', 'error', '-y', ...args], timeoutMs: TIMEOUT_MS });
  await run([
    ...source(
      `testsrc2=s=${Math.round((heightPx * 8) / 9) * 2}x${heightPx}:r=24:d=${PIECE_SEC},noise=alls=12:allf=t`,
    ),
    ...source(`anoisesrc=d=${PIECE_SEC}:c=pink:r=48000:seed=1:a=0.3`),
    ...voices,
    ...['-filter_complex', [split, ...mixes].join(';'), '-map', '0:v'],
    ...TRACKS.flatMap((_, i) => ['-map', `[t${i}]`]),
    ...['-c:v', 'libx264', '-preset', 'superfast', '-b:v', '8M', '-g', '240', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'ac3', '-b:a', '192k', piece],
  ]);
  const path = join(folder, 'Benchmark_1.mkv');
  const tags = TRACKS.flatMap((language, i) => [`-metadata:s:a:${i}`, `language=${language}`]);
  const loops = Math.max(0, Math.ceil((minutes * 60) / PIECE_SEC) - 1);
  const whole = ['-stream_loop', String(loops), '-i', piece, '-t', String(minutes * 60)];
  await run([...whole, '-map', '0', '-c', 'copy', ...tags, path]);
  await rm(piece);
  return path;
}

function sec(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
