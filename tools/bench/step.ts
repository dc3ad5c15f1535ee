/** One whole training step with its parts. */
import { fileURLToPath } from 'node:url';
import { spawnTool } from '../../core/process/spawn-tool.ts';

const SCRIPT = fileURLToPath(new URL('./whole-step.ts', import.meta.url));
const TIMEOUT_MS = 60 * 60_000;

/** A step to measure: preset, clips in it, clips in a chunk. */
export type StepCase = { preset: string; clips: number; chunk: number };

/** The usual ones; `--step-clips 64` measures that many clips of `mvitv2-s` instead. */
export const STEP_CASES: readonly StepCase[] = [
  { preset: 'tiny', clips: 48, chunk: 0 },
  { preset: 'small', clips: 16, chunk: 4 },
  { preset: 'mvitv2-s', clips: 4, chunk: 2 },
];

/** Measures and prints each case. */
export async function benchStep(cases: readonly StepCase[], print: (line: string) => void): Promise<void> {
  print('');
  print('One whole training step with its parts (augmented views of noise; decoding apart)');
  for (const { preset, clips, chunk } of cases) {
    const { stdout } = await spawnTool({
      tool: process.execPath,
      args: [SCRIPT, preset, String(clips), String(chunk)],
      timeoutMs: TIMEOUT_MS,
      env: Object.fromEntries(
        Object.entries(process.env).filter(
          (entry): entry is [string, string] => /^(TF_|DUBSCOPE_)/.test(entry[0]) && entry[1] !== undefined,
        ),
      ),
    });
    const { partsMs, peakBytes } = JSON.parse(stdout.toString('utf8').trim().split('\n').at(-1)!) as {
      partsMs: Record<string, number>;
      peakBytes: number;
    };
    const total = Object.values(partsMs).reduce((sum, ms) => sum + ms, 0);
    const parts = Object.entries(partsMs).map(([name, ms]) => `${name} ${(ms / 1000).toFixed(2)} s`);
    const chunks = chunk === 0 ? 'in one pass' : `in chunks of ${chunk}`;
    print(
      `  ${preset}, ${clips} clips ${chunks}: ${(total / 1000).toFixed(2)} s, peak ${(peakBytes / 1e9).toFixed(2)} GB (${parts.join(', ')})`,
    );
  }
}
