import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forgetFailures, rememberFailure, stillFails } from '../../../tools/setup/failures.mjs';
import {
  hashesMatch,
  makeStaging,
  putInPlace,
  sizesMatch,
  writeManifest,
} from '../../../tools/setup/files.mjs';
import { temporaryFolder } from './temporary.ts';

async function folderWithManifest(): Promise<string> {
  const folder = join(temporaryFolder(), 'engine');
  mkdirSync(join(folder, 'lib'), { recursive: true });
  writeFileSync(join(folder, 'lib', 'a.so'), 'twelve bytes');
  writeFileSync(join(folder, 'b.node'), 'other');
  await writeManifest(folder, { key: 'k' });
  return folder;
}

describe('a folder with a list of its files', () => {
  it('is whole as it was written', async () => {
    const folder = await folderWithManifest();
    expect([sizesMatch(folder), await hashesMatch(folder)]).toEqual([true, true]);
    const { files } = JSON.parse(readFileSync(join(folder, 'MANIFEST.json'), 'utf8'));
    expect(files.map((file: { path: string }) => file.path).sort()).toEqual(['b.node', 'lib/a.so']);
  });

  it('shows a cut-off file by size, a changed byte by hash, a missing list by both', async () => {
    const cut = await folderWithManifest();
    truncateSync(join(cut, 'lib', 'a.so'), 3);
    expect([sizesMatch(cut), await hashesMatch(cut)]).toEqual([false, false]);
    const changed = await folderWithManifest();
    writeFileSync(join(changed, 'lib', 'a.so'), 'twelve bytez');
    expect([sizesMatch(changed), await hashesMatch(changed)]).toEqual([true, false]);
    const unlisted = temporaryFolder();
    expect([sizesMatch(unlisted), await hashesMatch(unlisted)]).toEqual([false, false]);
  });

  it('takes the place of an older one whole', async () => {
    const cache = temporaryFolder();
    for (const content of ['old', 'new']) {
      const staging = makeStaging(cache, 'engine');
      writeFileSync(join(staging, content), content);
      putInPlace(staging, join(cache, 'engine', 'k'));
    }
    expect(readdirSync(join(cache, 'engine', 'k'))).toEqual(['new']);
    expect(readdirSync(join(cache, 'tmp'))).toEqual([]);
  });

  it('drops what a killed set-up left, and leaves alone what a living one builds', () => {
    const cache = temporaryFolder();
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const left = join(cache, 'tmp', `engine-${dead}-0123abcd`);
    const mine = makeStaging(cache, 'engine');
    mkdirSync(left);
    makeStaging(cache, 'media-tools');
    expect([existsSync(left), existsSync(mine)]).toEqual([false, true]);
  });
});

describe('remembered failures', () => {
  const HOUR_MS = 3_600_000;
  const facts = { python: '/usr/bin/python3', compiler: null };

  function recordOf(code: string): string {
    const record = join(temporaryFolder(), 'failure.json');
    rememberFailure(record, 'engine-1', { code, reason: 'no C++ compiler was found', facts }, 1000);
    return record;
  }

  it('hold for a day, a failed download for an hour', () => {
    const compiler = recordOf('no-compiler');
    expect(stillFails(compiler, 'engine-1', facts, 1000 + 23 * HOUR_MS)).toBe(true);
    expect(stillFails(compiler, 'engine-1', facts, 1000 + 25 * HOUR_MS)).toBe(false);
    const download = recordOf('download');
    expect(stillFails(download, 'engine-1', facts, 1000 + 0.9 * HOUR_MS)).toBe(true);
    expect(stillFails(download, 'engine-1', facts, 1000 + 1.1 * HOUR_MS)).toBe(false);
  });

  it('are forgotten when a compiler appears, the recipe changes, the clock went back, or on request', () => {
    const record = recordOf('no-compiler');
    expect(stillFails(record, 'engine-1', { ...facts, compiler: '/usr/bin/g++' }, 2000)).toBe(false);
    expect(stillFails(record, 'engine-2', facts, 2000)).toBe(false);
    expect(stillFails(record, 'engine-1', facts, 500)).toBe(false);
    forgetFailures(record);
    expect(stillFails(record, 'engine-1', facts, 2000)).toBe(false);
  });

  it('are not believed when the record is damaged', () => {
    const record = recordOf('no-compiler');
    writeFileSync(record, '{"failures":');
    expect(stillFails(record, 'engine-1', facts, 2000)).toBe(false);
  });
});
