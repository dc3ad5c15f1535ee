/** The files of an evaluation (docs/evaluation.md). */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { atomicWrite } from '../files/atomic-write.ts';
import { encodeClipList } from './clip-list.ts';
import { encodeClipMeasures } from './clip-measures.ts';
import { encodeEmbeddings } from './embedding-file.ts';
import type { Evaluated } from './evaluate.ts';
import { encodeEvaluation } from './evaluation-file.ts';
import { encodeTitleRows } from './title-rows.ts';
import { encodeUnits } from './unit-file.ts';

/** Names in an evaluation's folder. */
export const EVALUATION_FILES = {
  result: 'evaluation.json',
  clips: 'clips.json',
  titles: 'titles.json',
  embeddings: 'embeddings.safetensors',
  units: 'units.safetensors',
  /** The clips in short, which a million pairs can be looked into by. */
  list: 'clip-list.json',
  /** The clips and sounds that were measured; written before the work begins. */
  dataset: 'dataset.json',
} as const;

/**
 * Writes what an evaluation found into its folder, which is made when missing; `evaluation.json` comes last, so that
 * where it is the others are.
 * @throws what the file system throws.
 */
export async function writeEvaluation(folder: string, evaluated: Evaluated): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { result, clips, titles, embeddings, units, cells } = evaluated;
  await atomicWrite(join(folder, EVALUATION_FILES.embeddings), encodeEmbeddings(embeddings));
  await atomicWrite(join(folder, EVALUATION_FILES.units), encodeUnits(units, cells));
  await atomicWrite(join(folder, EVALUATION_FILES.list), encodeClipList(embeddings.clips));
  await atomicWrite(join(folder, EVALUATION_FILES.clips), encodeClipMeasures(clips));
  await atomicWrite(join(folder, EVALUATION_FILES.titles), encodeTitleRows(titles));
  await atomicWrite(join(folder, EVALUATION_FILES.result), encodeEvaluation(result));
}
