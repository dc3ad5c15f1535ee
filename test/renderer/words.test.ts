import { describe, expect, it } from 'vitest';
import type { Alignment } from '../../core/domain/finding.ts';
import type { LanguageTag } from '../../core/domain/language-tag.ts';
import { createRate } from '../../renderer/lib/job-rate.ts';
import { progressText } from '../../renderer/lib/job-words.ts';
import { createCollector, createLatest } from '../../renderer/lib/latest.ts';
import { adviseNext } from '../../renderer/lib/next-step.ts';
import {
  clockText,
  differenceText,
  durationText,
  numberText,
  offsetSentence,
  offsetText,
  percentText,
  signedOffset,
} from '../../renderer/lib/words.ts';

const measured: Alignment = {
  titleId: 't',
  language: 'es' as LanguageTag,
  offsetMs: -23.44,
  confidence: 1,
  source: 'measured',
  shotCount: 3,
  peakRatio: 2,
  candidatesMs: [],
};

describe('offsets in words', () => {
  it('say who is early and who is late', () => {
    expect(offsetSentence('es', measured)).toBe(
      'Spanish sounds 23.4 ms earlier than the original, measured over 3 shots. It is put right while decoding.',
    );
    expect(offsetSentence('es', { ...measured, offsetMs: 600, source: 'person' })).toContain(
      '600 ms later than the original, set by hand',
    );
    expect(offsetSentence('es', { ...measured, offsetMs: 0.01 })).toContain('at the same time');
  });

  it('never make a number of what cannot be told', () => {
    expect(offsetSentence('es', null)).toContain('Not measured yet');
    const unknown = { ...measured, offsetMs: null, candidatesMs: [12, -40.5] };
    expect(offsetSentence('es', unknown)).toMatch(/Can't tell .* 12\.0 ms late, 40\.5 ms early\.$/);
    expect([offsetText(null), signedOffset(null)]).toEqual(['–', '–']);
  });

  it('fit a column', () => {
    expect([-41.8, 250, 0.02].map(offsetText)).toEqual(['41.8 ms early', '250 ms late', 'in time']);
    expect([-41.8, 250, 0.02].map(signedOffset)).toEqual(['−41.8 ms', '+250 ms', '0.0 ms']);
  });
});

describe('numbers', () => {
  it('carry the unit that their name ends in', () => {
    expect(numberText('levelDbfs', -91)).toEqual({ name: 'level', value: '-91 dBFS' });
    expect(numberText('peakRatio', 2.71966)).toEqual({ name: 'peak ratio', value: '2.72' });
    expect(numberText('fullScaleShare', 0.03319)).toEqual({ name: 'full scale share', value: '3.3 %' });
    expect(numberText('offsetMs', null)).toEqual({ name: 'offset', value: "can't tell" });
    expect(numberText('ms', 2)).toEqual({ name: 'ms', value: '2' });
  });

  it('round where nobody is misled', () => {
    expect([0, 59.96, 61.5].map(clockText)).toEqual(['0:00.0', '1:00.0', '1:01.5']);
    expect([42.4, 185, 7800].map(durationText)).toEqual(['42 s', '3 min 05 s', '2 h 10 min']);
    expect([0, 0.006, 0.099, 0.5, 1].map(percentText)).toEqual(['0 %', '0.6 %', '9.9 %', '50 %', '100 %']);
  });
});

describe('progress', () => {
  it('tells speed and time left of the present step only', () => {
    const rate = createRate();
    const at = (step: string, done: number, nowMs: number) =>
      rate({ step, done, total: 100, unit: 'x' }, nowMs);
    expect(at('read', 0, 0)).toBeNull();
    expect(at('read', 20, 4000)).toEqual({ perSec: 5, leftSec: 16 });
    expect(at('write', 50, 9000)).toBeNull();
    expect(at('write', 60, 10_000)).toEqual({ perSec: 10, leftSec: 4 });
    expect(
      progressText({ step: 'write', done: 60, total: 100, unit: 'files' }, { perSec: 10, leftSec: 4 }),
    ).toBe('write 60 of 100 files, 10 a second, 4 s left');
    expect(progressText({ step: 'scan', done: 3, total: null, unit: 'files' }, null)).toBe('scan 3 files');
  });
});

describe('what to do next', () => {
  const empty = {
    folder: '/p',
    name: 'p',
    readOnly: false,
    formatVersion: 1,
    itemCount: 0,
    titleCount: 0,
    shotCount: 0,
    clipCount: 0,
    pairCount: 0,
    languages: [],
    pairsByState: { accepted: 0, rejected: 0, 'needs-work': 0, suspect: 0, open: 0 },
    runCount: 0,
    evaluationCount: 0,
    canUndo: false,
    canRedo: false,
  };
  const full = { ...empty, titleCount: 2, pairCount: 9 };
  const decided = { ...full, pairsByState: { ...empty.pairsByState, accepted: 9 } };

  it('goes through the main job in order', () => {
    expect(adviseNext(empty, false).action).toBe('import');
    expect(adviseNext({ ...empty, titleCount: 2 }, false).sentence).toContain('no dubs');
    expect(adviseNext(full, false).action).toBe('check');
    const open = { ...full, pairsByState: { ...empty.pairsByState, open: 7, suspect: 2 } };
    expect(adviseNext(open, true)).toMatchObject({ action: 'decide' });
    expect(adviseNext(open, true).sentence).toContain('9 pairs wait for a decision, 2 of them with a fault');
    expect(adviseNext(decided, true).action).toBe('train');
    expect(adviseNext({ ...decided, runCount: 1 }, true).action).toBe('evaluate');
    expect(adviseNext({ ...decided, runCount: 1, evaluationCount: 1 }, true).action).toBe('look');
  });
});

describe('late answers', () => {
  it('are told from the last one', () => {
    const begin = createLatest();
    const first = begin();
    const second = begin();
    expect([first(), second()]).toEqual([false, true]);
  });

  it('many calls become few, never two at once, and the last call is always followed by a run', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    let seen = 0;
    let value = 0;
    const call = createCollector(async () => {
      running += 1;
      most = Math.max(most, running);
      seen = value;
      await new Promise((resolve) => setTimeout(resolve, 5));
      runs += 1;
      running -= 1;
    }, 1);
    for (let i = 0; i < 40; i += 1) {
      value = i;
      call();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await expect.poll(() => running === 0 && seen === 39).toBe(true);
    expect(most).toBe(1);
    expect(runs).toBeLessThan(40);
  });
});

it('writes differences with a sign that is as wide either way, and none where there is no difference', () => {
  expect([0.12345, -0.12345, 0.0001, -0.0001].map(differenceText)).toEqual([
    '+0.123',
    '−0.123',
    '0.000',
    '0.000',
  ]);
});
