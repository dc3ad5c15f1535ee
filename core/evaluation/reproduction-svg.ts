/** The heatmaps of both arms side by side, over one colour scale and in one order of languages. */
import type { Arm, Reproduction } from '../domain/reproduction.ts';
import { FEWEST_CLIPS_FOR_A_CLAIM, HEATMAP_TEXTS, type LanguageMeasure, rangeOf } from './heatmap-measure.ts';
import { drawHeatmap } from './heatmap-svg.ts';
import { counted } from './report/words.ts';
import { escapeMarkup } from './svg.ts';
import { THEMES, type ThemeName } from './theme.ts';

/** The arms as they stand from left to right, with their names for people. */
export const ARM_NAMES: Readonly<Record<Arm, string>> = {
  'original-only': 'Trained on originals only',
  'dub-augmented': 'Trained with dubs',
};
const ARMS = Object.keys(ARM_NAMES) as Arm[];

const GAP_PX = 12;
const MARGIN_PX = 24;
const HEAD_PX = 68;

/**
 * Both heatmaps of the means over the seeds as one SVG document. `theme`: default `light`.
 */
export function drawReproduction(
  reproduction: Pick<Reproduction, 'means' | 'seeds' | 'clipCount'>,
  { measure, theme = 'light' }: { measure: LanguageMeasure; theme?: ThemeName },
): string {
  const { means, seeds, clipCount } = reproduction;
  const range = rangeOf(
    ARMS.flatMap((arm) => means[arm].matrix),
    measure,
    FEWEST_CLIPS_FOR_A_CLAIM,
  );
  const subtitle = `mean of ${counted(seeds.length, 'run')} · ${counted(clipCount, 'held-out clip')}`;
  const pictures = ARMS.map((arm) =>
    drawHeatmap(means[arm], { measure, theme, range, heading: { title: ARM_NAMES[arm], subtitle }, id: arm }),
  );
  const sizes = pictures.map(sizeOf);
  const width = sizes.reduce((sum, size) => sum + size.width, GAP_PX * (sizes.length - 1));
  const height = HEAD_PX + Math.max(...sizes.map((size) => size.height));
  const { background, ink, muted, fontFamily } = THEMES[theme];
  const { title, subtitle: what } = HEATMAP_TEXTS[measure];
  let left = 0;
  const placed = pictures.map((picture, i) => {
    const x = left;
    left += sizes[i]!.width + GAP_PX;
    return picture.replace('<svg ', `<svg x="${x}" y="${HEAD_PX}" `);
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(`${title}: ${ARMS.map((arm) => ARM_NAMES[arm]).join('; ')}`)}" font-family="${fontFamily}">`,
    `<rect width="${width}" height="${height}" fill="${background}"/>`,
    `<text x="${MARGIN_PX}" y="38" font-size="20" font-weight="bold" fill="${ink}">${escapeMarkup(title)}</text>`,
    `<text x="${MARGIN_PX}" y="59" font-size="13" fill="${muted}">${escapeMarkup(`${what}; one colour scale for both pictures.`)}</text>`,
    ...placed,
    '</svg>\n',
  ].join('\n');
}

/** Width and height that one of our own drawings names in its first tag, px. */
function sizeOf(svg: string): { width: number; height: number } {
  const [, width, height] = /^<svg [^>]*?width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  return { width: Number(width), height: Number(height) };
}
