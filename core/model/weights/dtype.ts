/** Number types of weights files, and their one way to the float32 that this program works with. */
import { AppError, InvariantError } from '../../domain/errors.ts';

/** Types that can become float32 without a guess; names are those of safetensors. */
export type Dtype = 'F32' | 'F16' | 'BF16' | 'F64' | 'I64';

/** Bytes of one number. */
export const DTYPE_BYTES: Record<Dtype, number> = { F32: 4, F16: 2, BF16: 2, F64: 8, I64: 8 };

/** Whether a word names a type that can be read. */
export function isDtype(word: unknown): word is Dtype {
  return typeof word === 'string' && Object.hasOwn(DTYPE_BYTES, word);
}

/**
 * Little-endian numbers as float32. F16 and BF16 are exact, F64 rounds to the nearest as PyTorch does, I64 must be
 * exact.
 * @param bytes a whole number of elements
 * @param place file and tensor, as messages name them
 * @throws AppError CKPT_DAMAGED where a whole number has no float32 of its value.
 */
export function decodeFloats(
  bytes: Uint8Array,
  dtype: Dtype,
  place: { file: string; tensor: string },
): Float32Array {
  const count = bytes.length / DTYPE_BYTES[dtype];
  const values = new Float32Array(count);
  if (dtype === 'F32') {
    // Copied, so that any alignment will do.
    new Uint8Array(values.buffer).set(bytes);
    return values;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (dtype === 'F64') for (let i = 0; i < count; i += 1) values[i] = view.getFloat64(8 * i, true);
  else if (dtype === 'F16') decodeHalves(view, values);
  else if (dtype === 'BF16') decodeBrainFloats(view, values);
  else decodeWholeNumbers(view, values, place);
  return values;
}

/** The other way: float32 as it is (a view, not a copy), or whole numbers as I64. */
export function encodeFloats(data: Float32Array, dtype: Dtype): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (dtype !== 'I64') throw new InvariantError(`${dtype} is not written`);
  return new Uint8Array(BigInt64Array.from(data, BigInt).buffer);
}

/**
 * Refuses numbers that no training survives.
 * @throws AppError CKPT_NAN naming the tensor and how many of its values are NaN or infinite.
 */
export function requireFinite(data: Float32Array, { file, tensor }: { file: string; tensor: string }): void {
  let invalid = 0;
  for (const value of data) if (!Number.isFinite(value)) invalid += 1;
  if (invalid === 0) return;
  throw new AppError(
    'CKPT_NAN',
    `${file}: tensor ${tensor} holds ${invalid} invalid values (NaN or infinite). It was not loaded. Use an earlier checkpoint.`,
    { details: { tensor, invalid } },
  );
}

let halves: Float32Array | undefined;

/** IEEE 754 binary16, by a table of all 65,536 values. */
function decodeHalves(view: DataView, values: Float32Array): void {
  halves ??= Float32Array.from({ length: 0x10000 }, (_, bits) => halfValue(bits));
  for (let i = 0; i < values.length; i += 1) values[i] = halves[view.getUint16(2 * i, true)]!;
}

function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** bfloat16 is the upper half of a float32. */
function decodeBrainFloats(view: DataView, values: Float32Array): void {
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < values.length; i += 1) bits[i] = view.getUint16(2 * i, true) << 16;
}

function decodeWholeNumbers(
  view: DataView,
  values: Float32Array,
  { file, tensor }: { file: string; tensor: string },
): void {
  for (let i = 0; i < values.length; i += 1) {
    const whole = view.getBigInt64(8 * i, true);
    values[i] = Number(whole);
    if (BigInt(values[i]!) === whole) continue;
    throw new AppError(
      'CKPT_DAMAGED',
      `${file} is damaged: tensor ${tensor} holds the whole number ${whole}, which float32 cannot hold. It was not loaded. Get the file again.`,
      { details: { file, tensor } },
    );
  }
}
