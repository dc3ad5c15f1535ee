/** What a stranger's name may do to a screen. */
import { expect, it } from 'vitest';
import { visibleText } from '../../../core/domain/visible-text.ts';

it.each([
  ['film\u202e4pm.mkv', 'film\\u202e4pm.mkv'],
  ['a\nb\t\u001b[31m', 'a\\u000ab\\u0009\\u001b[31m'],
  ['zero\u200bwidth\ufeff\u2028', 'zero\\u200bwidth\\ufeff\\u2028'],
  ['half \ud83d', 'half \\ud83d'],
  ['日本 é שלום 😀 <b> \\x', '日本 é שלום 😀 <b> \\x'],
])('%j is shown as %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

it('keeps lines where they are meant', () => {
  expect(visibleText('a\n\rb', { keepLines: true })).toBe('a\n\\u000db');
});
