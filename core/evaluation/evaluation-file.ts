/** evaluation.json: an evaluation as a file, versioned. */

import { AppError } from '../domain/errors.ts';
import type { EvaluationResult } from '../domain/evaluation.ts';

/** Version of evaluation.json that this build writes, and the newest that it reads. */
export const EVALUATION_VERSION = 1;

/** Text of evaluation.json. What is not a finite number becomes null (JSON has no NaN). */
export function encodeEvaluation(result: EvaluationResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

/**
 * Reads evaluation.json.
 * @throws AppError PROJECT_TOO_NEW for a version that this build does not know, PROJECT_DAMAGED for anything that is
 * no evaluation.
 */
export function decodeEvaluation(text: string): EvaluationResult {
  const value = parse(text);
  const version = value?.version;
  if (typeof version === 'number' && version > EVALUATION_VERSION) {
    throw new AppError(
      'PROJECT_TOO_NEW',
      `The evaluation is of format ${version}; this build reads up to ${EVALUATION_VERSION}. Nothing was changed. Use a newer Dubscope, or evaluate again.`,
      { details: { version } },
    );
  }
  if (version !== EVALUATION_VERSION || !isWhole(value)) {
    throw new AppError(
      'PROJECT_DAMAGED',
      'The file is no evaluation, or is damaged. Nothing was changed. Evaluate the run again to make it anew.',
    );
  }
  return value as EvaluationResult;
}

function parse(text: string): Partial<EvaluationResult> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

function isWhole(value: Partial<EvaluationResult> | null): boolean {
  return (
    value !== null &&
    typeof value.checkpoint === 'string' &&
    typeof value.clipCount === 'number' &&
    Array.isArray(value.languages) &&
    Array.isArray(value.originalLanguages) &&
    Array.isArray(value.retrieval) &&
    Array.isArray(value.matrix) &&
    value.matrix.length === value.languages.length ** 2
  );
}
