/** Curves of runs as lines of charts: which chart shows what, in which colour and dash, over which axis. */
import type { AlignedData } from 'uplot';
import { CURVE_NAMES, type CurveColumns, type CurveName, type RunCurves } from '../../core/domain/curves.ts';
import type { ValidationRow } from '../../core/domain/run.ts';

/** What the charts run over: steps, time spent in steps, epochs. */
export type CurveAxis = 'step' | 'time' | 'epoch';

type HeldOut = 'recallAt1' | 'recallAt5' | 'chanceAt1' | 'gap' | 'sameClip' | 'otherClip';

/** A chart: the curves it shows of one run; of several runs it shows the first only. */
export type CurveChartKind = {
  title: string;
  curves: readonly { label: string; name: CurveName | HeldOut }[];
};

/** All charts, in their order on the page. One whose curves a run lacks is left out. */
export const CURVE_CHARTS: readonly CurveChartKind[] = [
  {
    title: 'Loss',
    curves: [
      { label: 'loss', name: 'loss' },
      { label: 'video–audio', name: 'lossCross' },
      { label: 'video–video', name: 'lossVideo' },
      { label: 'audio–audio', name: 'lossAudio' },
    ],
  },
  {
    title: 'Held-out retrieval',
    curves: [
      { label: 'R@1', name: 'recallAt1' },
      { label: 'R@5', name: 'recallAt5' },
      { label: 'chance', name: 'chanceAt1' },
    ],
  },
  {
    title: 'Language gap',
    curves: [
      { label: 'gap', name: 'gap' },
      { label: 'same clip', name: 'sameClip' },
      { label: 'other clips', name: 'otherClip' },
    ],
  },
  {
    title: 'Similarity within a batch',
    curves: [
      { label: 'matching', name: 'positiveSimilarity' },
      { label: 'others', name: 'negativeSimilarity' },
    ],
  },
  { title: 'Learning rate', curves: [{ label: 'rate', name: 'learningRate' }] },
  { title: 'Gradient norm', curves: [{ label: 'L2 norm', name: 'gradientNorm' }] },
  { title: 'Speed', curves: [{ label: 'clips/s', name: 'clipsPerSec' }] },
  { title: 'Waiting for data', curves: [{ label: 'share', name: 'waitShare' }] },
  { title: 'Temperature', curves: [{ label: 'temperature', name: 'temperature' }] },
];

/** What has to be asked for when runs are compared: the first curve of each chart, and the axis. */
export function comparedSeries(axis: CurveAxis): CurveName[] {
  const first = CURVE_CHARTS.map(({ curves }) => curves[0]?.name);
  return CURVE_NAMES.filter((name) => first.includes(name) || name === 'elapsedSec' || name === axis);
}

/** Colours that stay apart for colour-blind eyes; beyond them the dash tells runs apart. */
const LIGHT = ['#0072b2', '#c25400', '#00795a', '#a8437f', '#8a6d00', '#2f7fb8', '#5b4fa8', '#555555'];
const DARK = ['#56b4e9', '#e69f00', '#2fc49a', '#e59bc4', '#f0e442', '#9aa8ff', '#ff8f5a', '#c8c8c8'];
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

/** Colour and dash of the i-th of several lines; the first 32 differ. */
export function lineLook(
  i: number,
  isDark: boolean,
  isCompared: boolean,
): { colour: string; dash: number[] } {
  const colours = isDark ? DARK : LIGHT;
  // Lines of one run are few: each has a dash of its own as well as a colour.
  const dash = isCompared ? Math.floor(i / colours.length) : i;
  return { colour: colours[i % colours.length]!, dash: [...DASHES[dash % DASHES.length]!] };
}

/** A line of a chart. `y`: null is a gap. */
export type CurveLine = {
  label: string;
  colour: string;
  dash: number[];
  x: number[];
  y: (number | null)[];
  smooth: (number | null)[] | null;
};

/** The lines of a chart for the given runs; a run's name is the label where there are several. */
export function linesOf(
  chart: CurveChartKind,
  runs: readonly { curves: RunCurves; place: number }[],
  look: { axis: CurveAxis; isDark: boolean; isCompared: boolean },
): CurveLine[] {
  const curves = look.isCompared ? chart.curves.slice(0, 1) : chart.curves;
  return runs.flatMap(({ curves: run, place }) => {
    const toX = axisOf(run, look.axis);
    return curves.flatMap(({ label, name }, i): CurveLine[] => {
      const found = run.series.find((one) => one.name === name) ?? heldOut(run.validation, name as HeldOut);
      if (found === null) return [];
      return [
        {
          label: look.isCompared ? run.runId : label,
          ...lineLook(look.isCompared ? place : i, look.isDark, look.isCompared),
          x: found.steps.map(toX),
          y: found.values,
          smooth: found.smooth ?? null,
        },
      ];
    });
  });
}

function heldOut(
  rows: readonly ValidationRow[],
  name: HeldOut,
): Pick<CurveColumns, 'steps' | 'values' | 'smooth'> | null {
  const known = rows.filter((row) => typeof row[name] === 'number');
  if (known.length === 0) return null;
  return { steps: known.map(({ step }) => step), values: known.map((row) => row[name]) };
}

/** From a step to its place on the axis; between shown steps it is interpolated. */
export function axisOf(run: RunCurves, axis: CurveAxis): (step: number) => number {
  const found = columnOf(run, axis);
  return found === null ? (step) => step : (step) => interpolate(found.steps, found.values, step);
}

/** From a place on the axis back to a step. */
export function stepAt(run: RunCurves, axis: CurveAxis, x: number): number {
  const found = columnOf(run, axis);
  return found === null ? x : interpolate(found.values, found.steps, x);
}

function columnOf(run: RunCurves, axis: CurveAxis): { steps: number[]; values: number[] } | null {
  if (axis === 'step') return null;
  const found = run.series.find(({ name }) => name === (axis === 'time' ? 'elapsedSec' : 'epoch'));
  if (found === undefined) return null;
  return { steps: found.steps, values: found.values.map((value) => value ?? 0) };
}

/** Both columns rise; beyond their ends the end counts. */
function interpolate(from: readonly number[], to: readonly number[], at: number): number {
  let low = 0;
  let high = from.length - 1;
  if (high < 0 || at <= from[0]!) return to[0] ?? 0;
  if (at >= from[high]!) return to[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle]! <= at) low = middle;
    else high = middle;
  }
  const span = from[high]! - from[low]!;
  return span === 0 ? to[low]! : to[low]! + ((at - from[low]!) / span) * (to[high]! - to[low]!);
}

/** Most places on the axis of one chart; lines with more of them share buckets that keep each line's extremes. */
const MOST_PLACES = 3000;

/** Columns as uPlot takes them, all over one axis; `undefined`: the line has no point there and goes on. */
export function alignLines(
  columns: readonly { x: readonly number[]; y: readonly (number | null)[] }[],
): AlignedData {
  const places = [...new Set(columns.flatMap(({ x }) => x))].sort((a, b) => a - b);
  if (places.length <= MOST_PLACES) {
    const indexOf = new Map(places.map((x, i) => [x, i]));
    const filled = columns.map(({ x, y }) => {
      const column: (number | null | undefined)[] = new Array(places.length).fill(undefined);
      for (const [i, at] of x.entries()) column[indexOf.get(at)!] = y[i]!;
      return column;
    });
    return [places, ...filled];
  }
  const first = places[0]!;
  const buckets = MOST_PLACES / 2;
  const width = (places.at(-1)! - first) / buckets;
  const slots = Array.from({ length: MOST_PLACES }, (_, i) => first + ((i + 0.5) / 2) * width);
  const bucketOf = (x: number): number => Math.min(buckets - 1, Math.floor((x - first) / width));
  return [slots, ...columns.map((column) => intoSlots(column, bucketOf))];
}

function intoSlots(
  { x, y }: { x: readonly number[]; y: readonly (number | null)[] },
  bucketOf: (x: number) => number,
): (number | null | undefined)[] {
  const column: (number | null | undefined)[] = new Array(MOST_PLACES).fill(undefined);
  for (let i = 0; i < x.length; ) {
    const bucket = bucketOf(x[i]!);
    let least = -1;
    let most = -1;
    for (; i < x.length && bucketOf(x[i]!) === bucket; i += 1) {
      if (y[i] === null) continue;
      if (least < 0 || y[i]! < y[least]!) least = i;
      if (most < 0 || y[i]! > y[most]!) most = i;
    }
    if (least < 0) column[bucket * 2] = null;
    else {
      column[bucket * 2] = y[Math.min(least, most)]!;
      if (least !== most) column[bucket * 2 + 1] = y[Math.max(least, most)]!;
    }
  }
  return column;
}
