import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import { cacheLimitBytes, limitFolder, touchUsed } from '../../../core/media/cache-limit.ts';

const DAY_MS = 24 * 3_600_000;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dubscope-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A file of so many bytes that was last used at `usedSec`. */
function put(name: string, sizeBytes: number, usedSec: number): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.alloc(sizeBytes));
  utimesSync(path, usedSec, usedSec);
  return path;
}

describe('limitFolder', () => {
  it('removes what was used longest ago, no more than it must, and nothing that is kept', async () => {
    const oldest = put('aa/oldest', 100, 1000);
    const old = put('bb/old', 100, 2000);
    const kept = put('aa/kept', 100, 500);
    const recent = put('cc/recent', 100, 3000);
    expect(await limitFolder(folder, { maxBytes: 250, keep: new Set([kept]) })).toEqual({
      removedFiles: 2,
      removedBytes: 200,
      leftBytes: 200,
    });
    expect([oldest, old, kept, recent].map(existsSync)).toEqual([false, false, true, true]);
    expect(await limitFolder(folder, { maxBytes: 200, keep: new Set() })).toMatchObject({ removedFiles: 0 });
  });

  it('keeps what it must even beyond the limit', async () => {
    const kept = put('aa/kept', 500, 1);
    put('aa/other', 10, 2);
    expect(await limitFolder(folder, { maxBytes: 0, keep: new Set([kept]) })).toEqual({
      removedFiles: 1,
      removedBytes: 10,
      leftBytes: 500,
    });
  });

  it('finds nothing in a folder that is not there, and stops when asked', async () => {
    const nothing = { removedFiles: 0, removedBytes: 0, leftBytes: 0 };
    expect(await limitFolder(join(folder, 'none'), { maxBytes: 0, keep: new Set() })).toEqual(nothing);
    const path = put('aa/one', 10, 1);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(limitFolder(folder, { maxBytes: 0, keep: new Set(), signal })).rejects.toThrow('enough');
    expect(existsSync(path)).toBe(true);
  });
});

describe('touchUsed', () => {
  it('notes a use at most once a day', async () => {
    const path = put('entry', 1, 1_000_000);
    const clock = manualClock(1_000_000_000 + DAY_MS - 1);
    expect(await touchUsed(path, clock)).toBe(true);
    expect(statSync(path).mtimeMs).toBe(1_000_000_000);
    clock.advance(1);
    expect(await touchUsed(path, clock)).toBe(true);
    expect(statSync(path).mtimeMs).toBe(1_000_000_000 + DAY_MS);
    expect(await touchUsed(join(folder, 'none'), clock)).toBe(false);
  });
});

describe('cacheLimitBytes', () => {
  it('is what the variable says, else 50 GB', () => {
    expect(cacheLimitBytes({})).toBe(50e9);
    expect(cacheLimitBytes({ DUBSCOPE_CACHE_LIMIT_GB: ' ' })).toBe(50e9);
    expect(cacheLimitBytes({ DUBSCOPE_CACHE_LIMIT_GB: '0.5' })).toBe(5e8);
    expect(cacheLimitBytes({ DUBSCOPE_CACHE_LIMIT_GB: '0' })).toBe(0);
  });

  it.each(['-1', 'many', 'NaN'])('refuses %s', (text) => {
    expect(() => cacheLimitBytes({ DUBSCOPE_CACHE_LIMIT_GB: text })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
  });
});
