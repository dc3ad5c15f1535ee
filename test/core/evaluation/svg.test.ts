import { describe, expect, it } from 'vitest';
import { decimal, escapeMarkup, px, textWidthPx } from '../../../core/evaluation/svg.ts';

describe('escapeMarkup', () => {
  it('takes the meaning from markup', () => {
    expect(escapeMarkup(`<a href="x" title='y'>&`)).toBe(
      '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;',
    );
  });

  it('replaces what XML cannot hold', () => {
    expect(escapeMarkup('a\u0000b\u001bc\ud800d\uffff')).toBe('a\ufffdb\ufffdc\ufffdd\ufffd');
  });

  it('leaves line breaks and letters of every script', () => {
    expect(escapeMarkup('日本語\nšč 🎬')).toBe('日本語\nšč 🎬');
  });
});

describe('decimal and px', () => {
  it('write a real minus, and none before zero', () => {
    expect([decimal(-0.126, 2), decimal(-0.001, 2), decimal(0.5, 2)]).toEqual(['−0.13', '0.00', '0.50']);
  });

  it('write coordinates short and without exponents', () => {
    expect([px(12), px(1 / 3), px(1e-9), px(-2.5)]).toEqual(['12', '0.33', '0', '-2.5']);
  });
});

it('textWidthPx grows with the text, and counts wide letters double', () => {
  expect(textWidthPx('Brazilian Portuguese', 13)).toBeGreaterThan(textWidthPx('German', 13));
  expect(textWidthPx('日本語', 10)).toBeGreaterThan(25);
});
