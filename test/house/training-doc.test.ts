import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { defaultRunConfig } from '../../core/training/config.ts';

it('docs/training.md names every setting of a run with its default', () => {
  const text = readFileSync(new URL('../../docs/training.md', import.meta.url), 'utf8');
  for (const [name, value] of Object.entries(defaultRunConfig())) {
    const row = text.split('\n').findLast((line) => line.startsWith(`| \`${name}\` |`));
    expect(row, name).toBeDefined();
    const shown = typeof value === 'object' ? 'none' : value === '' ? 'none' : String(value);
    expect(row?.split('|')[2]?.trim(), name).toBe(shown);
  }
});
