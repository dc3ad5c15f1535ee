/** Where things are. Plain JavaScript for Node 20, like all of the set-up: it runs before anything is installed. */

import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The folder shared by all checkouts; the same rule as `core/engine/cache-folder.ts`. */
export function cacheFolder(env = process.env, platform = process.platform) {
  if (env.DUBSCOPE_CACHE) return env.DUBSCOPE_CACHE;
  if (platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'dubscope', 'cache');
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'dubscope');
  return join(env.HOME ?? homedir(), '.cache', 'dubscope');
}

/** The Node that everything but the set-up runs on: the npm package `node`. */
export function nodeBinary(root = ROOT) {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** The absolute path of a program on PATH, or null. */
export function findOnPath(name, env = process.env) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (env.PATH ?? env.Path ?? '').split(delimiter)) {
    if (folder === '') continue;
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (isProgram(path)) return path;
    }
  }
  return null;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
