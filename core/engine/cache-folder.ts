/** Where Dubscope keeps what every checkout and project on this machine shares: engines and media programs. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The variables that decide the cache folder. */
export type CacheEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The shared cache folder: `DUBSCOPE_CACHE`; else `%LOCALAPPDATA%\dubscope\cache` on Windows; else
 * `$XDG_CACHE_HOME/dubscope` or `~/.cache/dubscope`. It need not exist. The set-up (`tools/setup/paths.mjs`) uses
 * the same rule.
 */
export function cacheFolder(
  env: CacheEnvironment = process.env,
  platform: string = process.platform,
): string {
  if (env.DUBSCOPE_CACHE) return env.DUBSCOPE_CACHE;
  if (platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'dubscope', 'cache');
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'dubscope');
  return join(env.HOME ?? homedir(), '.cache', 'dubscope');
}
