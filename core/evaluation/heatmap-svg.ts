/** The language × language matrix as a picture that can stand in a paper. */
import type { EvaluationResult, LanguageCell } from '../domain/evaluation.ts';
import { languageName } from '../domain/language-tag.ts';
import { inkOn, scaleColour } from './colour-scale.ts';
import * as at from './heatmap-layout.ts';
import { type HeatmapLayout, layoutHeatmap } from './heatmap-layout.ts';
import {
  BAR_TICKS,
  FEWEST_CLIPS_FOR_A_CLAIM,
  HEATMAP_TEXTS,
  type HeatmapMeasure,
  hasColour,
  headTexts,
  rangeOf,
} from './heatmap-measure.ts';
import { decimal, escapeMarkup, px } from './svg.ts';
import { THEMES, type Theme, type ThemeName } from './theme.ts';
import { niceTicks } from './ticks.ts';

/** How a heatmap is drawn. */
export type HeatmapOptions = {
  measure: HeatmapMeasure;
  /** Default `light`. */
  theme?: ThemeName;
  /** Ends of the colour scale, for pictures that are to be compared. Default: round numbers around the values. */
  range?: { min: number; max: number };
  /** Default FEWEST_CLIPS_FOR_A_CLAIM. */
  fewestClips?: number;
  /** Words above the picture. Default: what the measure is, and whose it is. */
  heading?: { title: string; subtitle: string };
  /** Tells apart several pictures of one measure on one page. */
  id?: string;
};

type Drawing = {
  result: EvaluationResult;
  measure: HeatmapMeasure;
  theme: Theme;
  layout: HeatmapLayout;
  range: { min: number; max: number };
  fewestClips: number;
  /** Makes the names of gradient and pattern differ between pictures of one page. */
  idPrefix: string;
};

/**
 * A heatmap as a complete SVG document: names and tags on both axes, numbers in the cells where they fit, a colour
 * bar, and the clips behind each number as its tooltip. Cells with fewer than `fewestClips` common clips are hatched
 * and have no part in the scale, nor has the diagonal where it is fixed by definition.
 */
export function drawHeatmap(result: EvaluationResult, options: HeatmapOptions): string {
  const { measure, theme = 'light', fewestClips = FEWEST_CLIPS_FOR_A_CLAIM } = options;
  const texts = headTexts(result, measure, fewestClips);
  const { heading } = options;
  const layout = layoutHeatmap(
    result.languages,
    heading === undefined ? texts : { ...texts, title: heading.title, subtitles: [heading.subtitle] },
  );
  const drawing: Drawing = {
    result,
    measure,
    theme: THEMES[theme],
    layout,
    range: options.range ?? rangeOf(result.matrix, measure, fewestClips),
    fewestClips,
    idPrefix: ['dubscope', measure, theme, options.id].filter((part) => part !== undefined).join('-'),
  };
  const { width, height } = layout;
  const label = escapeMarkup(`${HEATMAP_TEXTS[measure].title}. ${HEATMAP_TEXTS[measure].subtitle}.`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}" font-family="${drawing.theme.fontFamily}">`,
    definitions(drawing),
    `<rect width="${width}" height="${height}" fill="${drawing.theme.background}"/>`,
    headline(drawing),
    columnLabels(drawing),
    rowLabels(drawing),
    ...result.matrix.map((cell, index) => drawCell(drawing, cell, index)),
    colourBar(drawing),
    notes(drawing),
    '</svg>\n',
  ].join('\n');
}

function definitions({ theme, idPrefix }: Drawing): string {
  const stops = Array.from({ length: 33 }, (_, i) => {
    return `<stop offset="${px((i / 32) * 100)}%" stop-color="${scaleColour(i / 32)}"/>`;
  });
  return [
    '<defs>',
    `<linearGradient id="${idPrefix}-scale" x1="0" y1="1" x2="0" y2="0">${stops.join('')}</linearGradient>`,
    `<pattern id="${idPrefix}-few" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`,
    `<rect width="7" height="7" fill="${theme.panel}"/><rect width="1.6" height="7" fill="${theme.hatch}"/>`,
    '</pattern>',
    '</defs>',
  ].join('');
}

function headline({ layout, theme }: Drawing): string {
  let y = at.MARGIN_PX + at.TITLE_PX - 2;
  const lines: string[] = [];
  for (const line of layout.titleLines) {
    lines.push(
      text(line, { x: at.MARGIN_PX, y, size: at.TITLE_PX, fill: theme.ink, extra: 'font-weight="bold"' }),
    );
    y += at.TITLE_LINE_PX;
  }
  for (const line of layout.subtitleLines) {
    lines.push(text(line, { x: at.MARGIN_PX, y, size: at.SMALL_PX, fill: theme.muted }));
    y += at.SMALL_LINE_PX;
  }
  return lines.join('\n');
}

function columnLabels({ result, layout, theme }: Drawing): string {
  const bottom = layout.top - 8;
  return result.languages
    .map((tag, column) => {
      const middle = layout.left + (column + 0.5) * layout.cell;
      const name = nameOf(tag);
      if (layout.slanted) {
        const turn = `transform="translate(${px(middle)} ${px(bottom)}) rotate(${-at.SLANT_DEGREES})"`;
        return `<text ${turn} font-size="${layout.labelPx}" fill="${theme.ink}">${inlineLabel(name, tag, layout, theme)}</text>`;
      }
      const extra = 'text-anchor="middle"';
      const tagY = name === null ? bottom - 4 : bottom;
      return [
        text(name ?? '', { x: middle, y: bottom - 15, size: layout.labelPx, fill: theme.ink, extra }),
        text(tag, { x: middle, y: tagY, size: layout.labelPx - 2, fill: theme.muted, extra }),
      ].join('');
    })
    .join('\n');
}

function rowLabels({ result, layout, theme }: Drawing): string {
  const x = layout.left - 12;
  const extra = 'text-anchor="end"';
  return result.languages
    .map((tag, row) => {
      const middle = layout.top + (row + 0.5) * layout.cell;
      const name = nameOf(tag);
      if (layout.slanted) {
        return `<text x="${px(x)}" y="${px(middle + 4)}" ${extra} font-size="${layout.labelPx}" fill="${theme.ink}">${inlineLabel(name, tag, layout, theme)}</text>`;
      }
      return [
        text(name ?? '', { x, y: middle - 1, size: layout.labelPx, fill: theme.ink, extra }),
        text(tag, {
          x,
          y: middle + (name === null ? 4 : 14),
          size: layout.labelPx - 2,
          fill: theme.muted,
          extra,
        }),
      ].join('');
    })
    .join('\n');
}

function drawCell(drawing: Drawing, cell: LanguageCell, index: number): string {
  const { result, layout, theme, measure, fewestClips, range, idPrefix } = drawing;
  const count = result.languages.length;
  const x = layout.left + (index % count) * layout.cell + layout.gap / 2;
  const y = layout.top + Math.floor(index / count) * layout.cell + layout.gap / 2;
  const side = layout.cell - layout.gap;
  const value = cell[measure];
  const coloured = hasColour(cell, measure, fewestClips);
  const few = value === null || cell.clipCount < fewestClips;
  const colour = coloured ? scaleColour((value! - range.min) / (range.max - range.min)) : null;
  const fill = colour ?? (few ? `url(#${idPrefix}-few)` : theme.panel);
  const stroke = coloured ? '' : ` stroke="${theme.line}"`;
  const shape = `<rect x="${px(x)}" y="${px(y)}" width="${px(side)}" height="${px(side)}" rx="${layout.cornerRadius}" fill="${fill}"${stroke}/>`;
  const number =
    layout.numberPx === 0
      ? ''
      : text(value === null ? '–' : decimal(value, 2), {
          x: x + side / 2,
          y: y + side / 2 + layout.numberPx * 0.36,
          size: layout.numberPx,
          fill: colour === null ? theme.muted : inkOn(colour),
          extra: `text-anchor="middle"${few ? ` paint-order="stroke" stroke="${theme.panel}" stroke-width="4"` : ''}`,
        });
  return `<g>${tooltip(cell)}${shape}${number}</g>`;
}

function tooltip(cell: LanguageCell): string {
  const number = (value: number | null): string => (value === null ? 'not known' : decimal(value, 4));
  const pair = cell.a === cell.b ? fullName(cell.a) : `${fullName(cell.a)} and ${fullName(cell.b)}`;
  const lines = [
    pair,
    `same clip ${number(cell.sameClip)}`,
    `other clips ${number(cell.otherClip)}`,
    `gap ${number(cell.gap)}`,
    `n = ${cell.clipCount} clips`,
  ];
  return `<title>${escapeMarkup(lines.join('\n'))}</title>`;
}

/** Nothing where no cell has a colour. */
function colourBar(drawing: Drawing): string {
  const { result, layout, theme, range, measure, fewestClips, idPrefix } = drawing;
  if (!result.matrix.some((cell) => hasColour(cell, measure, fewestClips))) return '';
  const height = Math.max(120, layout.cell * result.languages.length - layout.gap);
  const top = layout.top + layout.gap / 2;
  const right = layout.barLeft + at.BAR_WIDTH_PX;
  const ticks = niceTicks(range.min, range.max, BAR_TICKS);
  const marks = ticks.values.map((value) => {
    const y = top + height * (1 - (value - range.min) / (range.max - range.min));
    return [
      `<path d="M${px(right)} ${px(y)}h5" stroke="${theme.muted}"/>`,
      text(decimal(value, ticks.digits), { x: right + 9, y: y + 4, size: 11, fill: theme.muted }),
    ].join('');
  });
  const labelX = right + 60;
  const middle = top + height / 2;
  return [
    `<rect x="${px(layout.barLeft)}" y="${px(top)}" width="${at.BAR_WIDTH_PX}" height="${px(height)}" fill="url(#${idPrefix}-scale)"/>`,
    ...marks,
    `<text transform="translate(${px(labelX)} ${px(middle)}) rotate(-90)" text-anchor="middle" font-size="11" fill="${theme.muted}">${escapeMarkup(HEATMAP_TEXTS[measure].unit)}</text>`,
  ].join('\n');
}

function notes({ layout, theme }: Drawing): string {
  const first = layout.height - at.MARGIN_PX - (layout.noteLines.length - 1) * at.SMALL_LINE_PX;
  return layout.noteLines
    .map((line, i) =>
      text(line, { x: at.MARGIN_PX, y: first + i * at.SMALL_LINE_PX, size: at.SMALL_PX, fill: theme.muted }),
    )
    .join('\n');
}

/** English name; null where there is none besides the tag. */
function nameOf(tag: string): string | null {
  const name = languageName(tag);
  return name === tag ? null : name;
}

function fullName(tag: string): string {
  const name = nameOf(tag);
  return name === null ? tag : `${name} (${tag})`;
}

function inlineLabel(name: string | null, tag: string, layout: HeatmapLayout, theme: Theme): string {
  const tagSpan = `<tspan font-size="${layout.labelPx - 2}" fill="${theme.muted}">${escapeMarkup(tag)}</tspan>`;
  return name === null ? tagSpan : `${escapeMarkup(name)} ${tagSpan}`;
}

function text(
  content: string,
  { x, y, size, fill, extra = '' }: { x: number; y: number; size: number; fill: string; extra?: string },
): string {
  if (content === '') return '';
  return `<text x="${px(x)}" y="${px(y)}" font-size="${size}" fill="${fill}"${extra === '' ? '' : ` ${extra}`}>${escapeMarkup(content)}</text>`;
}
