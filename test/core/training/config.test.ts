import { describe, expect, it } from 'vitest';
import { hasCode } from '../../../core/domain/errors.ts';
import type { RunConfig } from '../../../core/domain/run.ts';
import {
  defaultRunConfig,
  quickRunConfig,
  resolveRunConfig,
  totalStepsOf,
} from '../../../core/training/config.ts';

describe('resolveRunConfig', () => {
  it('takes defaults, changes, and leaves undefined out', () => {
    expect(resolveRunConfig()).toEqual(defaultRunConfig());
    expect(resolveRunConfig({ epochs: 3, seed: undefined as unknown as number })).toEqual({
      ...defaultRunConfig(),
      epochs: 3,
    });
    expect(resolveRunConfig(quickRunConfig())).toEqual(quickRunConfig());
  });

  it('does not let one run change the defaults of the next', () => {
    defaultRunConfig().epochs = 1;
    resolveRunConfig().seed = 5;
    expect(resolveRunConfig()).toEqual(defaultRunConfig());
  });

  const WRONG: [keyof RunConfig | 'colour', unknown, RegExp][] = [
    ['epochs', 0, /epochs must be a whole number from 1 to 100000, not 0/],
    ['epochs', 1.5, /whole number/],
    ['batchSize', 1, /batchSize must be a whole number from 2/],
    ['learningRate', 0, /learningRate must be a number from/],
    ['learningRate', Number.NaN, /learningRate/],
    ['temperature', Number.POSITIVE_INFINITY, /temperature/],
    ['temperature', '0.1', /not "0.1"/],
    ['seed', -1, /seed/],
    ['seed', 2 ** 32, /seed/],
    ['adamBeta1', 1, /adamBeta1/],
    ['keepCheckpoints', 0, /keepCheckpoints/],
    ['preset', 'giant', /preset must be one of tiny/],
    ['strategy', 'toString', /strategy must be one of original-only, dub-augmented/],
    ['colour', 1, /There is no run setting "colour"/],
  ];

  it.each(WRONG)('refuses %s = %s', (field, value, message) => {
    try {
      resolveRunConfig({ [field]: value });
      expect.unreachable();
    } catch (error) {
      expect(hasCode(error, 'ARGUMENT_INVALID')).toBe(true);
      expect(error).toMatchObject({ details: { field } });
      expect(String(error)).toMatch(message);
    }
  });
});

describe('totalStepsOf', () => {
  it('counts the steps of all epochs', () => {
    expect(totalStepsOf(resolveRunConfig({ epochs: 7, batchSize: 48 }), 96)).toBe(14);
    expect(totalStepsOf(resolveRunConfig({ epochs: 7, batchSize: 48 }), 97)).toBe(21);
  });
});
