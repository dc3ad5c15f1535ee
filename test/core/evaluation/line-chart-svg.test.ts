import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { drawLineChart, smoothed } from '../../../core/evaluation/line-chart-svg.ts';
import { createRng } from '../../../core/rng.ts';

function series(values: number[], name = 'loss') {
  return { name, steps: values.map((_, i) => i + 1), values };
}

function pathsOf(svg: string): string[] {
  return [...svg.matchAll(/<path d="([^"]*)" fill="none"/g)].map(([, path]) => path!);
}

const AXES = { title: 'Loss', stepLabel: 'step', valueLabel: 'nats' };

describe('smoothed', () => {
  it('equals the mean of the neighbours on both sides, fewer near the ends', () => {
    const stream = createRng(1).stream('curve');
    const values = Array.from({ length: 50 }, () => stream.normal());
    const { values: means } = smoothed(series(values), 4);
    for (const [i, mean] of means.entries()) {
      const side = Math.min(4, i, 49 - i);
      const part = values.slice(i - side, i + side + 1);
      expect(mean).toBeCloseTo(part.reduce((sum, value) => sum + value, 0) / part.length, 10);
    }
  });

  it('keeps a straight line where it is', () => {
    const line = Array.from({ length: 30 }, (_, i) => 3 - 0.1 * i);
    for (const [i, value] of smoothed(series(line)).values.entries()) expect(value).toBeCloseTo(line[i]!, 10);
  });

  it('leaves gaps as they are and does not count them', () => {
    expect(smoothed(series([1, Number.NaN, 3, 5, 7]), 1).values).toEqual([1, Number.NaN, 4, 5, 7]);
  });
});

describe('drawLineChart', () => {
  it('draws the raw values and their mean', () => {
    const svg = drawLineChart({ ...AXES, series: [series([3, 2, 2.5, 1])] });
    expect(pathsOf(svg)).toHaveLength(2);
    expect(() => new Resvg(svg)).not.toThrow();
    expect(svg).toContain('nats');
  });

  it('lies lower where the value is lower', () => {
    const [raw] = pathsOf(drawLineChart({ ...AXES, series: [series([3, 1])] }));
    const [from, to] = [...raw!.matchAll(/ (-?[\d.]+)/g)].map(([, y]) => Number(y));
    expect(to).toBeGreaterThan(from!);
  });

  it('thins long curves but keeps their highest and lowest point', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 9000));
    values[50_123] = 40;
    const svg = drawLineChart({ ...AXES, series: [series(values)] });
    const [raw] = pathsOf(svg);
    const points = raw!.split(/[ML]/).filter((point) => point !== '');
    expect(points.length).toBeLessThan(2000);
    const heights = points.map((point) => Number(point.split(' ')[1]));
    const highest = points[heights.indexOf(Math.min(...heights))]!;
    expect(Math.min(...heights)).toBeLessThan(heights.toSorted((a, b) => a - b)[3]! - 100);
    expect(Number(highest.split(' ')[0])).toBeCloseTo(64 + (740 - 64) * 0.50124, 0);
  });

  it('breaks the line at values that are no numbers', () => {
    const [raw] = pathsOf(drawLineChart({ ...AXES, series: [series([1, 2, Number.NaN, 2, 1])] }));
    expect(raw!.match(/M/g)).toHaveLength(2);
  });

  it.each([
    ['nothing', []],
    ['one value', [2]],
    ['always the same value', [1, 1, 1]],
    ['no number at all', [Number.NaN, Number.POSITIVE_INFINITY]],
  ])('can draw %s', (_, values) => {
    const svg = drawLineChart({ ...AXES, series: [series(values)] });
    expect(() => new Resvg(svg)).not.toThrow();
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('lets nothing hostile through', () => {
    const svg = drawLineChart({ ...AXES, title: '<script>', series: [series([1, 2], '</text><script>')] });
    expect(svg).not.toContain('<script');
  });
});
