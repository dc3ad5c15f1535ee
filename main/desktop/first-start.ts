/** The first start of a package: what it needs beside itself is looked for, and brought when a person agrees. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type BrowserWindow, dialog } from 'electron';
import { nodeOf } from './host-link.ts';

/** What `tools/first-start.mjs --look` ends with where something is missing. */
const MISSING = 3;

/**
 * Asks whether ffmpeg and the engine may be downloaded where they are missing, and does it. Nothing is downloaded
 * without a yes; a no is asked again at the next start.
 * @param tell hears what is being done, a line at a time
 */
export async function prepareFirstStart(
  window: BrowserWindow,
  root: string,
  tell: (line: string) => void,
): Promise<void> {
  if ((await run(root, ['--look'])) !== MISSING) return;
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    title: 'First start',
    message: 'Dubscope needs ffmpeg, and trains faster with TensorFlow. May they be downloaded?',
    detail:
      'What this machine has is used; the rest comes from the Python and npm package registries (up to about 1 GB), is checked against its fixed hash and kept in the cache folder of your user. Nothing else is ever downloaded.',
    buttons: ['Download what is missing', 'Not now'],
    defaultId: 1,
    cancelId: 1,
  });
  if (response !== 0) return;
  if (!window.isDestroyed()) window.setProgressBar(2);
  const status = await run(root, [], tell);
  if (!window.isDestroyed()) window.setProgressBar(-1);
  tell(status === 0 ? 'Ready.' : 'The download did not finish; it is offered again at the next start.');
}

function run(root: string, args: string[], tell?: (line: string) => void): Promise<number | null> {
  const child = spawn(nodeOf(root), [join(root, 'tools', 'first-start.mjs'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (tell !== undefined) createInterface({ input: child.stderr }).on('line', tell);
  else child.stderr.resume();
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  });
}
