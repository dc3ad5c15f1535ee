/** A language × language heatmap as a picture that can stand in a paper; and how every other heatmap is drawn. */
import type { EvaluationResult } from '../domain/evaluation.ts';
import type { HeatmapCell, HeatmapLabel, HeatmapPicture } from '../domain/heatmap.ts';
import { languagesPicture } from './heatmap-kinds.ts';
import * as at from './heatmap-layout.ts';
import { type HeatmapLayout, layoutHeatmap } from './heatmap-layout.ts';
import type { LanguageMeasure } from './heatmap-measure.ts';
import { colourPicture } from './heatmap-picture.ts';
import { decimal, escapeMarkup, px } from './svg.ts';
import { THEMES, type Theme, type ThemeName } from './theme.ts';

/** How a heatmap is drawn. */
export type HeatmapOptions = {
  measure: LanguageMeasure;
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
  picture: HeatmapPicture;
  theme: Theme;
  layout: HeatmapLayout;
  /** Makes the names of gradient and pattern differ between pictures of one page. */
  idPrefix: string;
};

/**
 * Languages by languages as a complete SVG document. Cells with fewer than `fewestClips` common clips are hatched
 * and have no part in the scale, nor has the diagonal where it is fixed by definition.
 */
export function drawHeatmap(result: EvaluationResult, options: HeatmapOptions): string {
  const plain = languagesPicture(result, options.measure, options.fewestClips);
  const { heading } = options;
  const headed =
    heading === undefined ? plain : { ...plain, title: heading.title, subtitles: [heading.subtitle] };
  return drawPicture(colourPicture(headed, { range: options.range }), options);
}

/**
 * A heatmap as a complete SVG document: names on both axes, numbers in the cells where they fit, a colour bar, and
 * all numbers of a cell as its tooltip. `theme`: default `light`.
 */
export function drawPicture(
  picture: HeatmapPicture,
  { theme = 'light', id }: { theme?: ThemeName; id?: string } = {},
): string {
  const layout = layoutHeatmap(picture, picture);
  const drawing: Drawing = {
    picture,
    theme: THEMES[theme],
    layout,
    idPrefix: ['dubscope', picture.measure ?? picture.kind, theme, id]
      .filter((part) => part !== undefined)
      .join('-'),
  };
  const { width, height } = layout;
  const label = escapeMarkup(`${picture.title}. ${picture.subtitles[0] ?? ''}.`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}" font-family="${drawing.theme.fontFamily}">`,
    definitions(drawing),
    `<rect width="${width}" height="${height}" fill="${drawing.theme.background}"/>`,
    headline(drawing),
    columnLabels(drawing),
    rowLabels(drawing),
    ...picture.cells.map((cell, index) => drawCell(drawing, cell, index)),
    colourBar(drawing),
    notes(drawing),
    '</svg>\n',
  ].join('\n');
}

function definitions({ picture, theme, idPrefix }: Drawing): string {
  const last = Math.max(1, picture.bar.length - 1);
  const stops = picture.bar.map(
    (colour, i) => `<stop offset="${px((i / last) * 100)}%" stop-color="${colour}"/>`,
  );
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

function columnLabels({ picture, layout, theme }: Drawing): string {
  const bottom = layout.top - 8;
  return picture.columns
    .map((label, column) => {
      const middle = layout.left + (column + 0.5) * layout.cell;
      if (layout.slanted) {
        const turn = `transform="translate(${px(middle)} ${px(bottom)}) rotate(${-at.SLANT_DEGREES})"`;
        return `<text ${turn} font-size="${layout.labelPx}" fill="${theme.ink}">${inlineLabel(label, layout, theme)}</text>`;
      }
      const extra = 'text-anchor="middle"';
      const { first, second } = labelLines(label);
      return [
        text(first, { x: middle, y: bottom - 15, size: layout.labelPx, fill: theme.ink, extra }),
        text(second, {
          x: middle,
          y: first === '' ? bottom - 4 : bottom,
          size: layout.labelPx - 2,
          fill: theme.muted,
          extra,
        }),
      ].join('');
    })
    .join('\n');
}

function rowLabels({ picture, layout, theme }: Drawing): string {
  const x = layout.left - 12;
  const extra = 'text-anchor="end"';
  return picture.rows
    .map((label, row) => {
      const middle = layout.top + (row + 0.5) * layout.cell;
      if (layout.slanted) {
        return `<text x="${px(x)}" y="${px(middle + 4)}" ${extra} font-size="${layout.labelPx}" fill="${theme.ink}">${inlineLabel(label, layout, theme)}</text>`;
      }
      const { first, second } = labelLines(label);
      return [
        text(first, { x, y: middle - 1, size: layout.labelPx, fill: theme.ink, extra }),
        text(second, {
          x,
          y: middle + (first === '' ? 4 : 14),
          size: layout.labelPx - 2,
          fill: theme.muted,
          extra,
        }),
      ].join('');
    })
    .join('\n');
}

function drawCell(drawing: Drawing, cell: HeatmapCell, index: number): string {
  const { picture, layout, theme, idPrefix } = drawing;
  const count = picture.columns.length;
  const x = layout.left + (index % count) * layout.cell + layout.gap / 2;
  const y = layout.top + Math.floor(index / count) * layout.cell + layout.gap / 2;
  const side = layout.cell - layout.gap;
  const { value, colour, isFew, ink } = cell;
  const fill = colour ?? (isFew ? `url(#${idPrefix}-few)` : theme.panel);
  const stroke = colour === null ? ` stroke="${theme.line}"` : '';
  const shape = `<rect x="${px(x)}" y="${px(y)}" width="${px(side)}" height="${px(side)}" rx="${layout.cornerRadius}" fill="${fill}"${stroke}/>`;
  const number =
    layout.numberPx === 0
      ? ''
      : text(value === null ? '–' : numberText(value, picture), {
          x: x + side / 2,
          y: y + side / 2 + layout.numberPx * 0.36,
          size: layout.numberPx,
          fill: ink ?? theme.muted,
          extra: `text-anchor="middle"${isFew ? ` paint-order="stroke" stroke="${theme.panel}" stroke-width="4"` : ''}`,
        });
  return `<g><title>${escapeMarkup(cell.lines.join('\n'))}</title>${shape}${number}</g>`;
}

/** A number of a cell as it stands in the cell; shares in percent. */
function numberText(value: number, { isShare, digits }: HeatmapPicture): string {
  return decimal(isShare ? 100 * value : value, digits);
}

/** Nothing where no cell has a colour. */
function colourBar(drawing: Drawing): string {
  const { picture, layout, theme, idPrefix } = drawing;
  const { range, ticks } = picture;
  if (!picture.cells.some(({ colour }) => colour !== null)) return '';
  const height = Math.max(at.SHORTEST_BAR_PX, layout.cell * picture.rows.length - layout.gap);
  const top = layout.top + layout.gap / 2;
  const right = layout.barLeft + at.BAR_WIDTH_PX;
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
    `<text transform="translate(${px(labelX)} ${px(middle)}) rotate(-90)" text-anchor="middle" font-size="11" fill="${theme.muted}">${escapeMarkup(picture.unit)}</text>`,
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

/** A name with its tag below it; a name alone stands where the tag would. */
function labelLines({ name, tag }: HeatmapLabel): { first: string; second: string } {
  return tag === null ? { first: '', second: name } : { first: name, second: tag };
}

function inlineLabel({ name, tag }: HeatmapLabel, layout: HeatmapLayout, theme: Theme): string {
  const tagSpan = (text: string): string =>
    `<tspan font-size="${layout.labelPx - 2}" fill="${theme.muted}">${escapeMarkup(text)}</tspan>`;
  return tag === null ? tagSpan(name) : `${escapeMarkup(name)} ${tagSpan(tag)}`;
}

function text(
  content: string,
  { x, y, size, fill, extra = '' }: { x: number; y: number; size: number; fill: string; extra?: string },
): string {
  if (content === '') return '';
  return `<text x="${px(x)}" y="${px(y)}" font-size="${size}" fill="${fill}"${extra === '' ? '' : ` ${extra}`}>${escapeMarkup(content)}</text>`;
}
