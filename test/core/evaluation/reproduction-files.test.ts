import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reproduction } from '../../../core/domain/reproduction.ts';
import { judgeReproduction } from '../../../core/evaluation/reproduction.ts';
import { reproductionCsv, writeReproduction } from '../../../core/evaluation/reproduction-files.ts';
import { drawReproduction } from '../../../core/evaluation/reproduction-svg.ts';
import { formatReproduction } from '../../../core/evaluation/reproduction-text.ts';
import { signed } from '../../../core/evaluation/reproduction-words.ts';
import { madeSeeds } from './reproduction-examples.ts';

const WEAK = { picture: 0.6, clip: 0.3, noise: 1, common: 0 };
const STRONG = { ...WEAK, picture: 1.6 };
let reproduction: Reproduction;
let folder = '';

beforeAll(async () => {
  reproduction = judgeReproduction(await madeSeeds(WEAK, STRONG));
  folder = await mkdtemp(join(tmpdir(), 'dubscope-reproduction-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Fills of the cells of each heatmap, and the numbers at each colour bar. */
function parts(svg: string): { cells: string[][]; ticks: string[][] } {
  const pictures = svg.split('<svg ').slice(2);
  return {
    cells: pictures.map((picture) =>
      [...picture.matchAll(/rx="4" fill="(#[0-9a-f]{6})"/g)].map(([, fill]) => fill!),
    ),
    ticks: pictures.map((picture) =>
      [...picture.matchAll(/<text [^>]*font-size="11"[^>]*>([\d.−]+)</g)].map(([, tick]) => tick!),
    ),
  };
}

describe('drawReproduction', () => {
  it.each(['sameClip', 'gap'] as const)('draws %s of both arms over one scale', (measure) => {
    const svg = drawReproduction(reproduction, { measure });
    const { ticks } = parts(svg);
    expect(ticks).toHaveLength(2);
    expect(ticks[0]!.length).toBeGreaterThan(2);
    expect(ticks[0]).toEqual(ticks[1]);
    const { width, height } = new Resvg(svg);
    expect(width).toBeGreaterThan(height);
    const names = [...svg.matchAll(/font-weight="bold"[^>]*>([^<]+)</g)].map(([, name]) => name);
    expect(names.slice(1)).toEqual(['Trained on originals only', 'Trained with dubs']);
    expect(svg.indexOf('>English<')).toBeLessThan(svg.indexOf('>German<'));
  });

  it('gives equal values equal colours in both pictures, and no id twice', () => {
    const { cells } = parts(
      drawReproduction(
        {
          ...reproduction,
          means: { ...reproduction.means, 'original-only': reproduction.means['dub-augmented'] },
        },
        { measure: 'gap' },
      ),
    );
    expect(cells[0]).toHaveLength(9);
    expect(cells[0]).toEqual(cells[1]);
    const different = parts(drawReproduction(reproduction, { measure: 'gap' })).cells;
    expect(different[0]).not.toEqual(different[1]);
    const svg = drawReproduction(reproduction, { measure: 'gap' });
    const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('writeReproduction', () => {
  it('writes a page that stands alone, pictures, and tables', async () => {
    const hostile = '<img src=x onerror="alert(1)">';
    const written = await writeReproduction(folder, reproduction, {
      projectName: hostile,
      commands: [hostile],
    });
    expect((await readdir(folder)).sort()).toEqual([
      'heatmaps-gap.png',
      'heatmaps-gap.svg',
      'heatmaps-same-clip.png',
      'heatmaps-same-clip.svg',
      'reproduction.csv',
      'reproduction.html',
      'reproduction.json',
    ]);
    const page = await readFile(written.htmlPath, 'utf8');
    expect(page).toContain(reproduction.line.replaceAll("'", '&#39;'));
    expect(page.match(/<svg /g)).toHaveLength(6);
    expect(page).not.toContain('<img');
    expect(page).not.toContain('undefined');
    expect(page).not.toContain('NaN');
    expect(page).not.toMatch(/(src|href)="(?!#)/);
    for (const { originalOnly, dubAugmented } of reproduction.seeds) {
      expect(page).toContain(`<td>${originalOnly.runId}</td>`);
      expect(page).toContain(`<td>${dubAugmented.runId}</td>`);
    }
    const json = JSON.parse(await readFile(join(folder, 'reproduction.json'), 'utf8')) as Reproduction;
    expect(json).toEqual(JSON.parse(JSON.stringify(reproduction)));
    const png = await readFile(join(folder, 'heatmaps-gap.png'));
    expect(png.readUInt32BE(16)).toBe(2 * new Resvg(await readFile(join(folder, 'heatmaps-gap.svg'))).width);
  });

  it('writes one row a run into the table', () => {
    const rows = reproductionCsv(reproduction).trimEnd().split('\r\n');
    expect(rows).toHaveLength(7);
    expect(rows[2]).toBe(
      [
        '0',
        'dub-augmented',
        'run-dub-augmented-0',
        'eval-dub-augmented-0',
        ...(({ sameClip, otherClip, gap, dubs, originals }) => [
          sameClip,
          otherClip,
          gap,
          ...[dubs, originals].flatMap((figures) => [
            figures.recallAt1,
            figures.recallAt5,
            figures.medianRank,
            figures.meanReciprocalRank,
          ]),
        ])(reproduction.seeds[0]!.dubAugmented.figures),
      ].join(','),
    );
  });
});

describe('formatReproduction', () => {
  it('shows every run, the means and the differences', () => {
    const text = formatReproduction(reproduction).join('\n');
    expect(text.match(/^\d +(original-only|dub-augmented)/gm)).toHaveLength(6);
    expect(text.match(/^mean /gm)).toHaveLength(2);
    expect(text).toContain(signed(reproduction.differences.dubRetrieval.mean));
  });
});

describe('signed', () => {
  it('writes a sign where there is a difference', () => {
    expect([0.1234, -0.1234, 0.0001, -0.0001, 0].map(signed)).toEqual([
      '+0.123',
      '−0.123',
      '0.000',
      '0.000',
      '0.000',
    ]);
  });
});
