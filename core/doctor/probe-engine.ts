/** Program: loads the engine named by its argument, measures it, and prints what it found as one line of JSON. */
import { systemClock } from '../clock.ts';
import { AppError, InvariantError } from '../domain/errors.ts';
import { engineNameFrom, loadEngine } from '../engine/engine.ts';
import { measureEngine } from '../engine/measure.ts';
import type { EngineFacts } from './report.ts';

process.stdout.write(`${JSON.stringify(await probe(process.argv[2]))}\n`);

async function probe(argument: string | undefined): Promise<Omit<EngineFacts, 'name'>> {
  const prefer = engineNameFrom(argument);
  if (prefer === undefined) throw new InvariantError('The probe was started without the name of an engine.');
  try {
    const engine = await loadEngine({ prefer });
    const { version, device, threads } = engine;
    const { gflops, size } = await measureEngine(engine, systemClock);
    return { loaded: { version, device, threads, gflops, matrixSize: size }, problem: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { loaded: null, problem: String(error.details.reason ?? error.message) };
  }
}
