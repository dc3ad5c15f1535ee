/** A small drawing with one or two lines, a part that is marked, and words: what a check sees, for its documentation. */
import { escapeMarkup, px, textWidthPx } from '../../core/evaluation/svg.ts';
import { THEMES } from '../../core/evaluation/theme.ts';
import { niceTicks } from '../../core/evaluation/ticks.ts';

/** A line; points beyond the picture are cut off. */
export type Line = { name: string; x: readonly number[]; y: readonly number[] };

/** What is drawn. */
export type Picture = {
  title: string;
  x: { label: string; min: number; max: number };
  y: { label: string; min: number; max: number };
  /** The original, or the only one, comes first. */
  lines: readonly Line[];
  /** Marked parts of the x axis. */
  bands?: readonly { from: number; to: number; text: string }[];
  /** Points with words beside them. */
  points?: readonly { x: number; y: number; text: string }[];
  /** Draw dots instead of lines. */
  dots?: boolean;
};

const WIDTH = 720;
const HEIGHT = 250;
const PLOT = { left: 66, right: WIDTH - 18, top: 62, bottom: HEIGHT - 44 };
const X_TICKS = 8;
const Y_TICKS = 4;
/** One low and one high for each of these is all that can be seen. */
const COLUMNS = 320;
const theme = THEMES.light;
const COLOURS = [theme.muted, theme.accent, theme.second];
const WRONG = theme.second;

/** The picture as a complete SVG document. */
export function drawPicture(picture: Picture): string {
  const at = scalesOf(picture);
  const { lines, title } = picture;
  const colours = lines.length === 1 ? [theme.accent] : COLOURS;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeMarkup(title)}" font-family="${theme.fontFamily}" font-size="12">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${theme.background}"/>`,
    text(PLOT.left, 20, title, { size: 14, bold: true }),
    legend(lines, colours),
    ...(picture.bands ?? []).map((band) => drawBand(band, at)),
    axes(picture, at),
    '<clipPath id="plot">',
    `<rect x="${PLOT.left}" y="${PLOT.top}" width="${PLOT.right - PLOT.left}" height="${PLOT.bottom - PLOT.top}"/>`,
    '</clipPath>',
    ...lines.map((line, i) => drawLine(line, colours[i % colours.length]!, at, picture.dots === true)),
    ...(picture.bands ?? []).map(({ from, to, text: words }) =>
      text((at.x(from) + at.x(to)) / 2, PLOT.top + 14, words, { fill: WRONG, anchor: 'middle', bold: true }),
    ),
    ...(picture.points ?? []).map((point) => drawPoint(point, at)),
    '</svg>\n',
  ].join('\n');
}

type Scales = { x: (value: number) => number; y: (value: number) => number };

function scalesOf({ x, y }: Picture): Scales {
  return {
    x: (value) => PLOT.left + ((value - x.min) / (x.max - x.min)) * (PLOT.right - PLOT.left),
    y: (value) => PLOT.bottom - ((value - y.min) / (y.max - y.min)) * (PLOT.bottom - PLOT.top),
  };
}

function axes({ x, y }: Picture, at: Scales): string {
  const rows = niceTicks(y.min, y.max, Y_TICKS);
  const columns = niceTicks(x.min, x.max, X_TICKS);
  return [
    ...rows.values.map(
      (value) =>
        `<path d="M${PLOT.left} ${px(at.y(value))}H${PLOT.right}" stroke="${theme.line}"/>${text(PLOT.left - 8, at.y(value) + 4, value.toFixed(rows.digits), { anchor: 'end', fill: theme.muted })}`,
    ),
    ...columns.values.map((value) =>
      text(at.x(value), PLOT.bottom + 17, value.toFixed(columns.digits), {
        anchor: 'middle',
        fill: theme.muted,
      }),
    ),
    text((PLOT.left + PLOT.right) / 2, HEIGHT - 8, x.label, { anchor: 'middle', fill: theme.muted }),
    `<g transform="translate(16 ${(PLOT.top + PLOT.bottom) / 2}) rotate(-90)">${text(0, 0, y.label, { anchor: 'middle', fill: theme.muted })}</g>`,
  ].join('\n');
}

function legend(lines: readonly Line[], colours: readonly string[]): string {
  let left = PLOT.left;
  return lines
    .map(({ name }, i) => {
      const mark = `<rect x="${px(left)}" y="36" width="16" height="4" fill="${colours[i % colours.length]}"/>`;
      const words = text(left + 22, 42, name, { fill: theme.ink });
      left += 22 + textWidthPx(name, 12) + 22;
      return mark + words;
    })
    .join('');
}

function drawLine(line: Line, colour: string, at: Scales, asDots: boolean): string {
  if (asDots) {
    return line.x
      .map((x, i) => `<circle cx="${px(at.x(x))}" cy="${px(at.y(line.y[i]!))}" r="4.5" fill="${colour}"/>`)
      .join('');
  }
  const { x, y } = thinned(line);
  const d = x.map((value, i) => `${i === 0 ? 'M' : 'L'}${at.x(value).toFixed(1)} ${at.y(y[i]!).toFixed(1)}`);
  return `<path clip-path="url(#plot)" d="${d.join('')}" fill="none" stroke="${colour}" stroke-width="1.4" stroke-linejoin="round"/>`;
}

/** The lowest and the highest of each column, in their order. */
function thinned({ name, x, y }: Line): Line {
  const step = Math.ceil(x.length / COLUMNS);
  if (step <= 2) return { name, x, y };
  const kept: number[] = [];
  for (let from = 0; from < x.length; from += step) {
    let [low, high] = [from, from];
    for (let i = from; i < Math.min(x.length, from + step); i += 1) {
      if (y[i]! < y[low]!) low = i;
      if (y[i]! > y[high]!) high = i;
    }
    kept.push(...(low === high ? [low] : [Math.min(low, high), Math.max(low, high)]));
  }
  return { name, x: kept.map((i) => x[i]!), y: kept.map((i) => y[i]!) };
}

function drawBand({ from, to }: { from: number; to: number }, at: Scales): string {
  const width = Math.max(2, at.x(to) - at.x(from));
  return `<rect x="${px(at.x(from))}" y="${PLOT.top}" width="${px(width)}" height="${PLOT.bottom - PLOT.top}" fill="${WRONG}" opacity="0.13"/>`;
}

function drawPoint({ x, y, text: words }: { x: number; y: number; text: string }, at: Scales): string {
  const isRight = at.x(x) > (PLOT.left + PLOT.right) / 2;
  const circle = `<circle cx="${px(at.x(x))}" cy="${px(at.y(y))}" r="5" fill="none" stroke="${WRONG}" stroke-width="2"/>`;
  const place = at.x(x) + (isRight ? -10 : 10);
  return (
    circle + text(place, at.y(y) + 4, words, { anchor: isRight ? 'end' : 'start', fill: WRONG, bold: true })
  );
}

function text(
  x: number,
  y: number,
  words: string,
  a: { size?: number; bold?: boolean; fill?: string; anchor?: 'start' | 'middle' | 'end' } = {},
): string {
  const { size = 12, bold = false, fill = theme.ink, anchor = 'start' } = a;
  return `<text x="${px(x)}" y="${px(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${bold ? ' font-weight="bold"' : ''}>${escapeMarkup(words)}</text>`;
}
