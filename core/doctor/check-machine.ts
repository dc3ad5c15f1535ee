/** Facts of the machine: Node, processor, memory, GPU, SQLite, media programs. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, freemem, platform, release, totalmem } from 'node:os';
import Database from 'better-sqlite3';
import { AppError } from '../domain/errors.ts';
import { locateMediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import type { MachineFacts, MediaToolsFacts } from './report.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Older SQLite can corrupt a database that two processes use (reliability.md, finding 6). */
const OLDEST_SQLITE = [3, 51, 3];
const TOOL_TIMEOUT_MS = 20_000;

/** Facts of the machine. */
export async function checkMachine(signal?: AbortSignal): Promise<MachineFacts> {
  return {
    node: { version: process.version, path: process.execPath },
    system: `${platform()} ${arch()} ${release()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    gpu: await seeGpu(signal),
  };
}

/** SQLite's version as the database library reports it, and whether it is recent enough. */
export function checkSqlite(): { version: string | null; problem: string | null } {
  try {
    const db = new Database(':memory:');
    const version = db.prepare('select sqlite_version()').pluck().get() as string;
    db.close();
    return { version, problem: sqliteProblem(version) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { version: null, problem: `SQLite does not load (${reason}). Run "npm ci" again.` };
  }
}

/** What is wrong with a version of SQLite, or null. */
export function sqliteProblem(version: string): string | null {
  const parts = version.split('.').map(Number);
  const first = OLDEST_SQLITE.findIndex((wanted, i) => (parts[i] ?? 0) !== wanted);
  if (first === -1 || (parts[first] ?? 0) > OLDEST_SQLITE[first]!) return null;
  return `SQLite ${version} is older than ${OLDEST_SQLITE.join('.')} and can damage a project. Install the packages again.`;
}

/** Starts both media programs and asks for their versions. */
export async function checkMediaTools(env: Environment, signal?: AbortSignal): Promise<MediaToolsFacts> {
  const nothing = {
    ffmpegPath: null,
    ffmpegVersion: null,
    ffprobePath: null,
    ffprobeVersion: null,
    origin: null,
  };
  try {
    const tools = locateMediaTools(env);
    const ffmpegVersion = await versionOf('ffmpeg', tools.ffmpegPath, signal);
    const ffprobeVersion = await versionOf('ffprobe', tools.ffprobePath, signal);
    const dead =
      ffmpegVersion === null ? tools.ffmpegPath : ffprobeVersion === null ? tools.ffprobePath : null;
    const problem =
      dead === null ? null : `${dead} does not start. Run "npm run dubscope -- doctor --repair".`;
    return { ...tools, ffmpegVersion, ffprobeVersion, problem };
  } catch (error) {
    if (error instanceof AppError && error.code === 'TOOL_MISSING')
      return { ...nothing, problem: error.message };
    throw error;
  }
}

async function versionOf(name: string, path: string, signal?: AbortSignal): Promise<string | null> {
  try {
    const { stdout } = await spawnTool({
      tool: path,
      args: ['-version'],
      timeoutMs: TOOL_TIMEOUT_MS,
      signal,
    });
    return new RegExp(`^${name} version (\\S+)`).exec(stdout.toString())?.[1] ?? null;
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED') return null;
    throw error;
  }
}

async function seeGpu(signal?: AbortSignal): Promise<{ seen: boolean; names: string[] }> {
  const names = await listGpus(signal);
  return { seen: names.length > 0 || hasNvidiaDriver(), names };
}

async function listGpus(signal?: AbortSignal): Promise<string[]> {
  try {
    const { stdout } = await spawnTool({
      tool: 'nvidia-smi',
      args: ['-L'],
      timeoutMs: TOOL_TIMEOUT_MS,
      signal,
    });
    return [...stdout.toString().matchAll(/^GPU \d+: (.*?)(?: \(UUID.*)?$/gm)].map((match) => match[1]!);
  } catch (error) {
    if (error instanceof AppError && error.code !== 'CANCELLED') return [];
    throw error;
  }
}

function hasNvidiaDriver(): boolean {
  try {
    return readFileSync('/proc/driver/nvidia/version', 'utf8') !== '';
  } catch {
    return false;
  }
}
