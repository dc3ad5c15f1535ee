/** From what is wanted to a heatmap: the evaluation's files, the other evaluation it is held against, the colours. */
import { AppError } from '../../core/domain/errors.ts';
import { type LanguageCell, PICTURE } from '../../core/domain/evaluation.ts';
import {
  type HeatmapMeasure,
  type HeatmapPicture,
  type HeatmapSpec,
  MEASURES_OF,
} from '../../core/domain/heatmap.ts';
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
  return differencePicture(plain, other, names, intervalsOf(reader, spec, againstId));
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
function intervalsOf(reader: EvaluationReader, spec: HeatmapSpec, againstId: string): DifferenceInterval {
  const none: DifferenceInterval = () => null;
  if (spec.kind !== 'languages' && spec.kind !== 'pictures') return none;
  const ids = [spec.evaluationId, againstId] as const;
  let units: ReturnType<EvaluationReader['units']>[];
  try {
    units = ids.map((id) => reader.units(id));
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return none;
    throw error;
  }
  const [ours, theirs] = units as [(typeof units)[0], (typeof units)[0]];
  const paired = pairedDraws(ours, theirs);
  if (paired === null) return none;
  const known = new Map<string, ReturnType<DifferenceInterval>>();
  return (row, column) => {
    const isPicture = spec.kind === 'pictures';
    const [a, b] = isPicture ? [PICTURE, column] : [row, column].sort();
    const measure = (isPicture ? row : measureOf(spec)) as LanguageMeasure;
    const key = `${a} ${b} ${measure}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const sides = [ours, theirs].map((file, i) => {
      const sums = file.sums.get(`${a} ${b}`) ?? file.sums.get(`${b} ${a}`);
      const cell = cellOf(reader.result(ids[i as 0 | 1]), a!, b!);
      return sums === undefined ? null : { names: file.names, sums, otherClip: cell?.otherClip ?? null };
    });
    const [left, right] = sides;
    const interval =
      left == null || right == null || a === b ? null : differenceInterval(left, right, measure, paired);
    known.set(key, interval);
    return interval;
  };
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
