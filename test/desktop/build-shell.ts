/** The shell, its preload script and the page, built for the Electron that a test has. */
import { chmodSync, mkdtempSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build, type InlineConfig, type Plugin } from 'vite';
import { ensureBuilt } from '../../main/window-build.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OLD = join(import.meta.dirname, 'old');
/** What Electron 9 runs: Chromium 83 and, in the main process, its V8 too. */
const OLD_TARGET = 'chrome83';

/** A built shell: start `desktop` with Electron. `folder`: all of it, to be removed; null: the checkout's own. */
export type BuiltShell = { desktop: string; folder: string | null };

/** The parts as `npm start` builds them. */
export async function builtShell(): Promise<BuiltShell> {
  await ensureBuilt('renderer');
  await ensureBuilt('preload');
  return { desktop: join(await ensureBuilt('desktop'), 'desktop.cjs'), folder: null };
}

/** The same sources, with what Electron 9 lacks put beneath them. In the checkout, since the shell starts its host there. */
export async function buildForElectron9(): Promise<BuiltShell> {
  const folder = mkdtempSync(join(ROOT, 'dist.tmp-electron9-'));
  // Whom the test starts Electron as has no special rights.
  chmodSync(folder, 0o755);
  const parts = [
    [
      'main/desktop/vite.config.ts',
      'desktop',
      [oldElectron('electron.ts'), oldNode(), first('main/desktop.ts', `${OLD}/node.ts`)],
    ],
    ['preload/vite.config.ts', 'preload', [oldElectron('electron-preload.ts'), first('preload/preload.ts')]],
    ['renderer/vite.config.ts', 'renderer', [first('renderer/main.ts', `${OLD}/page.ts`)]],
  ] as const;
  for (const [configFile, name, plugins] of parts) {
    const change: InlineConfig = {
      configFile: join(ROOT, configFile),
      logLevel: 'error',
      plugins: [...plugins],
      build: { target: OLD_TARGET, cssTarget: OLD_TARGET, outDir: join(folder, name), emptyOutDir: true },
    };
    await build(change);
  }
  return { desktop: join(folder, 'desktop', 'desktop.cjs'), folder };
}

/** Loads what the language itself lacked then, and `more`, before a part's first line. */
function first(entry: string, more?: string): Plugin {
  return {
    name: 'first',
    enforce: 'pre',
    transform: (code, id) =>
      id.split('?')[0] === join(ROOT, entry)
        ? `import 'core-js/stable';${more === undefined ? '' : `import ${JSON.stringify(more)};`}\n${code}`
        : null,
  };
}

function oldElectron(file: string): Plugin {
  return {
    name: 'old-electron',
    enforce: 'pre',
    // The parts' own settings keep both out of the bundle; here they are what is exchanged.
    configResolved: (config) => {
      config.build.rolldownOptions.external = [];
    },
    resolveId: (id) => {
      if (id === 'real-electron') return { id: 'electron', external: true };
      return id === 'electron' ? join(OLD, file) : null;
    },
  };
}

/** Node 12 knows its modules without `node:` and has no `fs/promises`. */
function oldNode(): Plugin {
  const PROMISES = '\0fs-promises';
  const CRYPTO = '\0crypto';
  return {
    name: 'old-node',
    enforce: 'pre',
    resolveId: (id) => {
      if (id === 'node:fs/promises') return PROMISES;
      if (id === 'node:crypto') return CRYPTO;
      const name = id.replace(/^node:/, '');
      return builtinModules.includes(name) ? { id: name, external: true } : null;
    },
    load: (id) => {
      if (id === CRYPTO) {
        return `import crypto from 'crypto';
          export const { createHash, randomBytes, timingSafeEqual } = crypto;
          export const randomUUID = () => randomBytes(16).toString('hex');`;
      }
      return id === PROMISES
        ? `import { promises } from 'fs';
           export const open = promises.open, rename = promises.rename, rm = (path) => promises.rm(path);`
        : null;
    },
  };
}
