/** Files of the set-up: whole or not at all, and folders that can be checked by size and by hash. */
import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** The name of a folder's list of files. */
export const MANIFEST = 'MANIFEST.json';
/** What a killed set-up left is dropped when nobody can be working on it any more. */
const ABANDONED_MS = 6 * 3_600_000;

/** Parsed JSON of a file, or null when it is missing or damaged. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Writes JSON so that a reader sees the old file or the new one. */
export function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.tmp-${process.pid}-${randomUUID().slice(0, 8)}`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(temporary, path);
}

/** A new folder to build in, on the same disk as the cache so that a rename puts it in place. */
export function makeStaging(cache, name) {
  const parent = join(cache, 'tmp');
  mkdirSync(parent, { recursive: true });
  dropAbandoned(parent);
  const folder = join(parent, `${name}-${process.pid}-${randomUUID().slice(0, 8)}`);
  mkdirSync(folder);
  return folder;
}

/** Puts a finished folder in place; one that was there is moved aside first and then removed. */
export function putInPlace(staging, folder) {
  mkdirSync(dirname(folder), { recursive: true });
  const old = `${staging}-old`;
  try {
    renameSync(folder, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(staging, folder);
  rmSync(old, { recursive: true, force: true });
}

/** Writes the list of a folder's files, with sizes and SHA-256, into the folder. */
export async function writeManifest(folder, facts) {
  const files = [];
  for (const path of listFiles(folder)) {
    files.push({
      path: relative(folder, path).split(sep).join('/'),
      size: statSync(path).size,
      sha256: await sha256File(path),
    });
  }
  writeJson(join(folder, MANIFEST), { format: 1, ...facts, files });
}

/** Whether every listed file is there with its size: a few file look-ups, done on each start. */
export function sizesMatch(folder) {
  const manifest = readJson(join(folder, MANIFEST));
  if (manifest?.format !== 1 || !Array.isArray(manifest.files) || manifest.files.length === 0) return false;
  return manifest.files.every(({ path, size }) => sizeOf(join(folder, path)) === size);
}

/** Whether every listed file has its hash. Reads everything; done after a set-up and for `doctor --repair`. */
export async function hashesMatch(folder) {
  if (!sizesMatch(folder)) return false;
  for (const { path, sha256 } of readJson(join(folder, MANIFEST)).files) {
    if ((await sha256File(join(folder, path))) !== sha256) return false;
  }
  return true;
}

/** SHA-256 of a file, in hexadecimal. */
export async function sha256File(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

function sizeOf(path) {
  try {
    return statSync(path).size;
  } catch {
    return -1;
  }
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== MANIFEST)
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function dropAbandoned(parent) {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    const pid = Number(/-(\d+)-[0-9a-f]{8}(-old)?$/.exec(name)?.[1]);
    try {
      const isOld = Date.now() - lstatSync(path).mtimeMs > ABANDONED_MS;
      if (isOld || !isRunning(pid)) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another set-up is removing it too.
    }
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
