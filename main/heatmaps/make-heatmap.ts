/** From what is wanted to a heatmap: the evaluation's files, the other evaluation it is held against, the colours. */
import { AppError } from '../../core/domain/errors.ts';
import { type Interval, type LanguageCell, PICTURE } from '../../core/domain/evaluation.ts';
import {
  type HeatmapMeasure,
  type HeatmapPicture,
  type HeatmapSpec,
  MEASURES_OF,
} from '../../core/domain/heatmap.ts';
import { breathe } from '../../core/evaluation/breathe.ts';
import type { UnitSums } from '../../core/evaluation/cell-sums.ts';
import {
  type DifferenceInterval,
  differenceInterval,
  differencePicture,
  pairedDraws,
} from '../../core/evaluation/heatmap-difference.ts';
import { languagesPicture, picturesPicture, retrievalPicture } from '../../core/evaluation/heatmap-kinds.ts';
import type { LanguageMeasure } from '../../core/evaluation/heatmap-measure.ts';
import { colourPicture, type PlainPicture, rangeOfCells } from '../../core/evaluation/heatmap-picture.ts';
import {
  type ClipVectors,
  clipPicture,
  type TitleMeasure,
  titleCells,
  titlesPicture,
} from '../../core/evaluation/heatmap-titles.ts';
import type { UnitFile } from '../../core/evaluation/unit-file.ts';
import type { EvaluationReader } from './evaluation-reader.ts';

/**
 * The heatmap that a request describes.
 * @throws AppError NOT_FOUND, ARGUMENT_INVALID; CKPT_DAMAGED for damaged files of an evaluation.
 */
export async function makeHeatmap(reader: EvaluationReader, spec: HeatmapSpec): Promise<HeatmapPicture> {
  const scale = spec.scale ?? 'own';
  const plain = await differenceOrPlain(reader, spec);
  if (spec.besideId !== undefined && spec.againstId === undefined) {
    const beside = await plainPicture(reader, { ...spec, evaluationId: spec.besideId });
    const range = rangeOfCells({ cells: [...plain.cells, ...beside.cells] }, scale);
    return colourPicture(plain, { range });
  }
  // Every page of titles has the scale of all of them.
  if (spec.kind === 'titles' && spec.againstId === undefined) {
    const cells = titleCells(
      reader.result(spec.evaluationId),
      reader.titles(spec.evaluationId),
      measureOf(spec) as TitleMeasure,
    );
    return colourPicture(plain, { range: rangeOfCells({ cells }, scale) });
  }
  return colourPicture(plain, { scale });
}

/** The measure of a spec. @throws AppError ARGUMENT_INVALID for one that its kind does not have. */
export function measureOf({ kind, measure }: Pick<HeatmapSpec, 'kind' | 'measure'>): HeatmapMeasure | null {
  const measures = MEASURES_OF[kind];
  if (measure === undefined) return measures[0] ?? null;
  if (measures.includes(measure)) return measure;
  throw new AppError(
    'ARGUMENT_INVALID',
    `A heatmap of ${kind} has no measure "${measure}" (${measures.join(', ') || 'it has none'}). Nothing was done.`,
  );
}

async function differenceOrPlain(reader: EvaluationReader, spec: HeatmapSpec): Promise<PlainPicture> {
  const plain = await plainPicture(reader, spec);
  const { againstId } = spec;
  if (againstId === undefined) return plain;
  // Rows of titles are matched by title, so all of the other's are needed.
  const other = await plainPicture(reader, { ...spec, evaluationId: againstId }, plain);
  const names = { of: spec.evaluationId, less: againstId };
  return differencePicture(plain, other, names, await intervalsOf(reader, spec, againstId, plain));
}

async function plainPicture(
  reader: EvaluationReader,
  spec: HeatmapSpec,
  like?: PlainPicture,
): Promise<PlainPicture> {
  const { evaluationId, kind } = spec;
  const measure = measureOf(spec);
  const result = reader.result(evaluationId);
  if (kind === 'languages') return languagesPicture(result, measure as LanguageMeasure);
  if (kind === 'pictures') return picturesPicture(result);
  if (kind === 'retrieval') return retrievalPicture(result);
  if (kind === 'clip') return oneClip(reader, spec);
  const all = reader.titles(evaluationId);
  const wanted = like === undefined ? null : new Set(like.rows.map(({ key }) => key));
  const titles = wanted === null ? all : all.filter(({ titleId }) => wanted.has(titleId));
  return titlesPicture(result, titles, measure as TitleMeasure, {
    order: spec.titleOrder,
    from: wanted === null ? spec.fromTitle : 0,
  });
}

async function oneClip(
  reader: EvaluationReader,
  { evaluationId, clipId }: HeatmapSpec,
): Promise<PlainPicture> {
  const clips = await reader.clips(evaluationId);
  const clipIndex = clips.findIndex((clip) => clip.clipId === clipId);
  const clip = clips[clipIndex];
  if (clip === undefined) {
    throw new AppError(
      'NOT_FOUND',
      `There is no clip "${clipId ?? ''}" in ${evaluationId}. Nothing was done. Choose one that was evaluated.`,
    );
  }
  const vectors = await reader.withEmbeddings(evaluationId, async (file): Promise<ClipVectors> => {
    const found: ClipVectors = [{ key: PICTURE, vector: Float64Array.from(await file.picture(clipIndex)) }];
    for (const key of file.languages) {
      const vector = await file.sound(clipIndex, key);
      if (vector !== null) found.push({ key, vector: Float64Array.from(vector) });
    }
    return found;
  });
  return clipPicture(clip, vectors);
}

/** Intervals of differences of language and picture cells; none for others, and for evaluations that keep no sums. */
async function intervalsOf(
  reader: EvaluationReader,
  spec: HeatmapSpec,
  againstId: string,
  { rows, columns }: PlainPicture,
): Promise<DifferenceInterval> {
  const none: DifferenceInterval = () => null;
  const sides =
    spec.kind === 'languages' || spec.kind === 'pictures' ? sidesOf(reader, spec, againstId) : null;
  if (sides === null) return none;
  const [ours, theirs] = sides;
  const paired = pairedDraws(ours.units, theirs.units);
  if (paired === null) return none;
  const isPicture = spec.kind === 'pictures';
  const keyOf = (row: string, column: string): string =>
    isPicture ? `${row} ${column}` : [row, column].sort().join(' ');
  const found = new Map<string, Interval | null>();
  for (const { key: row } of rows) {
    // Of 30 languages it is a second: others wait for the host, too.
    await breathe(undefined);
    for (const { key: column } of columns) {
      const key = keyOf(row, column);
      if (found.has(key) || (!isPicture && row === column)) continue;
      const a = isPicture ? PICTURE : row;
      const [left, right] = [ours.cell(a, column), theirs.cell(a, column)];
      const measure = (isPicture ? row : measureOf(spec)) as LanguageMeasure;
      found.set(
        key,
        left === null || right === null ? null : differenceInterval(left, right, measure, paired),
      );
    }
  }
  return (row, column) => found.get(keyOf(row, column)) ?? null;
}

type SideCell = { sums: UnitSums; otherClip: number | null };
type SideOfDifference = { units: UnitFile; cell(a: string, b: string): SideCell | null };

/** Null where one of them keeps no sums: it was made by an earlier version. */
function sidesOf(
  reader: EvaluationReader,
  { evaluationId }: HeatmapSpec,
  againstId: string,
): [SideOfDifference, SideOfDifference] | null {
  const side = (id: string): SideOfDifference => {
    const units = reader.units(id);
    const result = reader.result(id);
    return {
      units,
      cell: (a, b) => {
        const sums = units.sums.get(`${a} ${b}`) ?? units.sums.get(`${b} ${a}`);
        return sums === undefined ? null : { sums, otherClip: cellOf(result, a, b)?.otherClip ?? null };
      },
    };
  };
  try {
    return [side(evaluationId), side(againstId)];
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

function cellOf(
  { matrix, pictures }: { matrix: LanguageCell[]; pictures?: LanguageCell[] },
  a: string,
  b: string,
): LanguageCell | undefined {
  return a === PICTURE
    ? pictures?.find((cell) => cell.b === b)
    : matrix.find((cell) => cell.a === a && cell.b === b);
}
