import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { renderPng } from '../../../core/evaluation/heatmap-png.ts';
import { drawHeatmap } from '../../../core/evaluation/heatmap-svg.ts';
import { exampleResult } from './examples.ts';

describe('renderPng', () => {
  const svg = drawHeatmap(exampleResult(), { measure: 'gap' });

  it('makes a PNG of twice the size of the drawing, the same bytes each time', async () => {
    const png = Buffer.from(await renderPng(svg));
    expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    const { width, height } = new Resvg(svg);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * width, 2 * height]);
    expect(Buffer.from(await renderPng(svg)).equals(png)).toBe(true);
  });

  it('draws the letters with the font of the package: without them it is another picture', async () => {
    const withText = await renderPng(svg, { scale: 1 });
    const withoutText = await renderPng(svg.replaceAll(/<text[\s\S]*?<\/text>/g, ''), { scale: 1 });
    expect(withText.length).toBeGreaterThan(withoutText.length * 1.5);
  });
});
