/** An evaluation's result as its folder holds it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../core/domain/errors.ts';
import type { EvaluationResult } from '../../core/domain/evaluation.ts';
import { decodeEvaluation } from '../../core/evaluation/evaluation-file.ts';
import type { Project } from '../../core/project/project.ts';
import { evaluationFolder, listEvaluations } from '../../core/project/queries/runs.ts';

/** Reads an evaluation. @throws AppError NOT_FOUND. */
export function readEvaluation(project: Project, evaluationId: string): EvaluationResult {
  const path = join(evaluationFolder(project, evaluationId), 'evaluation.json');
  const isKnown = listEvaluations(project.db).some((evaluation) => evaluation.id === evaluationId);
  if (!isKnown || !existsSync(path)) {
    throw new AppError('NOT_FOUND', `There is no evaluation "${evaluationId}". Nothing was done.`);
  }
  return decodeEvaluation(readFileSync(path, 'utf8'));
}
