import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../../tools/setup/lock.mjs';
import { temporaryFolder } from './temporary.ts';

/** The number of a process that has just ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

function leaveLock(owner: object | null, ageSec: number): string {
  const lock = join(temporaryFolder(), 'engine.lock');
  mkdirSync(lock);
  if (owner !== null) writeFileSync(join(lock, 'owner.json'), JSON.stringify(owner));
  const then = Date.now() / 1000 - ageSec;
  utimesSync(lock, then, then);
  return lock;
}

describe('the set-up lock', () => {
  it('lets one in at a time, tells the others once who holds it, and is gone at the end', async () => {
    const lock = join(temporaryFolder(), 'locks', 'engine.lock');
    let inside = 0;
    let most = 0;
    const waits: unknown[] = [];
    const visit = () =>
      withLock(lock, { onWait: (owner: { pid: number } | null) => waits.push(owner?.pid) }, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 30));
        inside -= 1;
      });
    await Promise.all([visit(), visit(), visit()]);
    expect(most).toBe(1);
    expect(waits).toEqual([process.pid, process.pid]);
    expect(existsSync(lock)).toBe(false);
  });

  it('is given back when the work fails', async () => {
    const lock = join(temporaryFolder(), 'engine.lock');
    const failing = withLock(lock, {}, async () => {
      throw new Error('no room');
    });
    await expect(failing).rejects.toThrow('no room');
    expect(existsSync(lock)).toBe(false);
  });

  it('is taken over from a process that was killed, by one of several that wait', async () => {
    const lock = leaveLock({ pid: deadProcess(), host: hostname(), token: 'dead' }, 0);
    let inside = 0;
    const visits = Array.from({ length: 4 }, () =>
      withLock(lock, {}, async () => {
        inside += 1;
        await new Promise((resolve) => setTimeout(resolve, 10));
        expect(inside).toBe(1);
        inside -= 1;
        return 'done';
      }),
    );
    expect(await Promise.all(visits)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('is taken over when its holder fell silent on another machine, or never wrote its name', async () => {
    const silent = leaveLock({ pid: process.pid, host: 'elsewhere', token: 'x' }, 120);
    expect(await withLock(silent, {}, async () => 'in')).toBe('in');
    expect(await withLock(leaveLock(null, 20), {}, async () => 'in')).toBe('in');
  });

  it('is not taken from a living holder', async () => {
    const lock = leaveLock({ pid: process.pid, host: hostname(), token: 'alive' }, 0);
    const late = withLock(lock, {}, async () => 'in');
    const first = await Promise.race([
      late,
      new Promise((resolve) => setTimeout(() => resolve('waiting'), 700)),
    ]);
    expect(first).toBe('waiting');
    writeFileSync(
      join(lock, 'owner.json'),
      JSON.stringify({ pid: deadProcess(), host: hostname(), token: 'alive' }),
    );
    expect(await late).toBe('in');
  });
});
