/** Which ffmpeg decodes: another version may give other pixels and samples, so decoded windows are kept apart by it. */
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';

const TIMEOUT_MS = 20_000;

const known = new Map<string, Promise<string>>();

/**
 * Version of an ffmpeg as it says itself, e.g. `5.1.6-0+deb12u1`; asked once a process and program.
 * @throws AppError TOOL_MISSING, TOOL_FAILED, TOOL_TIMEOUT when it does not start; it is asked again then.
 */
export function ffmpegVersion({ ffmpegPath }: Pick<MediaTools, 'ffmpegPath'>): Promise<string> {
  const asked = known.get(ffmpegPath) ?? askVersion(ffmpegPath);
  known.set(ffmpegPath, asked);
  asked.catch(() => known.delete(ffmpegPath));
  return asked;
}

async function askVersion(tool: string): Promise<string> {
  const { stdout } = await spawnTool({ tool, args: ['-version'], timeoutMs: TIMEOUT_MS });
  const [firstLine = ''] = stdout.toString().split('\n');
  return /^ffmpeg version (\S+)/.exec(firstLine)?.[1] ?? firstLine.trim();
}
