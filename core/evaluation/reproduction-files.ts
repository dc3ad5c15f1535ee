/** Writes a comparison as files that stand alone. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reproduction } from '../domain/reproduction.ts';
import { atomicWrite } from '../files/atomic-write.ts';
import { csvTable } from './csv.ts';
import { renderPng } from './heatmap-png.ts';
import type { WrittenReport } from './report.ts';
import { reproductionPage } from './reproduction-page.ts';
import { drawReproduction } from './reproduction-svg.ts';

/**
 * Writes reproduction.html, the heatmaps of same clips and of the gap as SVG and PNG, reproduction.csv (one row a run)
 * and reproduction.json into `folder`, which is made when missing. Files of the same names are replaced, each whole or
 * not at all.
 * @throws what the file system throws (ENOSPC, EACCES ...).
 */
export async function writeReproduction(
  folder: string,
  reproduction: Reproduction,
  words: { projectName: string; commands: readonly string[] },
): Promise<WrittenReport> {
  await mkdir(folder, { recursive: true });
  const contents = new Map<string, string | Uint8Array>();
  for (const [name, measure] of [
    ['same-clip', 'sameClip'],
    ['gap', 'gap'],
  ] as const) {
    const svg = drawReproduction(reproduction, { measure });
    contents.set(`heatmaps-${name}.svg`, svg);
    contents.set(`heatmaps-${name}.png`, await renderPng(svg));
  }
  contents.set('reproduction.csv', reproductionCsv(reproduction));
  contents.set('reproduction.json', `${JSON.stringify(reproduction, null, 2)}\n`);
  // The page comes last: when it is there, so is what it speaks of.
  contents.set('reproduction.html', reproductionPage(reproduction, words));
  const files: string[] = [];
  for (const [name, content] of contents) {
    const path = join(folder, name);
    await atomicWrite(path, content);
    files.push(path);
  }
  return { folder, htmlPath: join(folder, 'reproduction.html'), files };
}

/** reproduction.csv: one row a run. */
export function reproductionCsv({ seeds }: Pick<Reproduction, 'seeds'>): string {
  const sounds = ['dubs', 'originals'] as const;
  const measures = ['recallAt1', 'recallAt5', 'medianRank', 'meanReciprocalRank'] as const;
  const names = ['recall_at_1', 'recall_at_5', 'median_rank', 'mean_reciprocal_rank'];
  const heading = [
    'seed',
    'strategy',
    'run',
    'evaluation',
    'same_clip_mean_cosine',
    'other_clip_mean_cosine',
    'gap',
    ...sounds.flatMap((sound) => names.map((name) => `${sound}_${name}`)),
  ];
  const rows = seeds.flatMap(({ seed, originalOnly, dubAugmented }) =>
    [
      { strategy: 'original-only', ...originalOnly },
      { strategy: 'dub-augmented', ...dubAugmented },
    ].map(({ strategy, runId, evaluationId, figures }) => [
      seed,
      strategy,
      runId,
      evaluationId,
      figures.sameClip,
      figures.otherClip,
      figures.gap,
      ...sounds.flatMap((sound) => measures.map((measure) => figures[sound][measure])),
    ]),
  );
  return csvTable([heading, ...rows]);
}
