import { expect, it } from 'vitest';
import { MemoryCache } from '../../../core/media/memory-cache.ts';
import { packEntry, unpackEntry } from '../../../core/media/window-entry.ts';

const entry = { shape: [2, 3, 4, 3], data: Uint8Array.from({ length: 72 }, (_, i) => i) };

it('an entry comes back as it was packed', () => {
  for (const { shape, data } of [entry, { shape: [96, 288], data: new Uint8Array(0) }]) {
    const found = unpackEntry(Buffer.from(packEntry({ shape, data })));
    expect(found?.shape).toEqual(shape);
    expect([...(found?.data ?? [])]).toEqual([...data]);
  }
});

it('an entry with any byte changed, missing or added does not exist', () => {
  const file = Buffer.from(packEntry(entry));
  for (let at = 0; at < file.length; at += 1) {
    const changed = Buffer.from(file);
    changed[at]! ^= 1;
    expect(unpackEntry(changed), `byte ${at}`).toBeNull();
  }
  for (const length of [0, 5, 40, file.length - 1]) expect(unpackEntry(file.subarray(0, length))).toBeNull();
  expect(unpackEntry(Buffer.concat([file, Buffer.of(0)]))).toBeNull();
});

it('memory holds what was used last, up to its bytes', () => {
  const cache = new MemoryCache(100);
  const of = (bytes: number) => ({ shape: [bytes], data: new Uint8Array(bytes) });
  cache.put('a', of(40));
  cache.put('b', of(40));
  cache.get('a');
  cache.put('c', of(40));
  expect([cache.get('a'), cache.get('b'), cache.get('c')].map((e) => e !== null)).toEqual([
    true,
    false,
    true,
  ]);
  cache.put('a', of(90));
  expect([cache.get('a')?.data.length, cache.get('c')]).toEqual([90, null]);
  // One that is too large alone is held until the next comes.
  cache.put('huge', of(500));
  expect([cache.get('huge')?.data.length, cache.get('a')]).toEqual([500, null]);
});
