/**
 * `npm run package [-- --dir]`: AppImage and deb on Linux, an NSIS installer on Windows, into release/. Where
 * electron-builder cannot bring its helpers or Electron, the unpacked folder is made from an Electron that is there
 * (`DUBSCOPE_ELECTRON_DIST`, or the npm package's own), and a line says what is missing. `DUBSCOPE_PACKAGE_PARTS`: a
 * folder with other builds of the parts, for the smoke test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Configuration, Platform } from 'electron-builder';
import { ensureBuilt } from '../main/window-build.ts';
import { stageHost, stageShell } from './package/stage-host.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { DUBSCOPE_PACKAGE_PARTS: parts } = process.env;
if (!parts) for (const part of ['renderer', 'preload', 'desktop'] as const) await ensureBuilt(part);
stageShell(ROOT, join(ROOT, 'dist', 'app'), parts || join(ROOT, 'dist'));

const platform = process.platform === 'win32' ? Platform.WINDOWS : Platform.LINUX;
const dist = localElectron();
const local: Configuration = {
  ...(dist === null ? {} : localConfig(dist)),
  afterPack: ({ appOutDir }) => {
    const modules = stageHost(ROOT, join(appOutDir, 'resources', 'host'));
    say(`The host goes along as plain files, with ${modules.length} modules.`);
  },
};
try {
  if (process.argv.includes('--dir')) await folderOnly();
  else await build({ targets: platform.createTarget(), projectDir: ROOT, config: local, publish: 'never' });
} catch (error) {
  if (process.argv.includes('--dir') || dist === null) throw error;
  say(`NOT PACKAGED: ${(error as Error).message.split('\n', 1)[0]}. The unpacked folder is made instead.`);
  await folderOnly();
}

async function folderOnly(): Promise<void> {
  await build({ targets: platform.createTarget('dir'), projectDir: ROOT, config: local, publish: 'never' });
}

/** An unpacked Electron on this machine. */
function localElectron(): string | null {
  const { DUBSCOPE_ELECTRON_DIST } = process.env;
  if (DUBSCOPE_ELECTRON_DIST) return DUBSCOPE_ELECTRON_DIST;
  const own = join(ROOT, 'node_modules', 'electron', 'dist');
  return existsSync(own) ? own : null;
}

function localConfig(electronDist: string): Configuration {
  const electronVersion = readFileSync(join(electronDist, 'version'), 'utf8').trim().replace(/^v/, '');
  // Electron 9 of the smoke test has no fuses to set; it is never given to anybody.
  const isOld = Number(electronVersion.split('.')[0]) < 12;
  if (isOld) say(`Electron ${electronVersion} has no fuses: for tests only.`);
  return { electronDist, electronVersion, ...(isOld ? { electronFuses: null } : {}) };
}
