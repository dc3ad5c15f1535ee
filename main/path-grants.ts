/** Which places of the machine a page may name: those a person gave it, and what lies below them. */
import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Places that were given so far. */
export type PathGrants = {
  /** Gives a place, with what lies below it. */
  add(path: string): void;
  /** Whether a path is one of the places or below one; hidden files and folders below one are not. */
  has(path: string): boolean;
  /** Whether a path is one of the places itself. */
  hasItself(path: string): boolean;
};

/** Grants that begin with `places`. */
export function createPathGrants(places: readonly string[] = []): PathGrants {
  const granted = new Set(places.map(realPath));
  return {
    add: (path) => void granted.add(realPath(path)),
    hasItself: (path) => isPlain(path) && granted.has(realPath(path)),
    has: (path) => {
      if (!isPlain(path)) return false;
      const wanted = realPath(path);
      return [...granted].some((place) => isBelow(place, wanted));
    },
  };
}

/** Another machine is not asked on Windows: asking would send it the person's name (UNC and device paths). */
function isPlain(path: string): boolean {
  return !path.includes('\0') && !/^[\\/]{2}/.test(path);
}

/** By whole components, so that `/data-secret` is not below `/data`. */
function isBelow(place: string, path: string): boolean {
  const way = relative(place, path);
  return way === '' || (!isAbsolute(way) && !way.split(sep).some((name) => name.startsWith('.')));
}

/** Links followed as far as the path exists; the rest, which is still to be made, as it stands. */
function realPath(path: string): string {
  const full = resolve(path);
  try {
    return realpathSync.native(full);
  } catch {
    const parent = dirname(full);
    return parent === full ? full : join(realPath(parent), basename(full));
  }
}
