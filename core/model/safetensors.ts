/**
 * The safetensors file format: 8 bytes of header length, a JSON header, then the numbers (docs of the format:
 * huggingface/safetensors). Reading follows the strict rules of reliability.md section 1: no overlap, no hole, nothing
 * beyond the end, no duplicate name, no allocation from a claim; and, unlike the reference reader, no NaN.
 * Float32 only: that is what this program trains and writes.
 */
import { AppError } from '../domain/errors.ts';
import type { StoredTensor } from './parameters.ts';
import { parseHeader } from './safetensors-header.ts';

/** What a file holds. */
export type SafetensorsFile = { tensors: Map<string, StoredTensor>; metadata: Record<string, string> };

const HEADER_ALIGNMENT = 8;

/**
 * The bytes of a safetensors file with `tensors` in their order. Same input, same bytes.
 * @param metadata texts for the header's `__metadata__`
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
  const bytes = new Uint8Array(8 + headerBytes + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(json, 8);
  bytes.fill(0x20, 8 + json.length, 8 + headerBytes);
  let at = 8 + headerBytes;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
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
  for (const { name, shape, begin, end } of entries) {
    const data = new Float32Array((end - begin) / 4);
    new Uint8Array(data.buffer).set(bytes.subarray(dataStart + begin, dataStart + end));
    requireFinite(data, name, label);
    tensors.set(name, { shape, data });
  }
  return { tensors, metadata };
}

function requireFinite(data: Float32Array, name: string, label: string): void {
  let invalid = 0;
  for (const value of data) if (!Number.isFinite(value)) invalid += 1;
  if (invalid === 0) return;
  throw new AppError(
    'CKPT_NAN',
    `${label}: tensor ${name} holds ${invalid} invalid values (NaN or infinite). It was not loaded. Use an earlier checkpoint.`,
    { details: { tensor: name, invalid } },
  );
}
