import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { CACHE_LIMIT_VARIABLE, cacheLimitBytes } from '../../../core/media/cache-limit.ts';

const GIB = 2 ** 30;

describe('the limit of the cache', () => {
  it.each([
    ['12', 12 * GIB],
    ['0.5', GIB / 2],
    ['0', 0],
  ])('is %s GiB when the variable says so', async (text, bytes) => {
    expect(await cacheLimitBytes(tmpdir(), 5, { [CACHE_LIMIT_VARIABLE]: text })).toBe(bytes);
  });

  it.each(['many', '-1', 'NaN'])('cannot be %s', async (text) => {
    await expect(cacheLimitBytes(tmpdir(), 0, { [CACHE_LIMIT_VARIABLE]: text })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });

  it('is a fifth of what is free or already its own, and 50 GiB at most', async () => {
    const { bavail, bsize } = statfsSync(tmpdir());
    const used = 3 * GIB;
    const expected = Math.min(50 * GIB, 0.2 * (bavail * bsize + used));
    // Others write to this disk meanwhile.
    expect(Math.abs((await cacheLimitBytes(tmpdir(), used, {})) - expected)).toBeLessThan(GIB);
    expect(await cacheLimitBytes(tmpdir(), 1e15, {})).toBe(50 * GIB);
  });
});
