/** The built window: made by vite when it is missing or older than its sources, else in a few milliseconds. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../core/domain/errors.ts';
import { atomicWrite, renameDurably } from '../core/files/atomic-write.ts';
import { spawnTool } from '../core/process/spawn-tool.ts';

/** The parts that are built, each by `<source folder>/vite.config.ts`. */
export type WindowPart = 'renderer' | 'desktop' | 'preload';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const CONFIG: Record<WindowPart, string> = {
  renderer: 'renderer/vite.config.ts',
  desktop: 'main/desktop/vite.config.ts',
  preload: 'preload/vite.config.ts',
};
const SOURCES: Record<WindowPart, readonly string[]> = {
  renderer: ['renderer', 'core/domain', 'core/rpc', 'package-lock.json'],
  desktop: ['main', 'core/domain', 'core/rpc', 'package-lock.json'],
  preload: ['preload', 'core/rpc', 'package-lock.json'],
};
const STAMP_FILE = '.built-from';
const BUILD_TIMEOUT_MS = 300_000;

/**
 * Makes sure that a part is built from the present sources. @returns its folder.
 * @param onBuild told once when there is something to do, before it starts.
 * @throws AppError TOOL_FAILED when vite fails, TOOL_MISSING when there is neither a built window nor vite.
 */
export async function ensureBuilt(
  part: WindowPart,
  options: { onBuild?: () => void; force?: boolean } = {},
): Promise<string> {
  const folder = join(ROOT, 'dist', part);
  const stampPath = join(folder, STAMP_FILE);
  const stamp = stampOf(part);
  const isBuilt = existsSync(stampPath);
  if (isBuilt && options.force !== true && readFileSync(stampPath, 'utf8') === stamp) return folder;
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!existsSync(vite)) {
    if (isBuilt) return folder;
    throw new AppError(
      'TOOL_MISSING',
      'The window has not been built and vite is not installed. Run "npm install" and try again.',
    );
  }
  options.onBuild?.();
  const made = join(ROOT, 'dist', `${part}.tmp-${process.pid}`);
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  try {
    await spawnTool({
      tool: process.execPath,
      args: [vite, 'build', '-c', CONFIG[part], '--outDir', made, '--emptyOutDir', '--logLevel', 'warn'],
      cwd: ROOT,
      timeoutMs: BUILD_TIMEOUT_MS,
    });
    await atomicWrite(join(made, STAMP_FILE), stamp);
    rmSync(folder, { recursive: true, force: true });
    await renameDurably(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return folder;
}

/** Names, sizes and times of a part's sources as one hash. */
function stampOf(part: WindowPart): string {
  const hash = createHash('sha256');
  for (const source of SOURCES[part]) {
    const path = join(ROOT, source);
    if (!existsSync(path)) continue;
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
          .sort()
          .map((name) => join(path, name))
      : [path];
    for (const file of files) {
      const { size, mtimeMs } = statSync(file);
      if (statSync(file).isFile()) hash.update(`${file}\n${size}\n${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}
