/**
 * The address of a running server in a file that only its owner can read, for whoever has lost the terminal it was
 * printed in. The token is in no argument, environment variable, query or log.
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CacheEnvironment, cacheFolder } from '../../core/engine/cache-folder.ts';

/** Folder of the address files: the user's runtime folder where the system has one. */
export function addressFolder(env: CacheEnvironment = process.env): string {
  const { XDG_RUNTIME_DIR } = env;
  return XDG_RUNTIME_DIR ? join(XDG_RUNTIME_DIR, 'dubscope') : join(cacheFolder(env), 'serve');
}

/** Writes the file. @returns its path and what removes it. */
export function writeAddressFile(
  folder: string,
  a: { port: number; address: string },
): { path: string; remove(): void } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const path = join(folder, `serve-${a.port}.json`);
  // A file of an earlier start could have other rights, which writing to it would keep.
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify({ address: a.address, pid: process.pid })}\n`, {
    mode: 0o600,
    flag: 'wx',
  });
  return { path, remove: () => rmSync(path, { force: true }) };
}
