/** The report of a project: what it holds, one run, one evaluation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../core/domain/errors.ts';
import { writeReport } from '../core/evaluation/report.ts';
import { reportInputOf } from '../core/project/queries/report-input.ts';
import { getRun, listEvaluations, listRuns } from '../core/project/queries/runs.ts';
import type { ReportFiles } from '../core/rpc/contract-runs.ts';
import { readEvaluation } from './handlers/evaluation-file.ts';
import type { HostContext } from './host.ts';

/**
 * Writes the report into `folder`, or into the project's exports. Without an evaluation it tells of the newest run,
 * without a run of the media alone.
 * @throws AppError NOT_FOUND for an evaluation that does not exist.
 */
export async function writeProjectReport(
  context: HostContext,
  a: { evaluationId: string | null; folder: string | null },
): Promise<ReportFiles> {
  const project = context.project();
  const evaluations = listEvaluations(project.db);
  const chosen =
    a.evaluationId === null ? evaluations[0] : evaluations.find((item) => item.id === a.evaluationId);
  if (a.evaluationId !== null && chosen === undefined) {
    throw new AppError('NOT_FOUND', `There is no evaluation "${a.evaluationId}". No report was written.`);
  }
  const run = chosen === undefined ? (listRuns(project)[0] ?? null) : getRun(project, chosen.runId);
  const evaluation = chosen === undefined ? null : readEvaluation(project, chosen.id);
  const folder = a.folder ?? join(project.folder, 'exports', `report-${chosen?.id ?? run?.id ?? 'media'}`);
  const input = {
    ...reportInputOf(project, { run, evaluation }),
    createdMs: context.clock.nowMs(),
    version: packageVersion(),
    environment: environmentRows(run?.engine ?? null),
  };
  return writeReport(folder, input);
}

function environmentRows(engine: string | null): { label: string; value: string }[] {
  const rows = [
    { label: 'Node', value: process.version },
    { label: 'System', value: `${process.platform} ${process.arch}` },
  ];
  return engine === null ? rows : [{ label: 'Engine', value: engine }, ...rows];
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
