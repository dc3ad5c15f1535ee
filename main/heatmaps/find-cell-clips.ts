/** The clips behind a cell of a heatmap, in the order of how alike they are, with the pairs they belong to now. */
import { AppError } from '../../core/domain/errors.ts';
import { PICTURE } from '../../core/domain/evaluation.ts';
import type { CellClip, CellClips, CellSpec } from '../../core/domain/heatmap.ts';
import type { Pair } from '../../core/domain/title.ts';
import { type CellMeasure, measureCell, measureTitleCell } from '../../core/evaluation/cell-clips.ts';
import type { EvaluatedClip } from '../../core/evaluation/clip-list.ts';
import type { Project } from '../../core/project/project.ts';
import { pairsOfClips } from '../../core/project/queries/pairs.ts';
import { type EvaluationReader, evaluationReader } from './evaluation-reader.ts';
import { measureOf } from './make-heatmap.ts';

const DEFAULT_LIMIT = 50;

type Ranked = CellMeasure & { change: number | null; place: number };

/** @throws AppError NOT_FOUND, ARGUMENT_INVALID. */
export async function findCellClips(project: Project, spec: CellSpec): Promise<CellClips> {
  const reader = evaluationReader(project);
  const ranked = await rank(reader, spec);
  const sign = spec.order === 'most' ? -1 : 1;
  ranked.sort((a, b) => sign * (a.place - b.place) || a.clipIndex - b.clipIndex);
  const from = spec.from ?? 0;
  const shown = ranked.slice(from, from + (spec.limit ?? DEFAULT_LIMIT));
  const clips = await reader.clips(spec.evaluationId);
  const pairs = pairsOfClips(
    project.db,
    shown.map(({ clipIndex }) => clips[clipIndex]!.clipId),
  );
  return {
    clips: shown.map((one) => {
      const clip = clips[one.clipIndex]!;
      return toCellClip(spec, one, clip, pairs.get(clip.clipId) ?? []);
    }),
    total: ranked.length,
  };
}

async function rank(reader: EvaluationReader, spec: CellSpec): Promise<Ranked[]> {
  const measure = measureOf(spec);
  const isGap = measure === 'gap' || (spec.kind === 'pictures' && spec.row === 'gap');
  const isOther = measure === 'otherClip' || (spec.kind === 'pictures' && spec.row === 'otherClip');
  const found = await measured(reader, spec, spec.evaluationId);
  const before = spec.againstId === undefined ? null : await similarities(reader, spec, spec.againstId);
  const clips = before === null ? [] : await reader.clips(spec.evaluationId);
  return found.map((one) => {
    const other = before?.get(clips[one.clipIndex]!.clipId);
    const change = other === undefined ? null : one.similarity - other;
    const own = isOther ? (one.otherClip ?? 0) : one.similarity - (isGap ? (one.otherClip ?? 0) : 0);
    return { ...one, change, place: before === null ? own : (change ?? 0) };
  });
}

async function similarities(
  reader: EvaluationReader,
  spec: CellSpec,
  evaluationId: string,
): Promise<Map<string, number>> {
  const clips = await reader.clips(evaluationId);
  const found = await measured(reader, spec, evaluationId);
  return new Map(found.map(({ clipIndex, similarity }) => [clips[clipIndex]!.clipId, similarity]));
}

async function measured(
  reader: EvaluationReader,
  spec: CellSpec,
  evaluationId: string,
): Promise<CellMeasure[]> {
  const { kind, row, column } = spec;
  const { languages } = reader.result(evaluationId);
  requireKnown(languages, column, evaluationId);
  if (kind === 'languages') requireKnown(languages, row, evaluationId);
  const clips = await reader.clips(evaluationId);
  return reader.withEmbeddings(evaluationId, async (file) => {
    requireSameClips(file.clipCount, clips.length, evaluationId);
    if (kind === 'languages') return measureCell(file, row, column);
    if (kind !== 'titles') return measureCell(file, PICTURE, column);
    const measure = measureOf(spec);
    if (measure === 'picture' || measure === 'recallAt1') {
      const all = await measureCell(file, PICTURE, column);
      return all.filter(({ clipIndex }) => clips[clipIndex]!.titleId === row);
    }
    return measureTitleCell(file, clips, row, column);
  });
}

function requireSameClips(measured: number, listed: number, evaluationId: string): void {
  if (measured === listed) return;
  throw new AppError(
    'PROJECT_DAMAGED',
    `${evaluationId} lists ${listed} clips and holds embeddings of ${measured}. Nothing was changed. Evaluate its run again.`,
  );
}

function requireKnown(languages: readonly string[], language: string, evaluationId: string): void {
  if (languages.includes(language)) return;
  throw new AppError(
    'NOT_FOUND',
    `There is no language "${language}" in ${evaluationId} (${languages.join(', ')}). Nothing was done.`,
  );
}

function toCellClip(
  spec: CellSpec,
  { similarity, otherClip, change }: Ranked,
  clip: EvaluatedClip,
  pairs: readonly Pair[],
): CellClip {
  const sounds = soundsOf(spec, clip);
  const pairIn = (language: string | null): Pair | undefined =>
    language === null ? undefined : pairs.find((pair) => pair.language === language);
  const { clipId, titleName, shotName, timeWindow } = clip;
  return {
    clipId,
    titleName,
    shotName,
    startSec: timeWindow.startSec,
    endSec: timeWindow.endSec,
    similarity,
    otherClip,
    change,
    sounds,
    pair: pairIn(sounds[1]) ?? pairIn(sounds[0]) ?? pairs[0] ?? null,
  };
}

function soundsOf(spec: CellSpec, clip: EvaluatedClip): CellClip['sounds'] {
  const { kind, row, column } = spec;
  if (kind === 'languages') return [row, column];
  const measure = measureOf(spec);
  const isSounds = kind === 'titles' && (measure === 'gap' || measure === 'sameClip');
  return [isSounds ? clip.originalLanguage : null, column];
}
