/** Which ffmpeg and ffprobe to run: found and tried by the set-up (`tools/setup/media-tools.mjs`), named here. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import { cacheFolder } from '../engine/cache-folder.ts';

/** Where the programs come from: a variable, the system (tried by the set-up), a package, or an untried PATH. */
export type MediaToolsOrigin = 'variable' | 'system' | 'package' | 'path';

/** The two programs, as absolute paths. */
export type MediaTools = { ffmpegPath: string; ffprobePath: string; origin: MediaToolsOrigin };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The programs to use: `DUBSCOPE_FFMPEG` and `DUBSCOPE_FFPROBE`; else what the set-up found; else those on PATH.
 * @throws AppError TOOL_MISSING when there is none, or a variable names no program.
 */
export function locateMediaTools(env: Environment = process.env): MediaTools {
  const found = fromSetup(env) ?? fromPath(env);
  const ffmpegPath = fromVariable(env, 'DUBSCOPE_FFMPEG') ?? found?.ffmpegPath;
  const ffprobePath = fromVariable(env, 'DUBSCOPE_FFPROBE') ?? found?.ffprobePath;
  if (ffmpegPath === undefined || ffprobePath === undefined) {
    throw new AppError(
      'TOOL_MISSING',
      'No ffmpeg and ffprobe were found. No media were read. Install ffmpeg 5.1 or newer, or set DUBSCOPE_FFMPEG and DUBSCOPE_FFPROBE; "dubscope doctor" says what is there.',
    );
  }
  const isFromVariable = Boolean(env.DUBSCOPE_FFMPEG || env.DUBSCOPE_FFPROBE);
  return { ffmpegPath, ffprobePath, origin: isFromVariable ? 'variable' : (found?.origin ?? 'path') };
}

function fromVariable(env: Environment, name: 'DUBSCOPE_FFMPEG' | 'DUBSCOPE_FFPROBE'): string | undefined {
  const path = env[name];
  if (!path) return undefined;
  if (isProgram(path)) return path;
  throw new AppError(
    'TOOL_MISSING',
    `${name} names ${path}, which is no program. No media were read. Correct or unset it.`,
    {
      details: { path },
    },
  );
}

function fromSetup(env: Environment): MediaTools | null {
  try {
    const tools = JSON.parse(
      readFileSync(join(cacheFolder(env), 'tools.json'), 'utf8'),
    ) as Partial<MediaTools>;
    const { ffmpegPath, ffprobePath, origin } = tools;
    if (typeof ffmpegPath !== 'string' || typeof ffprobePath !== 'string') return null;
    if (!isProgram(ffmpegPath) || !isProgram(ffprobePath)) return null;
    return { ffmpegPath, ffprobePath, origin: origin === 'package' ? 'package' : 'system' };
  } catch {
    return null;
  }
}

function fromPath(env: Environment): MediaTools | null {
  const ffmpegPath = onPath('ffmpeg', env);
  const ffprobePath = onPath('ffprobe', env);
  return ffmpegPath !== null && ffprobePath !== null ? { ffmpegPath, ffprobePath, origin: 'path' } : null;
}

function onPath(name: string, env: Environment): string | null {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, file)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
