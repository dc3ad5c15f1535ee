/** Archives that lie, and pickles with good checksums that are damaged. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../../../core/domain/errors.ts';
import { bytesInMemory } from '../../../../core/model/weights/byte-source.ts';
import { openTorchArchive } from '../../../../core/model/weights/torch-archive.ts';
import { fixture, readAll, refusalOf } from './fixtures.ts';
import { type ZipEnd, type ZipPart, zipOf } from './zip.ts';

/** The entries of a small file of PyTorch. */
async function partsOf(name: string): Promise<ZipPart[]> {
  const archive = await openTorchArchive(bytesInMemory(fixture(name), name));
  const names = ['data.pkl', 'byteorder', ...Array.from({ length: 20 }, (_, i) => `data/${i}`), 'version'];
  const there = names.filter((entry) => archive.sizeOf(entry) !== undefined);
  return Promise.all(there.map(async (entry) => ({ name: `a/${entry}`, data: await archive.read(entry) })));
}

const parts = await partsOf('views.pt');
const [pickle, ...others] = parts as [ZipPart, ...ZipPart[]];
const storage = others.find(({ name }) => name === 'a/data/0')!;
const withStorage = (change: Partial<ZipPart>): ZipPart[] =>
  parts.map((part) => (part === storage ? { ...part, ...change } : part));

describe('openTorchArchive', () => {
  it('reads what a plain zip writer wrote', async () => {
    const again = await readAll(zipOf(parts));
    expect([...again]).toEqual([...(await readAll(fixture('views.pt')))]);
  });

  it('needs no entry for the byte order, as before PyTorch 2.0', async () => {
    expect((await readAll(zipOf(parts.filter(({ name }) => name !== 'a/byteorder')))).size).toBeGreaterThan(
      0,
    );
  });

  const LIES: [string, ZipPart[], ZipEnd, ErrorCode, RegExp][] = [
    [
      'no PyTorch file inside',
      [{ name: 'word/document.xml', data: new Uint8Array(3) }],
      {},
      'CKPT_FORMAT',
      /none that torch\.save wrote/,
    ],
    ['no entries', [], {}, 'CKPT_FORMAT', /neither/],
    ['an entry twice', [...parts, storage], {}, 'CKPT_DAMAGED', /two entries data\/0/],
    [
      'an entry that begins inside another',
      withStorage({ offset: 0 }),
      {},
      'CKPT_DAMAGED',
      /another one in the directory/,
    ],
    [
      'two entries with the same bytes',
      [...parts, { ...pickle, offset: 0, data: new Uint8Array(0), claimedBytes: pickle.data.length }],
      {},
      'CKPT_DAMAGED',
      /overlaps/,
    ],
    [
      'an entry that reaches into the next',
      withStorage({ claimedBytes: storage.data.length + 8 }),
      {},
      'CKPT_DAMAGED',
      /overlaps/,
    ],
    ['an entry of 4 GB', withStorage({ claimedBytes: 0xfffffffe }), {}, 'CKPT_DAMAGED', /overflows/],
    [
      'an entry that claims to grow',
      withStorage({ claimedBytes: 8, claimedUncompressedBytes: 2 ** 31 }),
      {},
      'CKPT_DAMAGED',
      /two sizes of its entry a\/data\/0 differ/,
    ],
    ['a compressed entry', withStorage({ method: 8 }), {}, 'CKPT_FORMAT', /compressed entry a\/data\/0/],
    ['an encrypted entry', withStorage({ flags: 1 }), {}, 'CKPT_FORMAT', /encrypted/],
    ['another name in the entry', withStorage({ localName: 'a/data/9' }), {}, 'CKPT_DAMAGED', /another one/],
    ['a wrong checksum', withStorage({ checksum: 1 }), {}, 'CKPT_DAMAGED', /checksum of its entry data\/0/],
    [
      'a way out of the folder',
      [...parts, { name: 'a/../../x', data: new Uint8Array(1) }],
      {},
      'CKPT_DAMAGED',
      /invalid relative path/,
    ],
    [
      'an absolute path',
      [...parts, { name: '/etc/x', data: new Uint8Array(1) }],
      {},
      'CKPT_DAMAGED',
      /absolute path/,
    ],
    [
      'a backslash',
      [...parts, { name: 'a\\x', data: new Uint8Array(1) }],
      {},
      'CKPT_DAMAGED',
      /invalid characters/,
    ],
    [
      'an entry beside the folder',
      [...parts, { name: 'b/x', data: new Uint8Array(1) }],
      {},
      'CKPT_DAMAGED',
      /outside of a\//,
    ],
    ['more entries claimed than there', parts, { count: 60 }, 'CKPT_DAMAGED', /beyond its/],
    ['2^60 entries', parts, { zip64: { count: 2n ** 60n, offset: 0n } }, 'CKPT_TOO_LARGE', /more than 50000/],
    ['a directory at 2^63', parts, { zip64: { count: 3n, offset: 2n ** 63n } }, 'CKPT_DAMAGED', /beyond its/],
    ['a directory beyond the end', parts, { directoryOffset: 0x7fffffff }, 'CKPT_DAMAGED', /beyond its/],
  ];

  it.each(LIES)('refuses %s', async (_, entries, end, code, reason) => {
    expect(await refusalOf(readAll(zipOf(entries, end)), code)).toMatch(reason);
  });
});

describe('a damaged pickle in a sound archive (property)', () => {
  it.each(['views.pt', 'dtypes.pt', 'module-protocol2.pt', 'module-protocol5.pt'])('%s', async (name) => {
    const whole = await partsOf(name);
    const good = whole[0]!.data;
    const edit = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    const outcomes = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (changes) => {
        const data = good.slice();
        for (const [at, value] of changes) data[at] = value;
        try {
          const tensors = await readAll(zipOf([{ ...whole[0]!, data }, ...whole.slice(1)]));
          for (const { shape, data: numbers } of tensors.values()) {
            expect(numbers.length).toBe(shape.reduce((product, length) => product * length, 1));
          }
          outcomes.read += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).not.toMatchObject({ code: 'INVARIANT' });
          outcomes.refused += 1;
        }
      }),
      { numRuns: 1500 },
    );
    // A change of a name or of a number still reads; a property that only ever refuses would prove nothing.
    expect(outcomes.read).toBeGreaterThan(50);
    expect(outcomes.refused).toBeGreaterThan(50);
  });
});
