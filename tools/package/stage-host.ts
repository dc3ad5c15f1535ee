/** What goes into a package: the built shell and page; the host's sources, modules and Node, as plain files. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

type LockedPackage = { dev?: boolean; optional?: boolean; devOptional?: boolean };

/** Folders and files of the checkout that the host and its set-up run from. */
const SOURCES = ['core', 'main', 'tools/setup', 'tools/first-start.mjs', 'package.json', 'LICENSE'];
/** What runs the host, over what the program depends on. */
const NODE_PACKAGES = /^node_modules\/(node|node-bin-[\w-]+)$/;

/** Copies the built shell and page to `target`, as a program that depends on nothing. `built`: where they are. */
export function stageShell(root: string, target: string, built = join(root, 'dist')): void {
  rmSync(target, { recursive: true, force: true });
  for (const part of ['desktop', 'preload', 'renderer']) {
    cpSync(join(built, part), join(target, 'dist', part), { recursive: true });
  }
  const { name, version, description, license } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, string>;
  const main = 'dist/desktop/desktop.cjs';
  const author = 'The Dubscope authors';
  const text = JSON.stringify({ name, version, description, license, author, main }, null, 2);
  writeFileSync(join(target, 'package.json'), `${text}\n`);
}

/** Copies the host to `target`, from scratch. @returns the modules that went along. */
export function stageHost(root: string, target: string): string[] {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const source of SOURCES) {
    mkdirSync(dirname(join(target, source)), { recursive: true });
    cpSync(join(root, source), join(target, source), { recursive: true });
  }
  const modules = neededModules(root);
  for (const name of modules) {
    // Engines are linked in on the machine that the package runs on.
    const filter = (path: string): boolean => !path.endsWith('tfjs_binding.node') && !path.includes('/deps/');
    cpSync(join(root, name), join(target, name), { recursive: true, dereference: false, filter });
  }
  return modules;
}

/** Modules of the lock file that are no mere development tools, as far as they are installed here. */
export function neededModules(root: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return Object.entries(packages)
    .filter(
      ([path, { dev, devOptional }]) => NODE_PACKAGES.test(path) || (dev !== true && devOptional !== true),
    )
    .map(([path]) => path)
    .filter((path) => path !== '' && existsSync(join(root, path)));
}
