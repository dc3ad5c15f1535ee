import { describe, expect, it } from 'vitest';
import { hasCode } from '../../../../core/domain/errors.ts';
import { decodeFloats, encodeFloats, requireFinite } from '../../../../core/model/weights/dtype.ts';

const PLACE = { file: 'some.pt', tensor: 'w' };

/** All 65,536 patterns of two bytes. */
const PATTERNS = new Uint8Array(Uint16Array.from({ length: 0x10000 }, (_, i) => i).buffer);

describe('decodeFloats', () => {
  it('reads every half as the engine of the language does', () => {
    expect(decodeFloats(PATTERNS, 'F16', PLACE)).toEqual(
      Float32Array.from({ length: 0x10000 }, (_, bits) => {
        const view = new DataView(new ArrayBuffer(2));
        view.setUint16(0, bits);
        return view.getFloat16(0);
      }),
    );
  });

  it('reads every bfloat16 as the float32 with 16 zero bits below', () => {
    const found = decodeFloats(PATTERNS, 'BF16', PLACE);
    for (let bits = 0; bits < 0x10000; bits += 1) {
      const view = new DataView(new ArrayBuffer(4));
      view.setUint16(0, bits);
      expect(Object.is(found[bits], view.getFloat32(0))).toBe(true);
    }
  });

  it('rounds doubles to the nearest float32, to infinity where there is none', () => {
    const doubles = new Uint8Array(Float64Array.of(0.1, 1e-300, 1e300).buffer);
    expect([...decodeFloats(doubles, 'F64', PLACE)]).toEqual([Math.fround(0.1), 0, Number.POSITIVE_INFINITY]);
  });

  it('takes whole numbers that float32 holds exactly and refuses others', () => {
    const good = [0n, -5n, 2n ** 24n, 2n ** 62n];
    const encoded = new Uint8Array(BigInt64Array.from(good).buffer);
    expect([...decodeFloats(encoded, 'I64', PLACE)].map(BigInt)).toEqual(good);
    for (const bad of [2n ** 24n + 1n, 2n ** 63n - 1n]) {
      const bytes = new Uint8Array(BigInt64Array.of(bad).buffer);
      expect(() => decodeFloats(bytes, 'I64', PLACE)).toThrow(`${bad}`);
    }
  });

  it('reads from any alignment', () => {
    const bytes = Buffer.concat([Buffer.of(9), new Uint8Array(Float64Array.of(2.5).buffer)]).subarray(1);
    expect([...decodeFloats(bytes, 'F64', PLACE)]).toEqual([2.5]);
  });
});

describe('encodeFloats', () => {
  it('is undone by decodeFloats', () => {
    const data = Float32Array.of(0, -3, 1234, 2 ** 24);
    for (const dtype of ['F32', 'I64'] as const) {
      expect(decodeFloats(encodeFloats(data, dtype), dtype, PLACE)).toEqual(data);
    }
  });
});

describe('requireFinite', () => {
  it('counts what is not a number', () => {
    expect(() => requireFinite(Float32Array.of(1, -2), PLACE)).not.toThrow();
    try {
      requireFinite(Float32Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY), PLACE);
      expect.unreachable();
    } catch (error) {
      expect(hasCode(error, 'CKPT_NAN')).toBe(true);
      expect(String(error)).toContain('tensor w holds 2 invalid values');
    }
  });
});
