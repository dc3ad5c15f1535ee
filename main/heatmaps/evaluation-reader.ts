/** What an evaluation's folder holds, the large files kept for the next question about the same evaluation. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../../core/domain/dataset.ts';
import { AppError } from '../../core/domain/errors.ts';
import type { EvaluationResult, TitleRow } from '../../core/domain/evaluation.ts';
import { decodeClipList, type EvaluatedClip, toEvaluatedClip } from '../../core/evaluation/clip-list.ts';
import { type EmbeddingFile, openEmbeddingFile } from '../../core/evaluation/embedding-file.ts';
import { EVALUATION_FILES } from '../../core/evaluation/evaluation-folder.ts';
import { decodeTitleRows } from '../../core/evaluation/title-rows.ts';
import { decodeUnits, type UnitFile } from '../../core/evaluation/unit-file.ts';
import type { Project } from '../../core/project/project.ts';
import { evaluationFolder } from '../../core/project/queries/runs.ts';
import { readEvaluation } from '../handlers/evaluation-file.ts';

/** Evaluations whose files stay in memory: two that are compared, and one more. */
const MOST_KEPT = 3;

/** Reads of one project. */
export type EvaluationReader = {
  result(evaluationId: string): EvaluationResult;
  titles(evaluationId: string): TitleRow[];
  units(evaluationId: string): UnitFile;
  clips(evaluationId: string): Promise<readonly EvaluatedClip[]>;
  /** Opens the embeddings for `use` and closes them again. */
  withEmbeddings<T>(evaluationId: string, use: (file: EmbeddingFile) => Promise<T>): Promise<T>;
};

type Kept = {
  result?: EvaluationResult;
  titles?: TitleRow[];
  units?: UnitFile;
  clips?: Promise<readonly EvaluatedClip[]>;
};

const readers = new WeakMap<Project, EvaluationReader>();

/** The reader of a project; the same one as long as the project is open. */
export function evaluationReader(project: Project): EvaluationReader {
  const known = readers.get(project) ?? createReader(project);
  readers.set(project, known);
  return known;
}

function createReader(project: Project): EvaluationReader {
  const kept = new Map<string, Kept>();
  const keptOf = (id: string): Kept => {
    const known = kept.get(id) ?? {};
    kept.delete(id);
    kept.set(id, known);
    for (const old of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(old);
    return known;
  };
  const fileOf = (id: string, name: keyof typeof EVALUATION_FILES): string =>
    join(evaluationFolder(project, id), EVALUATION_FILES[name]);
  return {
    result: (id) => {
      const own = keptOf(id);
      own.result ??= readEvaluation(project, id);
      return own.result;
    },
    titles: (id) => {
      const own = keptOf(id);
      const path = fileOf(id, 'titles');
      own.titles ??= decodeTitleRows(readOrSay(path, 'no measures of titles').toString('utf8'));
      return own.titles;
    },
    units: (id) => {
      const own = keptOf(id);
      const path = fileOf(id, 'units');
      own.units ??= decodeUnits(readOrSay(path, 'no sums of its titles'), path);
      return own.units;
    },
    clips: (id) => {
      const own = keptOf(id);
      own.clips ??= readClips(fileOf(id, 'list'), fileOf(id, 'dataset')).catch((error: unknown) => {
        delete own.clips;
        throw error;
      });
      return own.clips;
    },
    withEmbeddings: async (id, use) => {
      const { clipCount } = keptOf(id).result ?? readEvaluation(project, id);
      const path = fileOf(id, 'embeddings');
      const file = await openEmbeddingFile(path);
      try {
        if (file.clipCount !== clipCount) throw damaged(path, 'embeddings of other clips', null);
        return await use(file);
      } finally {
        await file.close();
      }
    },
  };
}

/** The short list; of evaluations of earlier versions what the long one says. */
async function readClips(listPath: string, datasetPath: string): Promise<readonly EvaluatedClip[]> {
  if (existsSync(listPath)) return decodeClipList(await readFile(listPath, 'utf8'));
  try {
    const { clips } = JSON.parse(await readFile(datasetPath, 'utf8')) as Dataset;
    return clips.map(toEvaluatedClip);
  } catch (error) {
    throw damaged(datasetPath, 'no list of its clips', error);
  }
}

function readOrSay(path: string, lack: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw damaged(path, lack, error);
  }
}

function damaged(file: string, lack: string, cause: unknown): AppError {
  return new AppError(
    'NOT_FOUND',
    `This evaluation keeps ${lack}: it was made by an earlier version, or they were deleted. Nothing was done. Evaluate its run again.`,
    { cause, details: { file } },
  );
}
