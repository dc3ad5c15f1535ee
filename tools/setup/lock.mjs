/**
 * One set-up at a time, also between checkouts: a folder that only one process can make. The holder touches it
 * every few seconds; a lock whose holder is dead, or silent for a minute, is taken over.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

const HEARTBEAT_MS = 5000;
const SILENT_MS = 60_000;
/** A holder needs a moment between making the folder and writing its name. */
const NAMELESS_MS = 5000;
const POLL_MS = 250;

/**
 * Runs `work` while holding the lock.
 * @param {string} folder the lock; its parent is made when missing
 * @param {{ onWait?: (owner: { pid: number } | null) => void }} options `onWait` is called once when it is held by another
 */
export async function withLock(folder, { onWait = () => {} }, work) {
  mkdirSync(dirname(folder), { recursive: true });
  const owner = { pid: process.pid, host: hostname(), token: randomUUID() };
  for (let told = false; !tryTake(folder, owner); ) {
    if (dropIfStale(folder)) continue;
    if (!told) onWait(readOwner(folder));
    told = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const heartbeat = setInterval(() => touch(folder), HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (readOwner(folder)?.token === owner.token) rmSync(folder, { recursive: true, force: true });
  }
}

function tryTake(folder, owner) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner));
  return true;
}

/** Takes a stale lock away. Another process may do so at the same time, so what was moved is looked at again. */
function dropIfStale(folder) {
  const owner = readOwner(folder);
  if (!isStale(folder, owner)) return false;
  const aside = `${folder}.stale-${randomUUID().slice(0, 8)}`;
  try {
    renameSync(folder, aside);
  } catch {
    return true;
  }
  if (readOwner(aside)?.token !== owner?.token) {
    // A living process had just taken it: give it back, unless yet another one was quicker.
    try {
      renameSync(aside, folder);
      return true;
    } catch {
      // Falls through: its holder finds its token gone and leaves the new lock alone.
    }
  }
  rmSync(aside, { recursive: true, force: true });
  return true;
}

function isStale(folder, owner) {
  let silentMs;
  try {
    silentMs = Date.now() - statSync(folder).mtimeMs;
  } catch {
    return false;
  }
  if (owner === null) return silentMs > NAMELESS_MS;
  if (owner.host === hostname() && !isAlive(owner.pid)) return true;
  return silentMs > SILENT_MS;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readOwner(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'));
  } catch {
    return null;
  }
}

function touch(folder) {
  try {
    const now = new Date();
    utimesSync(folder, now, now);
  } catch {
    // The lock was taken over; the end of `withLock` notices.
  }
}
