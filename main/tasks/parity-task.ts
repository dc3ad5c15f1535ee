/** The parity task: the towers of a fixture on the engine of this process. */
import { loadEngine } from '../../core/engine/engine.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { measureParity, type ParityReport, type ParityTolerance } from '../../core/model/parity.ts';
import { parseParityFixture } from '../../core/model/parity-fixture.ts';
import type { TaskContext } from './run-task.ts';

/** On TensorFlow; other engines sum in another order and have coarser functions (docs/model.md). */
const NATIVE_TOLERANCE: ParityTolerance = { output: 2e-4, stage: 1e-4, gradient: 1e-3 };
const OTHER_TOLERANCE: ParityTolerance = { output: 1e-3, stage: 1e-3, gradient: 1e-3 };

/** Compares every tower of the fixture. @throws AppError FIXTURE_INVALID, ENGINE_UNAVAILABLE. */
export async function parityTask(
  task: Extract<WorkerTask, { kind: 'parity' }>,
  { signal, onProgress }: TaskContext,
): Promise<TaskResults['parity']> {
  const cases = parseParityFixture(task.text, task.label);
  const engine = await loadEngine();
  const usual = engine.name === 'tensorflow' ? NATIVE_TOLERANCE : OTHER_TOLERANCE;
  const tolerance = task.tolerance ?? usual;
  const reports: ParityReport[] = [];
  for (const fixture of cases) {
    signal.throwIfAborted();
    const detail = `${fixture.name} on ${engine.name}`;
    onProgress({ step: 'parity', done: reports.length, total: cases.length, unit: 'towers', detail });
    reports.push(await measureParity(fixture, tolerance));
  }
  return { engine: engine.version, tolerance, reports };
}
