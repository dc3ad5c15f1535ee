import { describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../core/engine/cache-folder.ts';
import { cacheFolder as setUpCacheFolder } from '../../../tools/setup/paths.mjs';

const CASES: [Record<string, string>, string, string][] = [
  [{ DUBSCOPE_CACHE: '/d', XDG_CACHE_HOME: '/x', HOME: '/h' }, 'linux', '/d'],
  [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, 'linux', '/x/dubscope'],
  [{ HOME: '/h' }, 'linux', '/h/.cache/dubscope'],
  [{ LOCALAPPDATA: '/l', HOME: '/h' }, 'win32', '/l/dubscope/cache'],
];

describe('the cache folder', () => {
  it.each(CASES)('of %j on %s is %s, for core and for the set-up', (env, platform, folder) => {
    expect(cacheFolder(env, platform)).toBe(folder);
    expect(setUpCacheFolder(env, platform as NodeJS.Platform)).toBe(folder);
  });
});
