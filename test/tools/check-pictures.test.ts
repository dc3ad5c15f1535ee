/** Every check has a section in docs/checks.md, and what can be drawn has its picture there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FINDING_CODES } from '../../core/domain/finding.ts';
import { drawPicture } from '../../tools/check-pictures/draw.ts';
import { loadStock } from '../../tools/check-pictures/make.ts';
import { PICTURES } from '../../tools/check-pictures/pictures.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const page = readFileSync(join(DOCS, 'checks.md'), 'utf8');
/** Not heard yet. */
const PLANNED = ['mouth-activity'];

it.each(FINDING_CODES.filter((code) => !PLANNED.includes(code)))('%s has a section', (code) => {
  expect(page).toMatch(new RegExp(`^### \`${code}\``, 'm'));
});

it('every picture is shown, and is there', () => {
  for (const code of Object.keys(PICTURES)) {
    expect(page).toContain(`](pictures/check-${code}.svg)`);
    expect(existsSync(join(DOCS, 'pictures', `check-${code}.svg`))).toBe(true);
  }
});

it('pictures are drawn from what the checks measure', async () => {
  const stock = await loadStock();
  const words = (code: 'offset' | 'drift' | 'offset-unknown'): string =>
    /font-weight="bold">([^<]*(?:sd|fast))</.exec(drawPicture(PICTURES[code]!(stock)))?.[1] ?? '';
  expect(words('offset')).toMatch(/^120\.0 ms, \d\d/);
  expect(words('drift')).toBe('1.042 times as fast');
  expect(words('offset-unknown')).toMatch(/ [34]\.\d sd$/);
});
