/**
 * Arrays as NumPy keeps them: `.npy`, version 1.0, little endian, C order
 * (NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays").
 */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0] as const;
/** Header and what stands before it are a multiple of this, so that the numbers lie where readers want them. */
const ALIGNMENT = 64;
const LENGTH_BYTES = 2;

/** Numbers that a file can hold. */
export type NpyData = Float32Array | Float64Array | Int32Array | Uint8Array;

const TYPES = [
  [Float32Array, '<f4'],
  [Float64Array, '<f8'],
  [Int32Array, '<i4'],
  [Uint8Array, '|u1'],
] as const;

/**
 * The bytes before the numbers, for files that are written piece by piece.
 * @param shape [rows, ...]; its product is how many numbers follow
 */
export function npyHeader(data: NpyData, shape: readonly number[]): Uint8Array {
  const type = TYPES.find(([kind]) => data instanceof kind)![1];
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const before = MAGIC.length + LENGTH_BYTES;
  const padding = ALIGNMENT - ((before + text.length + 1) % ALIGNMENT);
  const header = `${text}${' '.repeat(padding % ALIGNMENT)}\n`;
  const bytes = new Uint8Array(before + header.length);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint16(MAGIC.length, header.length, true);
  bytes.set(new TextEncoder().encode(header), before);
  return bytes;
}

/** A whole file. @throws RangeError where the shape and the count of numbers differ. */
export function encodeNpy(data: NpyData, shape: readonly number[]): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length)
    throw new RangeError(`Shape [${shape.join(', ')}] is not ${data.length} numbers.`);
  const header = npyHeader(data, shape);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}
