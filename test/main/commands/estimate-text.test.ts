import { expect, it } from 'vitest';
import { estimateText } from '../../../main/commands/estimate-text.ts';

const estimate = {
  parameters: 68_230_000,
  stepSec: 2.1,
  peakMemoryBytes: 3.94e9,
  steps: 1200,
  hours: 0.7,
  checkpointBytes: 1.55e9,
  cacheBytes: 123.4e9,
  clipCount: 300,
  engine: 'tensorflow 2.21.0 (cpu)',
};

it('says what a run would take', () => {
  expect(estimateText(estimate)).toEqual([
    '68.2 M parameters, 2.1 s a step, 1200 steps: 42 min 00 s; 3.9 GB memory; 1.6 GB for checkpoints, 123 GB for decoded windows.',
    'Measured with two steps on tensorflow 2.21.0 (cpu), for 300 clips. Nothing was started.',
  ]);
});

it('keeps two digits of what is small', () => {
  const small = { ...estimate, parameters: 563_000, stepSec: 0.0312, checkpointBytes: 2.71e7, cacheBytes: 0 };
  expect(estimateText(small)[0]).toMatch(/^0.56 M parameters, 0.031 s a step/);
  expect(estimateText(small)[0]).toContain('0.027 GB for checkpoints, 0 GB for');
});
