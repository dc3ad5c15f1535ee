/**
 * The safetensors file format: 8 bytes of header length, a JSON header, then the numbers (docs of the format:
 * huggingface/safetensors). Reading follows the strict rules of reliability.md section 1: no overlap, no hole, nothing
 * beyond the end, no duplicate name, no allocation from a claim; and, unlike the reference reader, no NaN.
 * Float32 is what this program trains and writes (and int64 where PyTorch wants it); other types become float32.
 */
import type { StoredTensor } from './parameters.ts';
import { parseHeader } from './safetensors-header.ts';
import { type Dtype, decodeFloats, encodeFloats, requireFinite } from './weights/dtype.ts';

/** What a file holds. */
export type SafetensorsFile = { tensors: Map<string, StoredTensor>; metadata: Record<string, string> };

const HEADER_ALIGNMENT = 8;

/**
 * The bytes of a safetensors file with `tensors` in their order. Same input, same bytes.
 * @param metadata texts for the header's `__metadata__`
 * @param wholeNumbers names of tensors of whole numbers, written as I64 before all others: PyTorch's reader wants
 *   every tensor at a multiple of its element's size
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Record<string, string> = {},
  wholeNumbers: ReadonlySet<string> = new Set(),
): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  const isWhole = ([name]: readonly [string, StoredTensor]): boolean => wholeNumbers.has(name);
  const listed = [...tensors];
  for (const entry of [...listed.filter(isWhole), ...listed.filter((other) => !isWhole(other))]) {
    const [name, { shape, data }] = entry;
    const dtype: Dtype = isWhole(entry) ? 'I64' : 'F32';
    const part = encodeFloats(data, dtype);
    header[name] = { dtype, shape, data_offsets: [offset, offset + part.length] };
    parts.push(part);
    offset += part.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
  const bytes = new Uint8Array(8 + headerBytes + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(json, 8);
  bytes.fill(0x20, 8 + json.length, 8 + headerBytes);
  let at = 8 + headerBytes;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Reads the bytes of a safetensors file.
 * @param label the file as messages name it
 * @throws AppError CKPT_DAMAGED when the bytes break a rule of the format; CKPT_NAN when a value is not finite.
 */
export function decodeSafetensors(bytes: Uint8Array, label: string): SafetensorsFile {
  const { entries, metadata, dataStart } = parseHeader(bytes, label);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape, dtype, begin, end } of entries) {
    const place = { file: label, tensor: name };
    const data = decodeFloats(bytes.subarray(dataStart + begin, dataStart + end), dtype, place);
    requireFinite(data, place);
    tensors.set(name, { shape, data });
  }
  return { tensors, metadata };
}
