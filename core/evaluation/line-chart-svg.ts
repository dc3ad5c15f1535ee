/** Curves over steps as SVG: the raw values thin, their running mean strong. */
import { decimal, escapeMarkup, px } from './svg.ts';
import { THEMES, type Theme, type ThemeName } from './theme.ts';
import { niceRange, niceTicks, type Ticks } from './ticks.ts';

/** One curve. Points lie at rising steps; a value that is not finite is a gap. */
export type ChartSeries = { name: string; steps: readonly number[]; values: readonly number[] };

/** What a chart shows. */
export type LineChart = {
  title: string;
  /** Under the horizontal and left of the vertical axis. */
  stepLabel: string;
  valueLabel: string;
  /** One or two curves on the same axes. */
  series: readonly ChartSeries[];
  theme?: ThemeName;
  /** Draw the raw values behind the running mean; default true. */
  showRaw?: boolean;
};

const WIDTH_PX = 760;
const HEIGHT_PX = 300;
const PLOT = { left: 64, right: WIDTH_PX - 20, top: 48, bottom: HEIGHT_PX - 46 };
const VALUE_TICKS = 5;
const STEP_TICKS = 8;
/** Points a curve keeps: one low and one high a column of pixels is all that can be seen. */
const COLUMNS = PLOT.right - PLOT.left;

/** A curve chart as a complete SVG document. Long curves are thinned to what a pixel column can show. */
export function drawLineChart(chart: LineChart): string {
  const theme = THEMES[chart.theme ?? 'light'];
  const axes = axesOf(chart.series);
  const colours = [theme.accent, theme.second];
  const curves = chart.series.flatMap((series, i) => {
    const colour = colours[i % colours.length]!;
    const raw = chart.showRaw === false ? '' : curve(thinRange(series), axes, colour, 1, 0.32);
    return [raw, curve(thin(smoothed(series)), axes, colour, 2.2, 1)];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_PX}" height="${HEIGHT_PX}" viewBox="0 0 ${WIDTH_PX} ${HEIGHT_PX}" role="img" aria-label="${escapeMarkup(chart.title)}" font-family="${theme.fontFamily}">`,
    `<rect width="${WIDTH_PX}" height="${HEIGHT_PX}" fill="${theme.background}"/>`,
    `<text x="${PLOT.left}" y="22" font-size="14" font-weight="bold" fill="${theme.ink}">${escapeMarkup(chart.title)}</text>`,
    legend(chart, theme, colours),
    grid(axes, theme),
    ...curves,
    axisLabels(chart, theme),
    '</svg>\n',
  ].join('\n');
}

/**
 * Mean of each point and its neighbours, as many before as behind (fewer near the ends), so that it neither lags nor
 * leans. Gaps stay gaps and are not counted. `reach`: neighbours on either side, default a fortieth of the points, at
 * least 1 and at most 200 (our choice).
 */
export function smoothed(
  series: ChartSeries,
  reach = Math.min(200, Math.max(1, Math.round(series.values.length / 40))),
): ChartSeries {
  const { values } = series;
  const sums = [0];
  const counts = [0];
  for (const [i, value] of values.entries()) {
    const isNumber = Number.isFinite(value);
    sums.push(sums[i]! + (isNumber ? value : 0));
    counts.push(counts[i]! + (isNumber ? 1 : 0));
  }
  const means = values.map((value, i) => {
    if (!Number.isFinite(value)) return Number.NaN;
    const side = Math.min(reach, i, values.length - 1 - i);
    const [from, to] = [i - side, i + side + 1];
    return (sums[to]! - sums[from]!) / (counts[to]! - counts[from]!);
  });
  return { ...series, values: means };
}

type Axes = { steps: { min: number; max: number }; values: { min: number; max: number } };
type Point = { step: number; value: number };

function axesOf(series: readonly ChartSeries[]): Axes {
  let stepMax = 1;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { steps, values } of series) {
    for (const step of steps) stepMax = Math.max(stepMax, step);
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return { steps: { min: 0, max: stepMax }, values: { min: 0, max: 1 } };
  if (high - low < 1e-9 * Math.max(1, Math.abs(high))) {
    low -= 0.5;
    high += 0.5;
  }
  return { steps: { min: 0, max: stepMax }, values: niceRange(low, high, VALUE_TICKS) };
}

function xOf(step: number, { steps }: Axes): number {
  return PLOT.left + ((step - steps.min) / (steps.max - steps.min)) * (PLOT.right - PLOT.left);
}

function yOf(value: number, { values }: Axes): number {
  return PLOT.bottom - ((value - values.min) / (values.max - values.min)) * (PLOT.bottom - PLOT.top);
}

/** All points where there are few; else the lowest and the highest of each column, in their order. */
function thinRange(series: ChartSeries): Point[] {
  return thinBy(series, (points) => {
    let low = points[0]!;
    let high = points[0]!;
    for (const point of points) {
      if (point.value < low.value) low = point;
      if (point.value > high.value) high = point;
    }
    return low.step <= high.step ? [low, high] : [high, low];
  });
}

/** All points where there are few; else the last of each column. */
function thin(series: ChartSeries): Point[] {
  return thinBy(series, (points) => [points.at(-1)!]);
}

function thinBy({ steps, values }: ChartSeries, choose: (points: Point[]) => Point[]): Point[] {
  const points = steps.map((step, i) => ({ step, value: values[i]! }));
  if (points.length <= COLUMNS) return points;
  const first = points[0]!.step;
  const perColumn = (points.at(-1)!.step - first) / COLUMNS;
  const columns = Map.groupBy(points, ({ step }) => Math.floor((step - first) / perColumn));
  return [...columns.values()].flatMap((column) => {
    const finite = column.filter(({ value }) => Number.isFinite(value));
    return finite.length === 0 ? [column[0]!] : choose(finite);
  });
}

function curve(points: readonly Point[], axes: Axes, colour: string, width: number, opacity: number): string {
  let path = '';
  let isOpen = false;
  for (const { step, value } of points) {
    if (Number.isFinite(value)) path += `${isOpen ? 'L' : 'M'}${px(xOf(step, axes))} ${px(yOf(value, axes))}`;
    isOpen = Number.isFinite(value);
  }
  if (path === '') return '';
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}" stroke-linejoin="round" stroke-linecap="round"/>`;
}

function grid(axes: Axes, theme: Theme): string {
  const valueTicks: Ticks = niceTicks(axes.values.min, axes.values.max, VALUE_TICKS);
  const stepTicks = niceTicks(axes.steps.min, axes.steps.max, STEP_TICKS).values.filter(Number.isInteger);
  const rows = valueTicks.values.map((value) => {
    const y = px(yOf(value, axes));
    return `<path d="M${PLOT.left} ${y}H${PLOT.right}" stroke="${theme.line}" stroke-width="0.8"/><text x="${PLOT.left - 8}" y="${px(yOf(value, axes) + 4)}" text-anchor="end" font-size="11" fill="${theme.muted}">${decimal(value, valueTicks.digits)}</text>`;
  });
  const columns = stepTicks.map((step) => {
    const x = px(xOf(step, axes));
    return `<path d="M${x} ${PLOT.bottom}v5" stroke="${theme.muted}"/><text x="${x}" y="${PLOT.bottom + 18}" text-anchor="middle" font-size="11" fill="${theme.muted}">${step}</text>`;
  });
  const base = `<path d="M${PLOT.left} ${PLOT.bottom}H${PLOT.right}" stroke="${theme.muted}"/>`;
  return [...rows, base, ...columns].join('\n');
}

function axisLabels({ stepLabel, valueLabel }: LineChart, theme: Theme): string {
  const middle = (PLOT.top + PLOT.bottom) / 2;
  return [
    `<text x="${(PLOT.left + PLOT.right) / 2}" y="${HEIGHT_PX - 8}" text-anchor="middle" font-size="11" fill="${theme.muted}">${escapeMarkup(stepLabel)}</text>`,
    `<text transform="translate(16 ${middle}) rotate(-90)" text-anchor="middle" font-size="11" fill="${theme.muted}">${escapeMarkup(valueLabel)}</text>`,
  ].join('\n');
}

/** Names of the curves at the right end of the title's line, in their colours, with a stroke each. */
function legend({ series, showRaw }: LineChart, theme: Theme, colours: readonly string[]): string {
  const entries = series.map(({ name }, i) => {
    const y = 18 + i * 16;
    const right = PLOT.right;
    return `<path d="M${right - 22} ${y - 4}h22" stroke="${colours[i % colours.length]}" stroke-width="2.2"/><text x="${right - 28}" y="${y}" text-anchor="end" font-size="11" fill="${theme.muted}">${escapeMarkup(name)}${showRaw === false ? '' : ', running mean over raw'}</text>`;
  });
  return entries.join('\n');
}
