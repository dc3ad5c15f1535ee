/**
 * The one way to run another program: no shell, a process group of its own that is ended as a whole, limits on
 * time, memory and output, and an environment without the caller's secrets.
 */
// biome-ignore lint/style/noRestrictedImports: this is the wrapper that the rule points to.
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { AppError, CancelledError } from '../domain/errors.ts';

/** How long a program may take to end after SIGTERM before its group is killed, ms. */
const GRACE_MS = 5000;
const STDERR_TAIL_BYTES = 64 * 1024;
const ENVIRONMENT_KEPT = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'SystemRoot', 'TEMP', 'TMP'] as const;
const PRLIMIT = '/usr/bin/prlimit';

/** Limits the kernel enforces on the program (Linux with util-linux; elsewhere only time and output hold). */
export type ToolLimits = {
  /** Address space, bytes. */
  memoryBytes?: number;
  /** Processor time, s. */
  cpuSec?: number;
  /** Largest file it may write, bytes. */
  fileBytes?: number;
};

/** What to run. */
export type ToolRun = {
  /** Absolute path of the program, or a name on PATH. */
  tool: string;
  args: readonly string[];
  /** Wall time after which the program is ended; default 10 minutes. */
  timeoutMs?: number;
  /** Ends the program and rejects with `CancelledError`. */
  signal?: AbortSignal | undefined;
  /** Written to its standard input, which is otherwise empty. */
  input?: Uint8Array | string;
  /** Receives standard output as it comes, with back-pressure; otherwise it is collected. */
  onStdout?: (chunk: Buffer) => void | Promise<void>;
  /**
   * Further output pipes: the first takes what the program writes to descriptor 3, the next 4, and so on, with
   * back-pressure each of its own. They count towards `maxStdoutBytes`. The program sees sockets, not files.
   */
  outputs?: readonly ((chunk: Buffer) => void | Promise<void>)[];
  /** Receives each complete line of standard error. */
  onStderrLine?: (line: string) => void;
  /** Most bytes of all outputs that are collected or passed on; default 64 MiB, more is a failure. */
  maxStdoutBytes?: number;
  limits?: ToolLimits;
  /** Further environment variables. */
  env?: Record<string, string>;
  cwd?: string;
  /** Resolve, not reject, when it ends with another status than 0. */
  allowFailure?: boolean;
};

/** Started with at least the three usual pipes. */
type PipedChild = ChildProcessWithoutNullStreams;

/** How a program ended. */
export type ToolResult = {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Collected standard output; empty with `onStdout`. */
  stdout: Buffer;
  /** The last 64 KiB of standard error. */
  stderrTail: string;
};

/**
 * Runs a program to its end.
 * @throws AppError TOOL_MISSING (not found), TOOL_TIMEOUT, TOOL_FAILED (status other than 0, or too much output);
 *   CancelledError when `signal` aborts. In each case the whole process group has ended before it rejects.
 */
export async function spawnTool(run: ToolRun): Promise<ToolResult> {
  if (run.signal?.aborted) throw new CancelledError();
  const [command, args] = withLimits(run);
  const child = spawn(command, args, {
    cwd: run.cwd,
    env: { ...keptEnvironment(), ...run.env },
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe', ...(run.outputs ?? []).map(() => 'pipe' as const)],
  }) as PipedChild;
  const ending = new Ending(child, run);
  child.stdin.on('error', () => {});
  child.stdin.end(run.input);
  const exit = exitOf(child, run.tool);
  try {
    const counted = { bytes: 0 };
    const chunks: Buffer[] = [];
    const [ended, stderrTail] = await Promise.all([
      exit,
      readStderr(child, run),
      readOutput(child.stdout, run.onStdout ?? ((chunk) => void chunks.push(chunk)), run, ending, counted),
      ...(run.outputs ?? []).map((consume, i) =>
        readOutput(child.stdio[3 + i] as Readable, consume, run, ending, counted),
      ),
    ]);
    return settle(run, ending, { ...ended, stdout: Buffer.concat(chunks), stderrTail });
  } catch (error) {
    ending.kill();
    await exit.catch(() => {});
    throw error;
  } finally {
    ending.dispose();
  }
}

type EndCause = 'cancelled' | 'timeout' | 'output' | null;

/** Ends the program's group, gently and then for certain, and remembers why. */
class Ending {
  cause: EndCause = null;
  readonly #child: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  #killTimer: NodeJS.Timeout | null = null;
  readonly #onAbort = (): void => this.end('cancelled');

  constructor(child: ChildProcess, run: ToolRun) {
    this.#child = child;
    this.#signal = run.signal;
    this.#timer = setTimeout(() => this.end('timeout'), run.timeoutMs ?? 600_000);
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  end(cause: Exclude<EndCause, null>): void {
    this.cause ??= cause;
    this.#send('SIGTERM');
    this.#killTimer ??= setTimeout(() => this.kill(), GRACE_MS);
  }

  kill(): void {
    this.#send('SIGKILL');
  }

  dispose(): void {
    clearTimeout(this.#timer);
    if (this.#killTimer !== null) clearTimeout(this.#killTimer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  #send(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      if (process.platform === 'win32') this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // The group has ended already.
    }
  }
}

function settle(run: ToolRun, ending: Ending, result: ToolResult): ToolResult {
  if (ending.cause === 'cancelled') throw new CancelledError();
  const name = run.tool.split(/[\\/]/).at(-1) ?? run.tool;
  if (ending.cause === 'timeout') {
    throw new AppError(
      'TOOL_TIMEOUT',
      `${name} did not finish within ${(run.timeoutMs ?? 600_000) / 1000} s and was ended.`,
    );
  }
  if (ending.cause === 'output') {
    throw new AppError(
      'TOOL_FAILED',
      `${name} printed more than ${run.maxStdoutBytes ?? DEFAULT_STDOUT_BYTES} bytes and was ended.`,
    );
  }
  if (result.exitCode !== 0 && run.allowFailure !== true) {
    const lastLine = result.stderrTail.trim().split('\n').at(-1) ?? '';
    throw new AppError(
      'TOOL_FAILED',
      `${name} failed (${result.signal ?? `status ${result.exitCode}`}): ${lastLine}`,
      {
        details: { stderr: result.stderrTail.slice(-4096), exitCode: result.exitCode },
      },
    );
  }
  return result;
}

const DEFAULT_STDOUT_BYTES = 64 * 1024 * 1024;

/** Passes on one output as it comes. What has been told to end is still read, so that it can end, and dropped. */
async function readOutput(
  output: Readable,
  consume: (chunk: Buffer) => void | Promise<void>,
  run: ToolRun,
  ending: Ending,
  counted: { bytes: number },
): Promise<void> {
  for await (const chunk of output as AsyncIterable<Buffer>) {
    counted.bytes += chunk.length;
    if (counted.bytes > (run.maxStdoutBytes ?? DEFAULT_STDOUT_BYTES)) ending.end('output');
    if (ending.cause !== null) continue;
    const pending = consume(chunk);
    if (pending !== undefined) await pending;
  }
}

async function readStderr(child: ChildProcess, run: ToolRun): Promise<string> {
  let tail = '';
  let partialLine = '';
  for await (const chunk of child.stderr as AsyncIterable<Buffer>) {
    const text = chunk.toString('utf8');
    tail = (tail + text).slice(-STDERR_TAIL_BYTES);
    if (!run.onStderrLine) continue;
    const lines = (partialLine + text).split(/\r?\n|\r/);
    partialLine = (lines.pop() ?? '').slice(-STDERR_TAIL_BYTES);
    for (const line of lines) run.onStderrLine(line);
  }
  if (run.onStderrLine && partialLine !== '') run.onStderrLine(partialLine);
  return tail;
}

function exitOf(child: ChildProcess, tool: string): Promise<Pick<ToolResult, 'exitCode' | 'signal'>> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      const message = `${tool} could not be started (${cause.message}). Run "dubscope doctor" to see what is missing.`;
      reject(new AppError('TOOL_MISSING', message, { cause }));
    });
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

function withLimits(run: ToolRun): [string, string[]] {
  const { limits } = run;
  if (limits === undefined || process.platform !== 'linux' || !existsSync(PRLIMIT))
    return [run.tool, [...run.args]];
  const flags = ['--core=0'];
  if (limits.memoryBytes !== undefined) flags.push(`--as=${limits.memoryBytes}`);
  if (limits.cpuSec !== undefined) flags.push(`--cpu=${Math.ceil(limits.cpuSec)}`);
  if (limits.fileBytes !== undefined) flags.push(`--fsize=${limits.fileBytes}`);
  return [PRLIMIT, [...flags, '--', run.tool, ...run.args]];
}

function keptEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ENVIRONMENT_KEPT) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
