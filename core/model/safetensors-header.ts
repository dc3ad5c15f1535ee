/** The header of a safetensors file, checked before a byte of the data is touched. */
import { AppError } from '../domain/errors.ts';
import { DTYPE_BYTES, type Dtype, isDtype } from './weights/dtype.ts';

/** One tensor as the header describes it; offsets from the start of the data. */
export type HeaderEntry = { name: string; shape: number[]; dtype: Dtype; begin: number; end: number };

/** A header that holds every rule. */
export type Header = { entries: HeaderEntry[]; metadata: Record<string, string>; dataStart: number };

/** The reference reader's limit. */
const LONGEST_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;
const MOST_DIMENSIONS = 32;
/** Dotted paths; keeps out `__proto__`, control characters and path tricks. */
const NAME_GRAMMAR = /^[A-Za-z][\w.:/-]{0,511}$/;

/**
 * Reads and checks the header.
 * @param bytes the file, or its beginning up to the end of the header
 * @param fileBytes length of the whole file
 * @throws AppError CKPT_DAMAGED naming the broken rule.
 */
export function parseHeader(bytes: Uint8Array, label: string, fileBytes = bytes.length): Header {
  const dataStart = readHeaderLength(bytes, fileBytes, label);
  const json = readHeaderText(bytes.subarray(LENGTH_BYTES, dataStart), label);
  const parsed = parseObject(json, label);
  let metadata: Record<string, string> = {};
  const entries: HeaderEntry[] = [];
  for (const [name, value] of Object.entries(parsed)) {
    if (name === '__metadata__') metadata = parseMetadata(value, label);
    else entries.push(parseEntry(name, value, label));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  requireContiguous(entries, fileBytes - dataStart, label);
  return { entries, metadata, dataStart };
}

/**
 * Where the data of a file begins: after the header that its first eight bytes claim.
 * @throws AppError CKPT_DAMAGED when the file has no room for that.
 */
export function readHeaderLength(bytes: Uint8Array, fileBytes: number, label: string): number {
  if (bytes.length < LENGTH_BYTES) throw damaged(label, `it has ${bytes.length} bytes, too few for a header`);
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (claimed > BigInt(Math.min(LONGEST_HEADER_BYTES, fileBytes - LENGTH_BYTES))) {
    throw damaged(label, `its header claims ${claimed} bytes, the file has ${fileBytes}`);
  }
  return LENGTH_BYTES + Number(claimed);
}

function readHeaderText(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw damaged(label, 'its header is not UTF-8', cause);
  }
}

function parseObject(json: string, label: string): Record<string, unknown> {
  if (!json.startsWith('{')) throw damaged(label, 'its header does not begin with "{"');
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw damaged(label, 'its header is not JSON', cause);
  }
  if (!isObject(parsed)) throw damaged(label, 'its header is not an object');
  if (countKeys(parsed) !== countColons(json)) throw damaged(label, 'its header has a duplicate name');
  return parsed;
}

/** JSON.parse keeps the last of two equal keys without a word; the colons outside strings give them away. */
function countColons(json: string): number {
  let count = 0;
  let inString = false;
  for (let i = 0; i < json.length; i += 1) {
    const character = json[i];
    if (inString && character === '\\') i += 1;
    else if (character === '"') inString = !inString;
    else if (!inString && character === ':') count += 1;
  }
  return count;
}

function countKeys(root: unknown): number {
  let count = 0;
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    const members = Object.values(value);
    if (!Array.isArray(value)) count += members.length;
    for (const member of members) waiting.push(member);
  }
  return count;
}

function parseMetadata(value: unknown, label: string): Record<string, string> {
  if (!isObject(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    throw damaged(label, 'its __metadata__ is not a table of texts');
  }
  return value as Record<string, string>;
}

function parseEntry(name: string, value: unknown, label: string): HeaderEntry {
  if (!NAME_GRAMMAR.test(name))
    throw damaged(label, `the tensor name ${JSON.stringify(name)} is not allowed`);
  if (!isObject(value)) throw damaged(label, `tensor ${name} is not described`);
  const { dtype, shape, data_offsets: offsets, ...rest } = value;
  if (Object.keys(rest).length > 0) throw damaged(label, `tensor ${name} has unknown fields`);
  if (!isDtype(dtype)) {
    const types = Object.keys(DTYPE_BYTES).join(', ');
    throw damaged(label, `tensor ${name} has the type ${JSON.stringify(dtype)}, not one of ${types}`);
  }
  if (!isLengths(shape) || shape.length > MOST_DIMENSIONS) {
    throw damaged(label, `tensor ${name} has no valid shape`);
  }
  if (!isLengths(offsets) || offsets.length !== 2)
    throw damaged(label, `tensor ${name} has no valid offsets`);
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, length) => product * length, DTYPE_BYTES[dtype]);
  if (!Number.isSafeInteger(bytes) || end - begin !== bytes) {
    throw damaged(label, `tensor ${name} of shape [${shape.join(', ')}] does not fit ${end - begin} bytes`);
  }
  return { name, shape, dtype, begin, end };
}

function requireContiguous(entries: readonly HeaderEntry[], dataBytes: number, label: string): void {
  let reached = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== reached) {
      throw damaged(label, `tensor ${name} ${begin < reached ? 'overlaps another' : 'follows a hole'}`);
    }
    reached = end;
  }
  if (reached !== dataBytes) {
    throw damaged(label, `its tensors take ${reached} bytes, and ${dataBytes} are there`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLengths(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}

function damaged(label: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'CKPT_DAMAGED',
    `${label} is damaged: ${reason}. It was not loaded. Use an earlier checkpoint.`,
    { cause, details: { file: label, reason } },
  );
}
