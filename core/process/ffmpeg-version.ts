/** Which ffmpeg this is. Decoders of two versions may give numbers that differ in the last bit. */
import { AppError } from '../domain/errors.ts';
import { spawnTool } from './spawn-tool.ts';

const TIMEOUT_MS = 60_000;
const known = new Map<string, Promise<string>>();

/**
 * Version of an ffmpeg program as it tells itself, e.g. `5.1.9-0+deb12u1`; asked once a process.
 * @throws AppError TOOL_FAILED when the program does not say one; what `spawnTool` throws.
 */
export function ffmpegVersion(ffmpegPath: string): Promise<string> {
  const asked = known.get(ffmpegPath) ?? askVersion(ffmpegPath);
  known.set(ffmpegPath, asked);
  asked.catch(() => known.delete(ffmpegPath));
  return asked;
}

async function askVersion(ffmpegPath: string): Promise<string> {
  const { stdout } = await spawnTool({ tool: ffmpegPath, args: ['-version'], timeoutMs: TIMEOUT_MS });
  const version = /^ffmpeg version (\S+)/.exec(stdout.toString())?.[1];
  if (version !== undefined) return version;
  throw new AppError(
    'TOOL_FAILED',
    `${ffmpegPath} does not say which version of ffmpeg it is. No media were read. Set DUBSCOPE_FFMPEG to another one; "dubscope doctor" says what is there.`,
    { details: { path: ffmpegPath } },
  );
}
