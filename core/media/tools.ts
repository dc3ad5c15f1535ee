/** Which ffmpeg and ffprobe are used. */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import { cacheFolder } from '../engine/cache-folder.ts';

/** The programs, by absolute path. */
export type MediaTools = { ffmpegPath: string; ffprobePath: string; ffmpegVersion: string };

/**
 * Finds them: `DUBSCOPE_FFMPEG` and `DUBSCOPE_FFPROBE`; else what the set-up noted in the cache folder; else PATH.
 * @throws AppError TOOL_MISSING.
 */
export async function findMediaTools(env: NodeJS.ProcessEnv = process.env): Promise<MediaTools> {
  const noted = readNoted(join(cacheFolder(env), 'tools.json'));
  const ffmpegPath = env.DUBSCOPE_FFMPEG ?? noted?.ffmpegPath ?? onPath('ffmpeg', env);
  const ffprobePath = env.DUBSCOPE_FFPROBE ?? noted?.ffprobePath ?? onPath('ffprobe', env);
  for (const [name, path] of [
    ['ffmpeg', ffmpegPath],
    ['ffprobe', ffprobePath],
  ] as const) {
    if (path === undefined || !existsSync(path)) {
      throw new AppError(
        'TOOL_MISSING',
        `${name} was not found. Nothing was read. Run "dubscope doctor" to see how to get it.`,
      );
    }
  }
  const isNoted = env.DUBSCOPE_FFMPEG === undefined && noted !== null;
  return {
    ffmpegPath: String(ffmpegPath),
    ffprobePath: String(ffprobePath),
    ffmpegVersion: isNoted ? noted.ffmpegVersion : 'unknown',
  };
}

function readNoted(path: string): MediaTools | null {
  try {
    const noted = JSON.parse(readFileSync(path, 'utf8')) as Partial<MediaTools>;
    if (noted.ffmpegPath === undefined || noted.ffprobePath === undefined || !existsSync(noted.ffmpegPath))
      return null;
    return {
      ffmpegPath: noted.ffmpegPath,
      ffprobePath: noted.ffprobePath,
      ffmpegVersion: noted.ffmpegVersion ?? 'unknown',
    };
  } catch {
    return null;
  }
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const folders = (env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
}
