/** What is common to both formats: recognising them, and safetensors whose numbers are read one by one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../core/domain/errors.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../../core/model/safetensors.ts';
import { openBytesOf, readAll, refusalOf } from './fixtures.ts';

/** A safetensors file by the format's definition. */
function fileOf(header: Record<string, unknown>, data: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

const bytesOf = (...arrays: ArrayBufferView[]): Uint8Array =>
  Buffer.concat(
    arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );

/** 1.5 and -2 as every type. */
const EVERY_TYPE = fileOf(
  {
    f32: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    f16: { dtype: 'F16', shape: [2], data_offsets: [8, 12] },
    bf16: { dtype: 'BF16', shape: [1, 2], data_offsets: [12, 16] },
    f64: { dtype: 'F64', shape: [2], data_offsets: [16, 32] },
    i64: { dtype: 'I64', shape: [], data_offsets: [32, 40] },
  },
  bytesOf(
    Float32Array.of(1.5, -2),
    Uint16Array.of(0x3e00, 0xc000),
    Uint16Array.of(0x3fc0, 0xc000),
    Float64Array.of(1.5, -2),
    BigInt64Array.of(-2n),
  ),
);

describe('safetensors of other types', () => {
  const pair = Float32Array.of(1.5, -2);
  const expected = [
    ['f32', { shape: [2], data: pair }],
    ['f16', { shape: [2], data: pair }],
    ['bf16', { shape: [1, 2], data: pair }],
    ['f64', { shape: [2], data: pair }],
    ['i64', { shape: [], data: Float32Array.of(-2) }],
  ];

  it('become float32, whole or tensor by tensor', async () => {
    expect([...decodeSafetensors(EVERY_TYPE, 'x').tensors]).toEqual(expected);
    expect([...(await readAll(EVERY_TYPE))]).toEqual(expected);
    const file = await openBytesOf(EVERY_TYPE);
    expect(file.format).toBe('safetensors');
    expect(file.entries.map(({ dtype }) => dtype)).toEqual(['F32', 'F16', 'BF16', 'F64', 'I64']);
    expect([...(await file.read(['i64', 'f16'])).keys()]).toEqual(['i64', 'f16']);
  });

  it.each(['I32', 'U8', 'BOOL', 'F8_E4M3', '__proto__'])('are refused as %s', async (dtype) => {
    const bytes = fileOf({ a: { dtype, shape: [4], data_offsets: [0, 4] } }, new Uint8Array(4));
    expect(await refusalOf(readAll(bytes), 'CKPT_DAMAGED')).toContain(`"${dtype}"`);
  });

  it('are refused where shape and bytes differ by the size of the type', async () => {
    const bytes = fileOf({ a: { dtype: 'F16', shape: [2], data_offsets: [0, 8] } }, new Uint8Array(8));
    expect(await refusalOf(readAll(bytes), 'CKPT_DAMAGED')).toContain('does not fit 8 bytes');
  });

  it.each([
    ['F16', Uint16Array.of(0x7c00), 'CKPT_NAN'],
    ['BF16', Uint16Array.of(0x7fc0), 'CKPT_NAN'],
    ['F64', Float64Array.of(1e300), 'CKPT_NAN'],
    ['I64', BigInt64Array.of(2n ** 53n + 1n), 'CKPT_DAMAGED'],
  ] as const)('are refused where a %s has no finite float32', async (dtype, data, code) => {
    const header = { a: { dtype, shape: [1], data_offsets: [0, data.byteLength] } };
    const bytes = fileOf(header, bytesOf(data));
    expect(await refusalOf(readAll(bytes), code)).toContain('tensor a');
    expect(() => decodeSafetensors(bytes, 'x')).toThrow('tensor a');
  });
});

describe('readWeightsFile', () => {
  it.each([
    ['nothing at all', '', 'CKPT_DAMAGED', /empty/],
    ['three bytes', 'abc', 'CKPT_FORMAT', /neither/],
    ['a text', 'these are no weights at all, only words', 'CKPT_FORMAT', /neither/],
    ['a zip that ends at once', 'PK\x03\x04', 'CKPT_DAMAGED', /zip directory/],
    ['a bare pickle', '\x80\x02}q\x00.', 'CKPT_FORMAT', /before 1\.6/],
  ] as const)('refuses %s', async (_, text, code, reason) => {
    expect(await refusalOf(readAll(Buffer.from(text, 'latin1')), code)).toMatch(reason);
  });

  it('reads a header whose length begins as a pickle does', async () => {
    const tensors = new Map([['a', { shape: [1], data: Float32Array.of(4) }]]);
    const files = Array.from({ length: 512 }, (_, i) => encodeSafetensors(tensors, { made: ' '.repeat(i) }));
    const alike = files.filter((bytes) => bytes[0] === 0x80 && bytes[1]! <= 5);
    expect(alike.length).toBeGreaterThan(0);
    for (const bytes of alike) expect([...(await readAll(bytes))]).toEqual([...tensors]);
  });

  it('gives tensors or an error of ours, whatever was changed in a file (property)', async () => {
    const edit = fc.tuple(fc.nat(EVERY_TYPE.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(8), async (edits, cut) => {
        const bytes = Uint8Array.from(EVERY_TYPE);
        for (const [at, value] of edits) bytes[at] = value;
        try {
          await readAll(bytes.subarray(0, bytes.length - Math.max(0, cut - 4)));
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).not.toMatchObject({ code: 'INVARIANT' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
