/** Runs the real `dubscope` command as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '..', '..', 'main', 'cli.ts');

/** How a command ended. */
export type Ended = { code: number | null; out: string; err: string };

/** Starts a command; for tests that interrupt it. */
export function startCommand(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits for a command and collects what it wrote. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

/** Runs a command to its end. */
export function command(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return ended(startCommand(args, env));
}

/** Runs a command with --json and gives back its document. */
export async function json(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const { out, err, code } = await command([...args, '--json'], env);
  try {
    return { exitCode: code, ...(JSON.parse(out) as Record<string, unknown>) };
  } catch {
    throw new Error(`No JSON document (exit ${code}): ${out.slice(0, 500)} ${err.slice(0, 500)}`);
  }
}
