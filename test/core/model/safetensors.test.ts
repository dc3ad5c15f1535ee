import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasCode } from '../../../core/domain/errors.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../core/model/safetensors.ts';

/** A file from a header's text and data bytes, by the format's definition. */
function fileOf(header: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const json = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

function bytesOf(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

const A = '"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}';

describe('encodeSafetensors', () => {
  it('writes the format byte by byte', () => {
    const bytes = encodeSafetensors(new Map([['a', { shape: [2], data: Float32Array.of(1, -2.5) }]]));
    const json = `{${A}}`;
    const padded = json.padEnd(Math.ceil(json.length / 8) * 8);
    expect(Buffer.from(bytes)).toEqual(Buffer.from(fileOf(padded, bytesOf(1, -2.5))));
  });

  it('is read back: order, shapes, empty and scalar tensors, metadata', () => {
    const tensors = new Map([
      ['z.last', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
      ['a.empty', { shape: [0, 4], data: new Float32Array(0) }],
      ['b.scalar', { shape: [], data: Float32Array.of(7) }],
    ]);
    const file = decodeSafetensors(encodeSafetensors(tensors, { made: 'here' }), 'x');
    expect(file.metadata).toEqual({ made: 'here' });
    expect([...file.tensors].sort()).toEqual([...tensors].sort());
  });

  it('survives any tensors (property)', () => {
    const data = fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 20 });
    const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.]{0,20}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(names, data), { maxLength: 6 }), (list) => {
        const tensors = new Map(
          list.map(([name, values]) => [name, { shape: [values.length], data: values }]),
        );
        const { tensors: found } = decodeSafetensors(encodeSafetensors(tensors), 'x');
        expect(new Map([...found].sort())).toEqual(new Map([...tensors].sort()));
      }),
    );
  });
});

const BROKEN: [string, Uint8Array, RegExp][] = [
  ['an empty file', new Uint8Array(0), /too few/],
  ['seven bytes', new Uint8Array(7), /too few/],
  ['a header of 2^63 bytes', Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80]), bytesOf(1)]), /claims/],
  ['a header one byte beyond the end', fileOf(`{${A}}`, bytesOf(1, 2)).subarray(0, 20), /claims/],
  [
    'a header of 200 MB',
    Buffer.concat([Buffer.from([0, 0xc2, 0xeb, 0x0b, 0, 0, 0, 0]), bytesOf(1)]),
    /claims/,
  ],
  ['a header that is not UTF-8', Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff])]), /UTF-8/],
  ['a header that is not JSON', fileOf('{nonsense}'), /not JSON/],
  ['a header that is a list', fileOf('[]'), /does not begin/],
  ['a duplicate name', fileOf(`{${A},${A}}`, bytesOf(1, 2)), /duplicate/],
  [
    'a duplicate field',
    fileOf(`{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, bytesOf(1, 2)),
    /duplicate/,
  ],
  ['a cut tensor', fileOf(`{${A}}`, bytesOf(1)), /take 8 bytes/],
  ['bytes after the last tensor', fileOf(`{${A}}`, bytesOf(1, 2, 3)), /take 8 bytes/],
  [
    'a hole',
    fileOf(`{${A},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}`, bytesOf(1, 2, 3, 4)),
    /b follows a hole/,
  ],
  [
    'an overlap',
    fileOf(`{${A},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}`, bytesOf(1, 2, 3)),
    /b overlaps/,
  ],
  [
    'reversed offsets',
    fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}', bytesOf(1)),
    /does not fit/,
  ],
  [
    'a negative offset',
    fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}', bytesOf(1)),
    /offsets/,
  ],
  [
    'a shape that overflows',
    fileOf(
      '{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}',
      bytesOf(1, 2),
    ),
    /does not fit/,
  ],
  [
    'a fractional shape',
    fileOf('{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}', new Uint8Array(6)),
    /no valid shape/,
  ],
  [
    'an unknown type',
    fileOf('{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}', bytesOf(1)),
    /type "F33"/,
  ],
  [
    'an unknown field',
    fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"code":1}}', bytesOf(1)),
    /unknown fields/,
  ],
  [
    'a tensor named __proto__',
    fileOf('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', bytesOf(1)),
    /not allowed/,
  ],
  [
    'a name with a path in it',
    fileOf('{"../a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', bytesOf(1)),
    /not allowed/,
  ],
  ['metadata that is no text', fileOf('{"__metadata__":{"a":1}}'), /__metadata__/],
];

describe('decodeSafetensors', () => {
  it.each(BROKEN)('refuses %s', (_, bytes, reason) => {
    try {
      decodeSafetensors(bytes, 'some.safetensors');
      expect.unreachable();
    } catch (error) {
      expect(hasCode(error, 'CKPT_DAMAGED')).toBe(true);
      expect(String(error)).toMatch(reason);
      expect(String(error)).toContain('some.safetensors');
    }
  });

  it('reads a header that is not padded, whatever the alignment of the data', () => {
    const { tensors } = decodeSafetensors(fileOf(`{${A}}`, bytesOf(3, 4)), 'x');
    expect(tensors.get('a')!.data).toEqual(Float32Array.of(3, 4));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %s by name', (value) => {
    const bytes = encodeSafetensors(new Map([['w', { shape: [3], data: Float32Array.of(1, value, value) }]]));
    expect(() => decodeSafetensors(bytes, 'x')).toThrow(/tensor w holds 2 invalid values/);
  });

  it('reads or refuses with a code, whatever was changed in a file (property)', () => {
    const good = encodeSafetensors(
      new Map([
        ['a', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
        ['b', { shape: [3], data: Float32Array.of(5, 6, 7) }],
      ]),
    );
    const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(edits, fc.nat(good.length), (changes, length) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          decodeSafetensors(bytes.subarray(0, length), 'x');
        } catch (error) {
          expect(hasCode(error, 'CKPT_DAMAGED') || hasCode(error, 'CKPT_NAN')).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
