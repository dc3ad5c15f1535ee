/** Paths as a manifest writes them: inside its own folder or one that the person named, and nowhere else. */
import { isAbsolute, resolve, sep } from 'node:path';
import type { ErrorCode } from '../domain/errors.ts';

/** A path that may be opened, or why not. */
export type ListedPath = { path: string } | { code: ErrorCode; why: string };

const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;
const LONGEST_PATH = 4096;

/** Reads a path of a list. `base`: where relative ones start. `roots`: folders that it may lie in, besides `base`. */
export function listedPath(text: string, base: string, roots: readonly string[]): ListedPath {
  if (text === '') return { code: 'MANIFEST_MISSING', why: 'is empty' };
  if (text.includes('\0')) return { code: 'PATH_NUL', why: 'has a NUL character' };
  if (text.length > LONGEST_PATH)
    return { code: 'PATH_UNSUPPORTED', why: `is longer than ${LONGEST_PATH} characters` };
  if (/^[a-z][a-z0-9+.-]+:/i.test(text)) {
    return { code: 'PATH_IS_URL', why: 'is an address; addresses are not fetched, download the file first' };
  }
  if (/^(\\\\|\/\/)/.test(text)) return { code: 'PATH_UNC', why: 'is a network path; map or copy it first' };
  const parts = text.split(/[/\\]/);
  // The same list must mean the same file on every system.
  if (parts.some((part) => RESERVED.test(part))) {
    return { code: 'PATH_RESERVED', why: 'uses a name that Windows keeps for devices' };
  }
  if (parts.includes('..') || /^[a-z]:/i.test(text) || /%2e/i.test(text)) {
    return { code: 'PATH_OUTSIDE_ROOT', why: 'leads out of its folder' };
  }
  const path = resolve(base, sep === '/' ? text.replaceAll('\\', '/') : text);
  if ([base, ...roots].some((root) => isWithin(path, root))) return { path };
  const why = isAbsolute(text)
    ? "lies outside the manifest's folder; name the folder that it lies in as a path of the import"
    : 'leads out of its folder';
  return { code: 'PATH_OUTSIDE_ROOT', why };
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
