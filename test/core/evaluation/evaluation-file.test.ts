import { describe, expect, it } from 'vitest';
import { decodeEvaluation, encodeEvaluation } from '../../../core/evaluation/evaluation-file.ts';
import { exampleResult } from './examples.ts';

describe('evaluation.json', () => {
  it('reads back what was written', () => {
    const result = exampleResult();
    expect(decodeEvaluation(encodeEvaluation(result))).toEqual(result);
  });

  it('refuses a newer format by name', () => {
    const newer = JSON.stringify({ ...exampleResult(), version: 2 });
    expect(() => decodeEvaluation(newer)).toThrow(expect.objectContaining({ code: 'PROJECT_TOO_NEW' }));
  });

  it.each([
    ['nothing', ''],
    ['half a file', encodeEvaluation(exampleResult()).slice(0, 200)],
    ['another document', '{"version":1}'],
    ['null', 'null'],
    [
      'a matrix that lacks a cell',
      JSON.stringify({ ...exampleResult(), matrix: exampleResult().matrix.slice(1) }),
    ],
  ])('refuses %s as damaged', (_, text) => {
    expect(() => decodeEvaluation(text)).toThrow(expect.objectContaining({ code: 'PROJECT_DAMAGED' }));
  });
});
