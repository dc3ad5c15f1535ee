/** What was found on this machine, what is used, and why: everything a person needs before asking for help. */
import { cacheFolder } from '../engine/cache-folder.ts';
import { checkEngines, engineInUse } from './check-engines.ts';
import { checkMachine, checkMediaTools, checkSqlite } from './check-machine.ts';
import { checkCache, checkCheckout, checkEngineFiles } from './check-setup.ts';
import type { DoctorReport } from './report.ts';

export { formatDoctor } from './format-doctor.ts';
export type { DoctorReport } from './report.ts';

/** Less room than this and a training may not get through, bytes. */
const LITTLE_ROOM_BYTES = 2 * 2 ** 30;

/** How to look. */
export type DoctorOptions = {
  /** Variables to read; default the process's own. */
  env?: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal;
};

/**
 * Looks at everything; takes a few seconds, most of them for loading and measuring the engines. Changes nothing.
 * @throws AppError ENGINE_UNAVAILABLE when `DUBSCOPE_ENGINE` names no engine; CANCELLED.
 */
export async function runDoctor({ env = process.env, signal }: DoctorOptions = {}): Promise<DoctorReport> {
  const engines = await checkEngines(env, signal);
  const facts: Omit<DoctorReport, 'problems'> = {
    machine: await checkMachine(signal),
    sqlite: checkSqlite(),
    media: await checkMediaTools(env, signal),
    engines,
    used: engineInUse(engines, env),
    engineFiles: await checkEngineFiles(undefined, signal),
    cache: await checkCache(cacheFolder(env)),
    checkout: await checkCheckout(),
  };
  return { ...facts, problems: problemsOf(facts) };
}

/** What the facts mean for a person, worst first. */
export function problemsOf(facts: Omit<DoctorReport, 'problems'>): string[] {
  const { machine, sqlite, media, engines, used, engineFiles, cache, checkout } = facts;
  const problems = [sqlite.problem, media.problem].filter((problem) => problem !== null);
  if (Number.parseInt(machine.node.version.slice(1), 10) < 24) {
    problems.push(
      `This is Node ${machine.node.version}; Dubscope runs on Node 24. Start it by "npm run dubscope".`,
    );
  }
  if (used === null)
    problems.push(`No engine can be loaded: ${engines.map((e) => `${e.name}: ${e.problem}`).join('; ')}.`);
  else if (engineFiles.state === 'damaged') {
    const names = engineFiles.damaged.slice(0, 3).join(', ');
    problems.push(
      `Files of the TensorFlow engine are damaged (${names}). Run "npm run dubscope -- doctor --repair".`,
    );
  }
  const tensorflow = engines.find((engine) => engine.name === 'tensorflow')?.loaded;
  if (machine.gpu.seen && tensorflow?.device === 'cpu') {
    problems.push('There is an NVIDIA GPU, but TensorFlow computes on the processor. See docs/engine.md.');
  }
  if (checkout?.packagesCurrent === false) {
    problems.push('The Node packages are not those of package-lock.json; the next "npm run" installs them.');
  }
  if (cache.freeBytes !== null && cache.freeBytes < LITTLE_ROOM_BYTES) {
    problems.push(
      `Only ${(cache.freeBytes / 2 ** 30).toFixed(1)} GiB are free on the disk of ${cache.folder}.`,
    );
  }
  return problems;
}
