/** Runs the same tests on every engine that this machine has; a missing one shows up as skipped, not as passed. */
import { beforeAll, describe } from 'vitest';
import { ENGINE_NAMES, type EngineName, loadEngine } from '../../../core/engine/engine.ts';

const available = new Map<EngineName, boolean>();
for (const name of ENGINE_NAMES) {
  available.set(
    name,
    await loadEngine({ prefer: name }).then(
      () => true,
      () => false,
    ),
  );
}

/** Declares `tests` once per engine, with that engine loaded while they run. */
export function onEveryEngine(title: string, tests: (name: EngineName) => void): void {
  for (const name of ENGINE_NAMES) {
    describe.skipIf(!available.get(name))(`${title} (${name})`, () => {
      beforeAll(async () => {
        await loadEngine({ prefer: name });
      });
      tests(name);
    });
  }
}

/** Whether an engine can be loaded here. */
export function hasEngine(name: EngineName): boolean {
  return available.get(name) ?? false;
}
