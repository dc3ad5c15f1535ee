import { describe, expect, it } from 'vitest';
import type { BulkResult } from '../../../core/domain/bulk-edit.ts';
import { bulkLines } from '../../../core/domain/bulk-words.ts';

const result: BulkResult = {
  pairs: 1200,
  titles: 3,
  unit: 'track',
  changed: 2,
  steps: [{ from: 'de', to: 'nl', count: 2 }],
  stepCount: 1,
  left: [{ why: 'taken', count: 1 }],
  otherPairs: 4,
  pairsGone: 0,
};

describe('bulkLines', () => {
  it('says what would change, what stays and why, and what goes along', () => {
    expect(bulkLines(result, { kind: 'language', language: 'nl' }, 'would')).toEqual([
      '2 tracks would change; 1,200 pairs of 3 titles were chosen.',
      'German -> Dutch: 2',
      '1 track stays: the shot has another one in that language. Swap them, or relabel that one first.',
      '4 pairs that were not chosen go along: their clips are heard in the same tracks.',
      'Findings are those of the last check until these titles are checked again.',
    ]);
  });

  it('keeps the sign of an offset, and counts what it does not name', () => {
    const steps = [{ from: '-10 ms', to: '0 ms', count: 1 }];
    const edit = { kind: 'shift', byMs: 10 } as const;
    expect(
      bulkLines(
        { ...result, unit: 'dub', changed: 5, steps, stepCount: 5, left: [], otherPairs: 0 },
        edit,
        'did',
      ),
    ).toEqual([
      "5 titles' dubs changed; 1,200 pairs of 3 titles were chosen.",
      '-10 ms -> 0 ms: 1',
      'and 4 more changes of other values',
      'Findings are those of the last check until these titles are checked again.',
    ]);
  });

  it('says that nothing changes', () => {
    const nothing = {
      ...result,
      changed: 0,
      steps: [],
      stepCount: 0,
      left: [{ why: 'same' as const, count: 1 }],
      otherPairs: 0,
    };
    expect(bulkLines(nothing, { kind: 'role', role: 'dub' }, 'would')).toEqual([
      'Nothing would change: 1,200 pairs of 3 titles were chosen.',
      '1 track stays: so already.',
    ]);
  });
});
