/** Folders appear whole or not at all. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder, removeHalfMade } from '../../../core/files/make-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'dubscope-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

it('shows a folder when it is complete, and returns what its maker returns', async () => {
  const path = join(parent, 'new', 'one');
  const made = await makeFolder(path, async (temporary) => {
    writeFileSync(join(temporary, 'a'), 'whole');
    expect(existsSync(path)).toBe(false);
    return 7;
  });
  expect(made).toBe(7);
  expect(readFileSync(join(path, 'a'), 'utf8')).toBe('whole');
  expect(readdirSync(join(parent, 'new'))).toEqual(['one']);
});

it('leaves nothing of one that fails', async () => {
  const failing = makeFolder(join(parent, 'two'), async (temporary) => {
    writeFileSync(join(temporary, 'a'), 'half');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(readdirSync(parent)).toEqual(['new']);
});

it('keeps the folder of whoever was first', async () => {
  const path = join(parent, 'three');
  const write = (text: string): Promise<void> =>
    makeFolder(path, async (temporary) => writeFileSync(join(temporary, 'a'), text));
  await write('first');
  await write('second');
  expect(readFileSync(join(path, 'a'), 'utf8')).toBe('first');
  expect(readdirSync(parent).sort()).toEqual(['new', 'three']);
});

it('removes what processes that have ended left, and nothing else', async () => {
  const names = ['.x.tmp-999999999-aa', `.y.tmp-${process.pid}-bb`, '.hidden', 'three.tmp-999999999-aa'];
  for (const name of names) mkdirSync(join(parent, name));
  expect(await removeHalfMade(parent)).toBe(1);
  expect(existsSync(join(parent, names[0]!))).toBe(false);
  for (const name of names.slice(1)) expect(existsSync(join(parent, name))).toBe(true);
  expect(await removeHalfMade(join(parent, 'nowhere'))).toBe(0);
});
