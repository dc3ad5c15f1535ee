/** One turn of a benchmark in a process of its own, and what several turns come to. */
import { spawnTool } from '../../core/process/spawn-tool.ts';

/** What a turn prints. */
export type Turn = {
  stepsMs: number[];
  builtMs: number;
  /** From the start of the process to the end of the first step. */
  firstStepMs: number;
  peakBytes: number;
  what: string;
};

/** Several turns of one contender. */
export type Contender = {
  name: string;
  what: string;
  /** The fastest step of all turns after each one's first: what the machine can do when nobody disturbs it. */
  bestMs: number;
  /** Middle of the same steps. */
  medianMs: number;
  /** The fastest. */
  firstStepMs: number;
  /** The largest. */
  peakBytes: number;
};

const TURN_TIMEOUT_MS = 30 * 60_000;

/** Runs a program and reads the last line it prints. */
export async function runTurn(tool: string, args: string[]): Promise<Turn> {
  const { stdout } = await spawnTool({
    tool,
    args,
    timeoutMs: TURN_TIMEOUT_MS,
    env: { ...forwarded(), BENCH_STARTED_MS: String(Date.now()) },
  });
  return JSON.parse(stdout.toString('utf8').trim().split('\n').at(-1)!) as Turn;
}

function forwarded(): Record<string, string> {
  const names = Object.keys(process.env).filter((name) => /^(TF_|OMP_|DUBSCOPE_|MALLOC_|VK_)/.test(name));
  return Object.fromEntries(names.map((name) => [name, process.env[name]!]));
}

/** What a contender's turns come to. */
export function summarise(name: string, turns: readonly Turn[]): Contender {
  const steps = turns
    .flatMap(({ stepsMs }) => (stepsMs.length > 1 ? stepsMs.slice(1) : stepsMs))
    .sort((a, b) => a - b);
  return {
    name,
    what: turns[0]!.what,
    bestMs: steps[0]!,
    medianMs: steps[Math.floor(steps.length / 2)]!,
    firstStepMs: Math.min(...turns.map(({ firstStepMs }) => firstStepMs)),
    peakBytes: Math.max(...turns.map(({ peakBytes }) => peakBytes)),
  };
}
