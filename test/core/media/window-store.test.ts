import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import type { WindowEntry } from '../../../core/media/window-entry.ts';
import { packEntry } from '../../../core/media/window-entry.ts';
import { WindowStore } from '../../../core/media/window-store.ts';

const root = mkdtempSync(join(tmpdir(), 'window-store-'));
afterAll(() => rmSync(root, { recursive: true }));

const DATA_BYTES = 100;
const entryOf = (value: number): WindowEntry => ({
  shape: [DATA_BYTES],
  data: new Uint8Array(DATA_BYTES).fill(value),
});
/** Bytes of one entry on disk. */
const ENTRY_BYTES = packEntry(entryOf(0)).length;
const START_MS = 1_700_000_000_000;

let folders = 0;
const newFolder = (): string => join(root, `store-${++folders}`);

function openStore(folder: string, entries: number, clock = manualClock(START_MS)): WindowStore {
  return new WindowStore(folder, {
    memoryBytes: 0,
    limitBytes: async () => entries * ENTRY_BYTES + 1,
    clock,
  });
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.win'));
const bytesIn = (folder: string): number =>
  filesIn(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
/** Reads a key; an entry that is not there is made as 99. */
const numberOf = (store: WindowStore, key: string): Promise<number> =>
  store.read(
    key,
    ({ data }) => data[0]!,
    async () => entryOf(99),
  );

describe('the store of windows', () => {
  it('never takes more than its limit, and removes the longest unused first', async () => {
    const folder = newFolder();
    const clock = manualClock(START_MS);
    for (const [i, key] of ['a', 'b', 'c'].entries()) await openStore(folder, 3).write(key, entryOf(i));
    // Other processes, later: `a` is used last, so `b` is the longest unused.
    for (const key of ['b', 'c', 'a']) {
      clock.advance(1000);
      await numberOf(openStore(folder, 3, clock), key);
    }
    const second = openStore(folder, 3, clock);
    expect(await second.write('d', entryOf(3))).toBe(true);
    expect(['a', 'b', 'c', 'd'].map((key) => second.has(key))).toEqual([true, false, true, true]);
    expect(bytesIn(folder)).toBe(3 * ENTRY_BYTES);
    for (let i = 0; i < 20; i += 1) {
      expect(await second.write(`more ${i}`, entryOf(i))).toBe(true);
      expect(bytesIn(folder)).toBe(3 * ENTRY_BYTES);
    }
    expect(await numberOf(second, 'more 19')).toBe(19);
  });

  it('keeps what is protected and refuses what then does not fit, which can still be read', async () => {
    const folder = newFolder();
    const store = openStore(folder, 2);
    await store.write('old', entryOf(1));
    store.protect(['mine 1', 'mine 2', 'mine 3']);
    const written = [];
    for (const [i, key] of ['mine 1', 'mine 2', 'mine 3'].entries())
      written.push(await store.write(key, entryOf(i)));
    expect(written).toEqual([true, true, false]);
    expect(store.has('old')).toBe(false);
    expect(await numberOf(store, 'mine 1')).toBe(0);
    expect(await numberOf(store, 'mine 3')).toBe(99);
    expect(bytesIn(folder)).toBe(2 * ENTRY_BYTES);
  });

  it('keeps to its limit when many are written at the same time', async () => {
    const folder = newFolder();
    const store = openStore(folder, 5);
    await Promise.all(Array.from({ length: 40 }, (_, i) => store.write(`k${i}`, entryOf(i))));
    expect(bytesIn(folder)).toBe(5 * ENTRY_BYTES);
    const left = Array.from({ length: 40 }, (_, i) => `k${i}`).filter((key) => store.has(key));
    expect(left).toHaveLength(5);
    for (const key of left) expect(await numberOf(store, key)).toBe(Number(key.slice(1)));
  });

  it('counts what earlier processes left, and clears away what they did not finish', async () => {
    const folder = newFolder();
    const earlier = openStore(folder, 9);
    for (let i = 0; i < 9; i += 1) await earlier.write(`k${i}`, entryOf(i));
    mkdirSync(join(folder, 'aa'), { recursive: true });
    const stale = join(folder, 'aa', '.x.win.tmp-1-2');
    const fresh = join(folder, 'aa', '.y.win.tmp-1-2');
    for (const path of [stale, fresh]) writeFileSync(path, 'half');
    utimesSync(stale, START_MS / 1000 - 7200, START_MS / 1000 - 7200);
    utimesSync(fresh, START_MS / 1000 - 60, START_MS / 1000 - 60);
    const later = openStore(folder, 4);
    await later.write('new', entryOf(7));
    expect(bytesIn(folder)).toBe(4 * ENTRY_BYTES);
    expect([existsSync(stale), existsSync(fresh)]).toEqual([false, true]);
  });

  it('makes again what another process removed', async () => {
    const folder = newFolder();
    const store = openStore(folder, 2);
    await store.write('a', entryOf(1));
    rmSync(folder, { recursive: true });
    expect(await numberOf(store, 'a')).toBe(99);
    expect(store.has('a')).toBe(true);
  });

  it('keeps nothing with a limit of 0', async () => {
    const store = new WindowStore(newFolder(), {
      memoryBytes: 0,
      limitBytes: async () => 0,
      clock: manualClock(START_MS),
    });
    expect(await store.write('a', entryOf(1))).toBe(false);
    expect(await numberOf(store, 'a')).toBe(99);
  });
});
