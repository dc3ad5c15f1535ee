/** `npm run build`: the window, its preload script and the desktop shell, into dist/. */
import { ensureBuilt } from '../main/window-build.ts';

for (const part of ['renderer', 'preload', 'desktop'] as const) {
  const folder = await ensureBuilt(part, { force: process.argv.includes('--force') });
  process.stdout.write(`${part}: ${folder}\n`);
}
