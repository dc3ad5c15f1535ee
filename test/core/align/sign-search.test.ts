import { beforeAll, describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../../core/align/fingerprint.ts';
import { searchSigns, signsOf } from '../../../core/align/sign-search.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { createRng } from '../../../core/rng.ts';

function randomPrint(length: number, seed: number): Fingerprint {
  const random = createRng(seed).stream('signs');
  return { bits: Uint8Array.from({ length: length / 8 }, () => 1 + random.integer(255)), length };
}

/** The definition: agreeing signs less differing ones, over the root of how many there are. */
function naive(a: Fingerprint, b: Fingerprint, start: number, end: number, lag: number): number {
  const x = signsOf(a, start, end);
  const y = signsOf(b, start + lag, end + lag);
  return x.reduce((sum, sign, i) => sum + sign * y[i]!, 0) / Math.sqrt(x.length);
}

beforeAll(initFft);

describe('searchSigns', () => {
  const a = randomPrint(16_000, 1);
  const later = (from: Fingerprint, bytes: number, flip = 0): Fingerprint => ({
    bits: Uint8Array.from({ length: from.bits.length }, (_, i) => (from.bits[i - bytes] ?? 1) ^ flip),
    length: from.length,
  });

  it('finds where a stretch is, in signs, and which way up', () => {
    const stretch = { start: 4000, end: 9000, fromLag: -3000, toLag: 3000 };
    const [upright, next] = searchSigns(a, later(a, 100), stretch);
    expect(upright).toMatchObject({ lag: 800, polarity: 1 });
    expect(upright!.height / next!.height).toBeGreaterThan(5);
    expect(searchSigns(a, later(a, 100, 255), stretch)[0]).toMatchObject({ lag: 800, polarity: -1 });
  });

  it('has heights that are those of the definition', () => {
    const b = randomPrint(16_000, 2);
    const [best, next] = searchSigns(a, b, { start: 4000, end: 8000, fromLag: -200, toLag: 200 });
    const all = Array.from({ length: 401 }, (_, i) => Math.abs(naive(a, b, 4000, 8000, i - 200)));
    const at = all.indexOf(Math.max(...all));
    expect(best!.lag).toBe(at - 200);
    const elsewhere = all.filter((_, i) => Math.abs(i - at) > 20);
    expect(best!.height / next!.height).toBeCloseTo(all[at]! / Math.max(...elsewhere), 1);
  });

  it('takes silence for nothing, not for a run of equal signs', () => {
    const silent = { bits: new Uint8Array(2000), length: 16_000 };
    expect(signsOf(silent, 0, 100).every((sign) => sign === 0)).toBe(true);
    expect(searchSigns(silent, a, { start: 0, end: 4000, fromLag: -100, toLag: 100 })).toEqual([]);
  });
});
