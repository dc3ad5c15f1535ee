import { describe, expect, it } from 'vitest';
import { encodeNpy } from '../../../core/files/npy.ts';

/** Reads by the words of the format's own text, not by our code. */
function read(bytes: Uint8Array): { descr: string; shape: number[]; data: DataView } {
  expect([...bytes.subarray(0, 8)]).toEqual([0x93, ...Buffer.from('NUMPY'), 1, 0]);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
  expect((10 + length) % 64).toBe(0);
  const header = Buffer.from(bytes.subarray(10, 10 + length)).toString('latin1');
  expect(header.endsWith('\n')).toBe(true);
  const [, descr, order, shape] =
    /^\{'descr': '([^']+)', 'fortran_order': (\w+), 'shape': \(([^)]*)\), \} *\n$/.exec(header) ?? [];
  expect(order).toBe('False');
  const sizes = (shape ?? '').split(',').filter((part) => part.trim() !== '');
  return {
    descr: descr ?? '',
    shape: sizes.map(Number),
    data: new DataView(bytes.buffer, bytes.byteOffset + 10 + length),
  };
}

describe('encodeNpy', () => {
  it('writes a matrix row by row', () => {
    const { descr, shape, data } = read(encodeNpy(Float64Array.of(1, 2, 3, 4, 5, Number.NaN), [2, 3]));
    expect({ descr, shape }).toEqual({ descr: '<f8', shape: [2, 3] });
    expect(data.getFloat64(3 * 8, true)).toBe(4);
    expect(data.getFloat64(5 * 8, true)).toBeNaN();
  });

  it('writes other kinds of numbers, of any number of dimensions', () => {
    expect(read(encodeNpy(new Float32Array(24), [2, 3, 4]))).toMatchObject({
      descr: '<f4',
      shape: [2, 3, 4],
    });
    expect(read(encodeNpy(Int32Array.of(7), [1]))).toMatchObject({ descr: '<i4', shape: [1] });
    expect(read(encodeNpy(new Uint8Array(0), [0, 5]))).toMatchObject({ descr: '|u1', shape: [0, 5] });
  });

  it('begins the numbers at a multiple of 64 whatever the header takes', () => {
    for (let digits = 1; digits < 9; digits += 1) {
      const shape = [...Array.from({ length: digits * 4 }, () => 1), 2];
      expect(read(encodeNpy(new Float32Array(2), shape)).shape).toEqual(shape);
    }
  });

  it('refuses a shape that is not that of the numbers', () => {
    expect(() => encodeNpy(new Float32Array(5), [2, 3])).toThrow(RangeError);
  });
});
