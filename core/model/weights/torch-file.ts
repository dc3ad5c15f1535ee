/** A PyTorch file (`.pt`, `.pth`) as tables of tensors: zip and pickle read as data, numbers only when asked for. */
import type { StoredTensor } from '../parameters.ts';
import type { ByteSource } from './byte-source.ts';
import { DTYPE_BYTES, decodeFloats, isDtype, requireFinite } from './dtype.ts';
import { isKind } from './pickle-calls.ts';
import { readPickle } from './pickle-reader.ts';
import {
  kindOf,
  type PickleDict,
  type PickleValue,
  type TorchStorage,
  type TorchTensor,
} from './pickle-values.ts';
import { damagedFile, shown, tooLarge, unknownFormat } from './refusals.ts';
import { openTorchArchive, type TorchArchive } from './torch-archive.ts';
import type { TensorEntry, WeightsFile } from './weights-file.ts';

/** Where the official code keeps its state dict (paper-facts 3.5). */
const WRAPPER = 'model';
/** Numbers that one call gives back: 4 GiB of float32. Both large towers have 0.1 x 10^9. */
const MOST_NUMBERS = 2 ** 30;

/**
 * Reads what a PyTorch zip holds, without its numbers.
 * @throws AppError CKPT_UNSAFE when it names anything but tensors, dicts and numbers; CKPT_DAMAGED; CKPT_FORMAT for
 *   TorchScript and for files that hold no table of tensors; CKPT_TOO_LARGE.
 */
export async function readTorchFile(source: ByteSource): Promise<WeightsFile> {
  const archive = await openTorchArchive(source);
  const { label } = source;
  await requireLittleEndian(archive);
  const root = readPickle(await archive.read('data.pkl'), label);
  const { wrapper, table, otherKeys } = stateDictOf(root, label);
  const tensors = tensorsOf(table);
  for (const tensor of tensors.values()) requireStorage(archive, tensor.storage);
  return {
    format: 'torch',
    label,
    sizeBytes: source.sizeBytes,
    entries: [...tensors].map(([name, tensor]): TensorEntry => {
      return { name, shape: tensor.shape, dtype: tensor.storage.dtype };
    }),
    wrapper,
    otherKeys: [
      ...otherKeys,
      ...[...table.entries.keys()].filter((key) => !tensors.has(key as string)).map(String),
    ],
    metadata: {},
    read: (names) => readTensors(archive, tensors, names),
    close: () => source.close(),
  };
}

async function requireLittleEndian(archive: TorchArchive): Promise<void> {
  // PyTorch before 2.0 wrote no such entry, and little-endian.
  if (archive.sizeOf('byteorder') === undefined) return;
  const order = new TextDecoder().decode(await archive.read('byteorder'));
  if (order === 'little') return;
  throw unknownFormat(
    archive.label,
    `has the byte order "${shown(order)}", not "little"`,
    'Load and save it again on the machine it comes from, or save it as safetensors.',
  );
}

/** The state dict: under `model`, or the file's own table. */
function stateDictOf(
  root: PickleValue,
  label: string,
): { wrapper: string | null; table: PickleDict; otherKeys: string[] } {
  if (!isKind(root, 'dict')) {
    throw unknownFormat(label, `holds a ${kindOf(root)}, not a table of tensors`, 'Save a state_dict().');
  }
  const wrapped = root.entries.get(WRAPPER);
  if (!isKind(wrapped, 'dict')) return { wrapper: null, table: root, otherKeys: [] };
  return {
    wrapper: WRAPPER,
    table: wrapped,
    otherKeys: [...root.entries.keys()].filter((key) => key !== WRAPPER).map(String),
  };
}

function tensorsOf(table: PickleDict): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  for (const [name, value] of table.entries) {
    if (typeof name === 'string' && isKind(value, 'tensor')) tensors.set(name, value);
  }
  return tensors;
}

function requireStorage(archive: TorchArchive, { key, count, elementBytes }: TorchStorage): void {
  const found = archive.sizeOf(`data/${key}`);
  if (found === count * elementBytes) return;
  throw damagedFile(
    archive.label,
    `storage ${key} should have ${count * elementBytes} bytes and has ${found ?? 'none'}`,
  );
}

/** Reads each storage once, however many tensors are views of it. */
async function readTensors(
  archive: TorchArchive,
  tensors: ReadonlyMap<string, TorchTensor>,
  names: readonly string[],
): Promise<Map<string, StoredTensor>> {
  const { label } = archive;
  const wanted = names.map((name) => [name, tensors.get(name)!] as const);
  const total = wanted.reduce((sum, [, { shape }]) => sum + numbersIn(shape), 0);
  if (total > MOST_NUMBERS) throw tooLarge(label, `has ${total} numbers, more than ${MOST_NUMBERS}`);
  const result = new Map<string, StoredTensor>();
  for (const name of names) result.set(name, { shape: [], data: new Float32Array(0) });
  for (const views of Map.groupBy(wanted, ([, { storage }]) => storage.key).values()) {
    const [firstName, { storage }] = views[0]!;
    const place = { file: label, tensor: shown(firstName) };
    const dtype = storage.dtype;
    if (!isDtype(dtype)) {
      throw unknownFormat(label, `has the type ${dtype} for tensor ${place.tensor}`, 'Save it as float32.');
    }
    const numbers = decodeFloats(await archive.read(`data/${storage.key}`), dtype, place);
    for (const [name, tensor] of views) {
      if (
        tensor.storage.dtype !== dtype ||
        numbers.length * DTYPE_BYTES[dtype] !== byteLength(tensor.storage)
      ) {
        throw damagedFile(label, `storage ${storage.key} is described in two ways`);
      }
      const data = gather(numbers, tensor);
      requireFinite(data, { file: label, tensor: shown(name) });
      result.set(name, { shape: tensor.shape, data });
    }
  }
  return result;
}

/** The elements of a strided view in row-major order. */
function gather(numbers: Float32Array, { offset, shape, strides }: TorchTensor): Float32Array {
  const count = numbersIn(shape);
  if (isRowMajor(shape, strides)) return numbers.slice(offset, offset + count);
  const data = new Float32Array(count);
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; ; i += 1) {
    data[i] = numbers[at]!;
    if (i === data.length - 1) return data;
    // Counts up like an odometer, last axis first.
    for (let axis = shape.length - 1; ; axis -= 1) {
      at += strides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      at -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
}

/** Whether the elements lie one after another; so do none and one. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    if (shape[axis] !== 1 && strides[axis] !== step) return shape.includes(0);
    step *= shape[axis]!;
  }
  return true;
}

function byteLength({ count, elementBytes }: TorchStorage): number {
  return count * elementBytes;
}

function numbersIn(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
