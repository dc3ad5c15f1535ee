/** Temporary folders and a reporter that keeps what it says, for the tests of the set-up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createReporter } from '../../../tools/setup/reporter.mjs';

const folders: string[] = [];

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-setup-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A reporter that logs into `folder`; `said()` is everything it wrote. */
export function recordingReporter(folder: string): {
  reporter: ReturnType<typeof createReporter>;
  said: () => string;
} {
  let text = '';
  const reporter = createReporter({
    logFolder: join(folder, 'logs'),
    write: (part: string) => {
      text += part;
    },
  });
  return { reporter, said: () => text };
}
