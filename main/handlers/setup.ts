/** What a first start lacks: looking for it, and fetching it when a person has agreed. */
import { fileURLToPath } from 'node:url';
import { AppError } from '../../core/domain/errors.ts';
import type { SetupLook, SetupPart } from '../../core/domain/first-start.ts';
import { isTerminal, type JobResult } from '../../core/domain/job.ts';
import type { OnProgress } from '../../core/jobs/progress.ts';
import { spawnTool } from '../../core/process/spawn-tool.ts';
import type { Handlers } from '../../core/rpc/contract.ts';
import type { HostContext } from '../host.ts';

const SCRIPT = fileURLToPath(new URL('../../tools/first-start.mjs', import.meta.url));
const LOOK_TIMEOUT_MS = 2 * 60_000;
/** A slow line brings a gigabyte in that time. */
const FETCH_TIMEOUT_MS = 6 * 3600_000;

/** What the script writes, a line each. */
type Line = { text: string } | { look: SetupLook };

/** Handlers of `setup/*`. */
export function setupHandlers(context: HostContext) {
  let known: Promise<SetupLook> | null = null;
  let jobId: string | null = null;
  const look = (): Promise<SetupLook> => {
    known ??= runScript(['--look'], { timeoutMs: LOOK_TIMEOUT_MS, onText: () => {} }).catch((error) => {
      known = null;
      throw error;
    });
    return known;
  };
  return {
    'setup/look': look,
    'setup/start': ({ parts }) => {
      if (jobId !== null && !isTerminal(context.jobs.get(jobId))) return { jobId };
      jobId = context.jobs.add({
        kind: 'setup',
        label: 'Fetch what is missing',
        work: async ({ signal, onProgress }) => {
          const before = await look();
          const missing = parts.filter((part) => before[part] === 'missing');
          if (missing.length === 0) return resultOf(before);
          known = null;
          const after = await fetchParts(missing, signal, onProgress);
          known = Promise.resolve(after);
          return resultOf(after);
        },
      });
      return { jobId };
    },
  } satisfies Partial<Handlers>;
}

function resultOf({ ffmpeg, engine }: SetupLook): JobResult {
  const words = { found: 'is here', missing: 'is missing', none: 'is not used here' } as const;
  return { ffmpeg: `ffmpeg ${words[ffmpeg]}`, engineState: `TensorFlow ${words[engine]}` };
}

/** @throws AppError TOOL_MISSING with the set-up's own reason where ffmpeg could not be had; CANCELLED. */
async function fetchParts(
  parts: readonly SetupPart[],
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<SetupLook> {
  let done = 0;
  let said = '';
  const after = await runScript(parts, {
    timeoutMs: FETCH_TIMEOUT_MS,
    signal,
    onText: (text) => {
      const line = text.replace(/^set-up: /, '').trim();
      // The end of a step is how long it took.
      if (/^\d+ s$/.test(line)) done += 1;
      else said = line.replace(/ \.\.\.$/, '');
      onProgress({ step: said, done, total: null, unit: done === 1 ? 'step done' : 'steps done' });
    },
  });
  if (!parts.includes('ffmpeg') || after.ffmpeg !== 'missing') return after;
  throw new AppError(
    'TOOL_MISSING',
    `ffmpeg could not be fetched: ${said.replace(/^(ffmpeg|failed): /, '')}. Nothing else was changed.`,
  );
}

async function runScript(
  args: readonly string[],
  a: { timeoutMs: number; signal?: AbortSignal; onText: (text: string) => void },
): Promise<SetupLook> {
  let rest = '';
  let found: SetupLook | null = null;
  await spawnTool({
    tool: process.execPath,
    args: [SCRIPT, ...args],
    timeoutMs: a.timeoutMs,
    signal: a.signal,
    // It installs with the person's own pip and compiler, behind their proxy.
    env: Object.fromEntries(
      Object.entries(process.env).filter((one): one is [string, string] => one[1] !== undefined),
    ),
    onStdout: (chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) {
        const line = JSON.parse(text) as Line;
        if ('look' in line) found = line.look;
        else a.onText(line.text);
      }
    },
  });
  if (found !== null) return found;
  throw new AppError('TOOL_FAILED', 'The set-up did not say what it found. Nothing was changed. Try again.');
}
