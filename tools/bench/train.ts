/** `npm run bench -- train`: the towers against PyTorch's, decoding, and one whole training step with its parts. */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { benchDecode } from './decode.ts';
import { benchStep, STEP_CASES } from './step.ts';
import { type Contender, runTurn, summarise, type Turn } from './turn.ts';

/** What to measure. */
export type BenchTrainOptions = {
  python: string | null;
  rounds: number;
  steps: number;
  batches: number[];
  parts: string[];
  /** Measure one step of `mvitv2-s` with so many clips in place of the usual cases. */
  stepClips: number | null;
  print: (line: string) => void;
};

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Measures and prints. */
export async function benchTrain(options: BenchTrainOptions): Promise<void> {
  const { parts, print, python } = options;
  print(machine());
  if (parts.includes('video')) {
    for (const batch of options.batches) await benchVideo(batch, options);
    if (python === null) print('No peer: give --python a Python with torch and torchvision.');
  }
  if (parts.includes('audio')) for (const batch of options.batches) await benchAudio(batch, options);
  if (parts.includes('decode')) await benchDecode(print);
  if (parts.includes('step')) {
    const { stepClips } = options;
    await benchStep(
      stepClips === null ? STEP_CASES : [{ preset: 'mvitv2-s', clips: stepClips, chunk: 2 }],
      print,
    );
  }
}

function machine(): string {
  const [cpu] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `Machine: ${cpu?.model ?? 'unknown processor'}, ${availableParallelism()} threads, ${memory} GiB; node ${process.version}`;
}

async function benchVideo(batch: number, options: BenchTrainOptions): Promise<void> {
  const { rounds, steps, python, print } = options;
  const ours = (recompute: string) => (): Promise<Turn> =>
    runTurn(process.execPath, [here('tower-step.ts'), 'video', String(batch), String(steps), recompute]);
  const contenders: { name: string; run: () => Promise<Turn> }[] = [
    { name: 'Dubscope', run: ours('none') },
    { name: 'Dubscope, blocks recomputed', run: ours('blocks') },
  ];
  if (python !== null) {
    const args = [here('mvit_peer.py'), String(batch), String(steps), String(availableParallelism())];
    contenders.push({ name: 'PyTorch', run: () => runTurn(python, args) });
  }
  const results = await takeTurns(contenders, rounds, print);
  print('');
  print(
    `Video tower (MViTv2-S, overlapping patches, 16 x 224 x 224), batch ${batch}: forward, backward, update`,
  );
  for (const result of results) print(contenderLine(result, batch));
  const peer = results.find(({ name }) => name === 'PyTorch');
  if (peer !== undefined) for (const result of results) if (result !== peer) print(ratioLine(result, peer));
}

async function benchAudio(batch: number, { rounds, steps, print }: BenchTrainOptions): Promise<void> {
  const args = [here('tower-step.ts'), 'audio', String(batch), String(steps), 'none'];
  const run = (): Promise<Turn> => runTurn(process.execPath, args);
  const results = await takeTurns([{ name: 'Dubscope', run }], rounds, print);
  print('');
  print(`Audio tower (MViTv2-S, overlapping patches, 96 x 288), batch ${batch}: forward, backward, update`);
  for (const result of results) print(contenderLine(result, batch));
}

/** Everybody has a turn, then everybody has another: what disturbs the machine disturbs all alike. */
async function takeTurns(
  contenders: readonly { name: string; run: () => Promise<Turn> }[],
  rounds: number,
  print: (line: string) => void,
): Promise<Contender[]> {
  const turns = contenders.map((): Turn[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, { name, run }] of contenders.entries()) {
      const turn = await run();
      turns[i]!.push(turn);
      const steps = turn.stepsMs.map((ms) => (ms / 1000).toFixed(2)).join(' ');
      print(`  round ${round + 1}, ${name}: steps ${steps} s, peak ${gigabytes(turn.peakBytes)}`);
    }
  }
  return contenders.map(({ name }, i) => summarise(name, turns[i]!));
}

function contenderLine(
  { name, what, bestMs, medianMs, firstStepMs, peakBytes }: Contender,
  batch: number,
): string {
  const clips = ((batch * 1000) / bestMs).toFixed(3);
  const seconds = (ms: number): string => (ms / 1000).toFixed(2);
  return `  ${name.padEnd(28)} best ${seconds(bestMs)} s (${clips} clips/s), median ${seconds(medianMs)} s, first step ${seconds(firstStepMs)} s after the process's start, peak ${gigabytes(peakBytes)}  [${what}]`;
}

function ratioLine(ours: Contender, peer: Contender): string {
  const ratio = (value: number): string => `${value.toFixed(2)}x`;
  return `  ${ours.name} against ${peer.name}: throughput ${ratio(peer.bestMs / ours.bestMs)} (median ${ratio(peer.medianMs / ours.medianMs)}), peak memory ${ratio(ours.peakBytes / peer.peakBytes)}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
