/** The state of the set-up: the cache folder, the engine's files against their hashes, this checkout's packages. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile, readlink, realpath, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckoutFacts, EngineFilesFacts } from './report.ts';

/** The list of files that the set-up writes beside them (`tools/setup/files.mjs`). */
type Manifest = { files: { path: string; size: number; sha256: string }[] };

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const BINDING = 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node';

/** Size of the cache folder and room on its disk. */
export async function checkCache(
  folder: string,
): Promise<{ folder: string; bytes: number; freeBytes: number | null }> {
  return { folder, bytes: await folderBytes(folder), freeBytes: await freeBytes(folder) };
}

/** Reads every file of the linked engine and compares it with its hash. */
export async function checkEngineFiles(root = CHECKOUT, signal?: AbortSignal): Promise<EngineFilesFacts> {
  const link = join(root, BINDING);
  const folder = await readlink(link).then(dirname, () => null);
  if (folder === null) return { folder, state: 'not installed', damaged: [] };
  const manifest = await readManifest(folder);
  if (manifest === null) return { folder, state: 'damaged', damaged: ['MANIFEST.json'] };
  const damaged: string[] = [];
  for (const file of manifest.files) {
    signal?.throwIfAborted();
    if (!(await isWhole(join(folder, file.path), file))) damaged.push(file.path);
  }
  return { folder, state: damaged.length === 0 ? 'whole' : 'damaged', damaged };
}

/** Whether this checkout's packages are those of its lock file; null where there is no lock file. */
export async function checkCheckout(root = CHECKOUT): Promise<CheckoutFacts | null> {
  const lock = await readFile(join(root, 'package-lock.json')).catch(() => null);
  if (lock === null) return null;
  const stamp = await readJson(join(root, 'node_modules', '.dubscope-setup.json'));
  const stamped =
    typeof stamp === 'object' && stamp !== null && 'lockSha256' in stamp ? stamp.lockSha256 : null;
  const current = stamped === null ? null : stamped === createHash('sha256').update(lock).digest('hex');
  return { folder: await realpath(root), packagesCurrent: current };
}

async function isWhole(path: string, file: { size: number; sha256: string }): Promise<boolean> {
  try {
    if ((await stat(path)).size !== file.size) return false;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
    return hash.digest('hex') === file.sha256;
  } catch {
    return false;
  }
}

async function readManifest(folder: string): Promise<Manifest | null> {
  const manifest = await readJson(join(folder, 'MANIFEST.json'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'files' in manifest;
  return isManifest && Array.isArray(manifest.files) ? (manifest as Manifest) : null;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function freeBytes(folder: string): Promise<number | null> {
  const existing = existsSync(folder) ? folder : dirname(folder);
  return statfs(existing).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
}
