import { describe, expect, it } from 'vitest';
import { suspicionOf } from '../../../core/checks/suspicion.ts';
import type { Finding } from '../../../core/domain/finding.ts';

type Judged = Parameters<typeof suspicionOf>[0][number];

const known = { offsetMs: 3, confidence: 0.995, source: 'measured' } as const;
const unknown = { offsetMs: null, confidence: 0, source: 'measured' } as const;

function finding(
  code: Finding['code'],
  severity: Finding['severity'],
  numbers: Finding['numbers'] = {},
): Judged {
  return { code, severity, numbers };
}

describe('suspicionOf', () => {
  it('is 0 for a clean pair in a known place, a little for one whose place cannot be told', () => {
    expect(suspicionOf([], known)).toBe(0);
    expect(suspicionOf([], unknown)).toBe(5);
    expect(suspicionOf([], null)).toBe(5);
    expect(suspicionOf([], { offsetMs: 700, confidence: 0, source: 'person' })).toBe(0);
  });

  it('puts every fault before every warning, and every warning before every info, however many', () => {
    const mildFault = suspicionOf([finding('dropout', 'fault', { totalMs: 1 })], known);
    const warnings = suspicionOf(
      Array.from({ length: 20 }, () => finding('clipped', 'warning', { flatTopShare: 1 })),
      unknown,
    );
    const mildWarning = suspicionOf([finding('clipped', 'warning', { flatTopShare: 0 })], known);
    const infos = suspicionOf(
      Array.from({ length: 20 }, () => finding('offset', 'info', { offsetMs: 2000 })),
      unknown,
    );
    expect([mildFault > warnings, warnings > mildWarning, mildWarning > infos, infos > 0]).toEqual(
      Array(4).fill(true),
    );
    expect(
      suspicionOf(
        Array.from({ length: 50 }, () => finding('silent', 'fault')),
        unknown,
      ),
    ).toBe(100);
  });

  it('grows with the evidence and with every further finding', () => {
    const at = (totalMs: number): number => suspicionOf([finding('dropout', 'fault', { totalMs })], known);
    expect(at(900)).toBeGreaterThan(at(300));
    const one = [finding('dropout', 'fault', { totalMs: 300 })];
    const two = [...one, finding('clipped', 'warning', { flatTopShare: 0.01 })];
    expect(suspicionOf(two, known)).toBeGreaterThan(suspicionOf(one, known));
    expect(suspicionOf(one, unknown)).toBeGreaterThan(suspicionOf(one, known));
  });

  it('works where the numbers say nothing, and by either sign', () => {
    expect(suspicionOf([finding('channels', 'warning', { kinds: 'dead-1' })], known)).toBeGreaterThan(30);
    expect(suspicionOf([finding('level-difference', 'warning', { differenceLu: -20 })], known)).toBe(
      suspicionOf([finding('level-difference', 'warning', { differenceLu: 20 })], known),
    );
  });
});
