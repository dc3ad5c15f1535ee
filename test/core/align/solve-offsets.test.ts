import { describe, expect, it } from 'vitest';
import { createEvidencePool, type EvidencePool, pairKey } from '../../../core/align/evidence-pool.ts';
import { LEAST_CONFIDENCE, solveOffsets } from '../../../core/align/solve-offsets.ts';
import { createRng } from '../../../core/rng.ts';

type Hill = { ms: number; height: number };

/** A pool with a noisy curve for each two voices, with hills where asked. */
function poolOf(voices: string[], hills: Record<string, Hill[]>): EvidencePool {
  const pool = createEvidencePool(500);
  pool.voices.push(...voices);
  for (const [i, first] of voices.entries()) {
    for (const [j, second] of voices.entries()) {
      if (j <= i) continue;
      const random = createRng(7).stream('curve', i, j);
      const curve = Float32Array.from({ length: 2 * pool.maxLag + 1 }, () => random.normal());
      for (const { ms, height } of hills[`${first} ${second}`] ?? []) curve[ms * 16 + pool.maxLag] = height;
      pool.curves.set(pairKey(first, second), curve);
    }
  }
  return pool;
}

describe('solveOffsets', () => {
  it('takes what each dub shows against the original', () => {
    const pool = poolOf(['en', 'de', 'fr'], {
      'en de': [{ ms: 30, height: 20 }],
      'en fr': [{ ms: -12, height: 20 }],
    });
    const [de, fr] = solveOffsets(pool, 'en');
    expect([de!.voice, fr!.voice]).toEqual(['de', 'fr']);
    expect(de!.offsetMs).toBeCloseTo(30, 2);
    expect(fr!.offsetMs).toBeCloseTo(-12, 2);
    expect(de!.confidence).toBeGreaterThan(0.99);
    expect(de!.peakRatio).toBeGreaterThan(3);
  });

  it('places a dub by way of another where it shares nothing with the original', () => {
    const pool = poolOf(['en', 'de', 'fr'], {
      'en de': [{ ms: 30, height: 15 }],
      'de fr': [{ ms: 100, height: 15 }],
    });
    expect(solveOffsets(pool, 'en').map(({ offsetMs }) => Math.round(offsetMs!))).toEqual([30, 130]);
  });

  it('adds up links that are each too weak', () => {
    const weak = 4.4;
    const alone = poolOf(['en', 'de'], { 'en de': [{ ms: 30, height: weak }] });
    expect(solveOffsets(alone, 'en')[0]!.offsetMs).toBeNull();
    const together = poolOf(['en', 'de', 'fr', 'es', 'it'], {
      'en de': [{ ms: 30, height: weak }],
      'en fr': [{ ms: -10, height: weak }],
      'en es': [{ ms: 50, height: weak }],
      'en it': [{ ms: 0, height: weak }],
      'de fr': [{ ms: -40, height: 20 }],
      'de es': [{ ms: 20, height: 20 }],
      'de it': [{ ms: -30, height: 20 }],
    });
    expect(solveOffsets(together, 'en').map(({ offsetMs }) => Math.round(offsetMs!))).toEqual([
      30, -10, 50, 0,
    ]);
  });

  it('says nothing of noise, and offers its best guesses', () => {
    const [de] = solveOffsets(poolOf(['en', 'de'], {}), 'en');
    expect(de).toMatchObject({ offsetMs: null });
    expect(de!.confidence).toBeLessThan(0.1);
    expect(de!.candidatesMs.length).toBeGreaterThan(1);
    expect(de!.peakRatio).toBeLessThan(1.3);
  });

  it('says nothing where two places fit almost as well, however high: a beat', () => {
    const beats = [100, 0, -100].map((ms, i) => ({ ms, height: 40 - 3 * i }));
    const [de] = solveOffsets(poolOf(['en', 'de'], { 'en de': beats }), 'en');
    expect(de!.offsetMs).toBeNull();
    expect(de!.candidatesMs.slice(0, 3).map(Math.round)).toEqual([100, 0, -100]);
  });

  it('says nothing where the dubs place a dub elsewhere than the original itself does', () => {
    const pool = poolOf(['en', 'de', 'fr'], {
      'en de': [{ ms: 0, height: 30 }],
      'en fr': [{ ms: 80, height: 12 }],
      'de fr': [{ ms: 0, height: 30 }],
    });
    const [de, fr] = solveOffsets(pool, 'en');
    expect(de!.offsetMs).toBeCloseTo(0, 2);
    expect(fr!.offsetMs).toBeNull();
  });

  it('takes the exact place where loud sound fits best, within 5 ms', () => {
    const pool = poolOf(['en', 'de'], {
      'en de': [
        { ms: -2, height: 30 },
        { ms: -1, height: 20 },
      ],
    });
    const loud = new Float32Array(2 * pool.maxLag + 1);
    const random = createRng(1).stream('loud');
    for (let i = 0; i < loud.length; i += 1) loud[i] = random.normal();
    loud[-1 * 16 + pool.maxLag] = 30;
    pool.loudCurves.set('de', loud);
    expect(solveOffsets(pool, 'en')[0]!.offsetMs).toBeCloseTo(-1, 2);
  });

  it('never claims below its own threshold', () => {
    for (let height = 4; height < 9; height += 0.25) {
      const [de] = solveOffsets(poolOf(['en', 'de'], { 'en de': [{ ms: 30, height }] }), 'en');
      if (de!.offsetMs !== null) {
        expect(de!.confidence).toBeGreaterThanOrEqual(LEAST_CONFIDENCE);
        expect(de!.offsetMs).toBeCloseTo(30, 0);
      }
    }
  });
});
