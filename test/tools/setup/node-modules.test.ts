import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureNodeModules, installedMatchesLock, isUpToDate } from '../../../tools/setup/node-modules.mjs';
import { nodeBinary } from '../../../tools/setup/paths.mjs';
import { recordingReporter, temporaryFolder } from './temporary.ts';

type Packages = Record<string, { version?: string; integrity?: string; optional?: boolean }>;

const LOCKED: Packages = {
  '': {},
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/a-win32': { version: '1.0.0', integrity: 'sha512-w', optional: true },
};
const { 'node_modules/a': A } = LOCKED;

function checkout(installed: Packages | null): string {
  const root = temporaryFolder();
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: LOCKED }));
  mkdirSync(dirname(nodeBinary(root)), { recursive: true });
  writeFileSync(nodeBinary(root), '');
  if (installed !== null) {
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }));
  }
  return root;
}

describe('node_modules', () => {
  it('agree with the lock file when only other platforms packages are missing', () => {
    expect(installedMatchesLock(checkout({ 'node_modules/a': A! }))).toBe(true);
  });

  it.each([
    ['nothing was installed', null],
    ['a package is missing', {}],
    ['a version differs', { 'node_modules/a': { ...A, version: '1.0.1' } }],
    ['the content differs', { 'node_modules/a': { ...A, integrity: 'sha512-b' } }],
    ['there is one too many', { 'node_modules/a': A!, 'node_modules/b': { version: '2.0.0' } }],
  ])('do not agree when %s', (_, installed) => {
    expect(installedMatchesLock(checkout(installed))).toBe(false);
  });

  it('are taken as they are after a plain npm install, and then not looked at again', async () => {
    const root = checkout({ 'node_modules/a': A! });
    const { reporter, said } = recordingReporter(root);
    expect(isUpToDate(root)).toBe(false);
    expect(await ensureNodeModules({ root, reporter })).toBe(true);
    expect(isUpToDate(root)).toBe(true);
    expect(await ensureNodeModules({ root, reporter })).toBe(false);
    expect(said()).toBe('');
  });

  it('are set up again when the lock file changes; npm says why that fails, in one line and a log', async () => {
    const root = checkout({ 'node_modules/a': A! });
    const { reporter, said } = recordingReporter(root);
    await ensureNodeModules({ root, reporter });
    writeFileSync(
      join(root, 'package-lock.json'),
      '{ "packages": { "": {}, "node_modules/c": { "version": "3.0.0" } } }',
    );
    expect(isUpToDate(root)).toBe(false);
    await expect(ensureNodeModules({ root, reporter })).rejects.toMatchObject({ code: 'download' });
    expect(said()).toBe('set-up: Node packages (npm ci) ... ');
    reporter.say('npm ci failed');
    expect(said()).toBe('set-up: Node packages (npm ci) ... failed: npm ci failed\n');
    expect(readFileSync(reporter.logPath, 'utf8')).toMatch(/npm (error|ERR!)/);
  });
});
