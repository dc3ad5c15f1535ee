import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAppendLog } from '../../../core/training/append-log.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'append-log-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('openAppendLog', () => {
  it('appends, and drops what lies beyond the kept bytes', async () => {
    const path = join(folder, 'a.jsonl');
    const log = openAppendLog(path, 0);
    log.append(Buffer.from('one\n'));
    log.append(Buffer.from('two\nthr'));
    log.sync();
    expect(log.sizeBytes).toBe(11);
    log.close();
    const again = openAppendLog(path, 4);
    expect(again.sizeBytes).toBe(4);
    again.append(Buffer.from('2\n'));
    again.close();
    expect(await readFile(path, 'utf8')).toBe('one\n2\n');
  });

  it('starts anew where nothing is to be kept', async () => {
    const path = join(folder, 'b.jsonl');
    await writeFile(path, 'old\n');
    openAppendLog(path, 0).close();
    expect(await readFile(path, 'utf8')).toBe('');
  });

  it('goes on after the last whole line of a file that somebody cut, and anew where there are no lines', async () => {
    const path = join(folder, 'c.jsonl');
    await writeFile(path, 'one\ntw');
    const log = openAppendLog(path, 100);
    expect(log.sizeBytes).toBe(4);
    log.close();
    await writeFile(path, 'one\ntw');
    const binary = openAppendLog(path, 100, { lines: false });
    expect(binary.sizeBytes).toBe(0);
    binary.close();
  });
});
