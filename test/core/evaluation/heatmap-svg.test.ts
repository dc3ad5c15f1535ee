import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import type { LanguageCell } from '../../../core/domain/evaluation.ts';
import { inkOn, scaleColour } from '../../../core/evaluation/colour-scale.ts';
import { drawHeatmap } from '../../../core/evaluation/heatmap-svg.ts';
import { exampleResult } from './examples.ts';

type DrawnCell = { title: string; fill: string; ink: string; number: string };

/** What stands in the picture: each cell is a group of tooltip, square and number. */
function cellsOf(svg: string): DrawnCell[] {
  const pattern =
    /<g><title>([^<]*)<\/title><rect [^>]*fill="([^"]+)"[^>]*\/>(?:<text [^>]*fill="([^"]+)"[^>]*>([^<]*)<\/text>)?<\/g>/g;
  return [...svg.matchAll(pattern)].map(([, title, fill, ink = '', number = '']) => ({
    title: title!,
    fill: fill!,
    ink,
    number,
  }));
}

describe('drawHeatmap', () => {
  const result = exampleResult(['en', 'de', 'es', 'fr', 'it', 'pt-BR', 'ja']);

  it.each(['gap', 'sameClip', 'otherClip'] as const)('draws a complete picture of %s', (measure) => {
    const svg = drawHeatmap(result, { measure });
    const image = new Resvg(svg);
    expect(image.width).toBeGreaterThan(500);
    expect(image.height).toBeGreaterThan(500);
    expect(cellsOf(svg)).toHaveLength(49);
    for (const name of ['English', 'German', 'Brazilian Portuguese', 'Japanese', 'pt-BR'])
      expect(svg).toContain(name);
  });

  it('colours cells by value on a range that holds them all, with ink that can be read', () => {
    const cells = cellsOf(drawHeatmap(result, { measure: 'gap', range: { min: 0.2, max: 0.8 } }));
    for (const [i, cell] of result.matrix.entries()) {
      if (cell.a === cell.b || cell.clipCount < 10) continue;
      const colour = scaleColour((cell.gap! - 0.2) / (0.8 - 0.2));
      expect(cells[i]).toMatchObject({ fill: colour, ink: inkOn(colour), number: cell.gap!.toFixed(2) });
    }
  });

  it('gives no colour to a diagonal that is fixed by definition, but to one that was measured', () => {
    const colours = (measure: 'sameClip' | 'gap' | 'otherClip'): string =>
      cellsOf(drawHeatmap(result, { measure }))[0]!.fill;
    expect(colours('sameClip')).not.toMatch(/url/);
    expect(Array.from({ length: 256 }, (_, i) => scaleColour(i / 255))).not.toContain(colours('sameClip'));
    expect(Array.from({ length: 256 }, (_, i) => scaleColour(i / 255))).not.toContain(colours('gap'));
    expect(Array.from({ length: 256 }, (_, i) => scaleColour(i / 255))).toContain(colours('otherClip'));
  });

  it('hatches cells with too few clips, says so, and keeps them out of the scale', () => {
    const strange: LanguageCell[] = result.matrix.map((cell) =>
      cell.a === 'ja' || cell.b === 'ja' ? { ...cell, gap: -0.9 } : cell,
    );
    const svg = drawHeatmap({ ...result, matrix: strange }, { measure: 'gap' });
    const cells = cellsOf(svg);
    for (const [i, cell] of strange.entries()) {
      const isHatched = cells[i]!.fill === 'url(#dubscope-gap-light-few)';
      expect(isHatched).toBe(cell.clipCount < 10);
    }
    expect(svg).toContain('fewer than 10 clips');
    expect(svg).not.toMatch(/>−0\.\d<\/text>/);
    const all = drawHeatmap(result, { measure: 'gap', fewestClips: 5 });
    expect(all).not.toContain('Hatched');
  });

  it('draws what is not known as a dash', () => {
    const matrix = result.matrix.map((cell, i) =>
      i === 1 ? { ...cell, gap: null, sameClip: null, clipCount: 0 } : cell,
    );
    const cell = cellsOf(drawHeatmap({ ...result, matrix }, { measure: 'gap' }))[1]!;
    expect(cell.number).toBe('–');
    expect(cell.title).toContain('not known');
  });

  it('names languages, numbers and clips in the tooltip', () => {
    const cell = result.matrix[1]!;
    const { title } = cellsOf(drawHeatmap(result, { measure: 'gap' }))[1]!;
    expect(title).toBe(
      `English (en) and German (de)\nsame clip ${cell.sameClip!.toFixed(4)}\nother clips ${cell.otherClip!.toFixed(4)}\ngap ${cell.gap!.toFixed(4)}\nn = 28 clips`,
    );
  });

  it('does not blow noise up to the whole scale', () => {
    const flat = result.matrix.map((cell) => ({ ...cell, otherClip: 0.1 + (cell.a < cell.b ? 1e-4 : 0) }));
    const fills = new Set(
      cellsOf(drawHeatmap({ ...result, matrix: flat }, { measure: 'otherClip', fewestClips: 1 })).map(
        (cell) => cell.fill,
      ),
    );
    const position = [...fills].map((fill) =>
      Array.from({ length: 256 }, (_, i) => scaleColour(i / 255)).indexOf(fill),
    );
    expect(Math.max(...position) - Math.min(...position)).toBeLessThan(3);
  });

  it('lets nothing hostile through', () => {
    const hostile = { ...result, checkpoint: '"><script>alert(1)</script>', runId: 'a & b' };
    const svg = drawHeatmap(hostile, { measure: 'gap' });
    expect(svg).not.toContain('<script');
    expect(() => new Resvg(svg)).not.toThrow();
  });

  it('leaves numbers out where there is no room, and slants the names', () => {
    const many = exampleResult(
      Array.from(
        { length: 30 },
        (_, i) => `${'abcdefghijklmnopqrstuvwxyz'[i % 26]}${'ab'[Math.floor(i / 26)]}c`,
      ),
      50,
    );
    const svg = drawHeatmap(many, { measure: 'gap' });
    expect(cellsOf(svg)).toHaveLength(900);
    expect(cellsOf(svg).every((cell) => cell.number === '')).toBe(true);
    expect(svg).toContain('rotate(-40)');
  });

  it('takes the page’s colours where it stands in a page, so that they follow light and dark', () => {
    expect(drawHeatmap(result, { measure: 'gap', theme: 'page' })).toContain('fill="var(--background)"');
    expect(drawHeatmap(result, { measure: 'gap', theme: 'dark' })).not.toContain('var(');
  });

  it('draws no languages at all without falling over', () => {
    expect(() => new Resvg(drawHeatmap(exampleResult([], 0), { measure: 'gap' }))).not.toThrow();
  });
});
