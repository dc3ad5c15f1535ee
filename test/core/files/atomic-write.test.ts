import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { atomicMake, atomicWrite } from '../../../core/files/atomic-write.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dubscope-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('replaces a file and leaves nothing beside it', async () => {
  const path = join(folder, 'a.json');
  await atomicWrite(path, 'old');
  await atomicWrite(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['a.json']);
});

it('puts a file that was filled part by part in place at its end only, and drops it when that fails', async () => {
  const path = join(folder, 'b.txt');
  await atomicWrite(path, 'old');
  await atomicMake(path, async (temporary) => {
    writeFileSync(temporary, 'new, ');
    expect(readFileSync(path, 'utf8')).toBe('old');
    writeFileSync(temporary, 'whole', { flag: 'a' });
  });
  expect(readFileSync(path, 'utf8')).toBe('new, whole');
  const failing = atomicMake(path, async (temporary) => {
    writeFileSync(temporary, 'a part');
    throw new Error('stopped');
  });
  await expect(failing).rejects.toThrow('stopped');
  expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['new, whole', ['b.txt']]);
});

it('leaves the old file and no temporary one where it cannot write', async () => {
  const path = join(folder, 'missing', 'a.json');
  await expect(atomicWrite(path, 'x')).rejects.toThrow(/ENOENT/);
  expect(readdirSync(folder)).toEqual([]);
});

it('shows a reader the old or the new text, never a part, when killed at any moment', async () => {
  const path = join(folder, 'big.txt');
  const size = 4_000_000;
  await atomicWrite(path, 'a'.repeat(size));
  const module = new URL('../../../core/files/atomic-write.ts', import.meta.url).href;
  for (let killAfterMs = 0; killAfterMs < 12; killAfterMs += 1) {
    const letter = 'bc'[killAfterMs % 2]!;
    const script = `import { atomicWrite } from '${module}';
      const done = atomicWrite(${JSON.stringify(path)}, '${letter}'.repeat(${size}));
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${killAfterMs});
      await done; process.kill(process.pid, 'SIGKILL');`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(child.signal).toBe('SIGKILL');
    const text = readFileSync(path, 'utf8');
    expect(text.length).toBe(size);
    expect(new Set(text).size).toBe(1);
  }
});
