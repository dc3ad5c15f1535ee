/** Writes the pickle of a state dict or of one tensor, protocol 2, as PyTorch's `weights_only` reader takes it. Same input, same bytes. */

/** One tensor of the dict; its numbers fill the entry `data/<key>`. */
export type PickledTensor = { name: string; key: string; shape: readonly number[]; dtype: 'F32' | 'I64' };

const STORAGE = { F32: 'torch\nFloatStorage\n', I64: 'torch\nLongStorage\n' } as const;
const ORDERED_DICT = 'ccollections\nOrderedDict\n)R';
const encoder = new TextEncoder();

/** `{wrapper: OrderedDict(tensors)}` as a pickle. */
export function encodeStateDict(wrapper: string, tensors: readonly PickledTensor[]): Uint8Array {
  const parts = [
    bytes(0x80, 2),
    ascii('}'),
    text(wrapper),
    ascii(`${ORDERED_DICT}(`),
    ...tensors.flatMap((tensor) => [text(tensor.name), ...tensorParts(tensor)]),
    ascii('us.'),
  ];
  return Buffer.concat(parts);
}

/** One tensor by itself as a pickle; its name is not written. */
export function encodeTensor(tensor: PickledTensor): Uint8Array {
  return Buffer.concat([bytes(0x80, 2), ...tensorParts(tensor), ascii('.')]);
}

/** `_rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())` */
function tensorParts({ key, shape, dtype }: PickledTensor): Uint8Array[] {
  const count = shape.reduce((product, length) => product * length, 1);
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length) => product * Math.max(length, 1), 1),
  );
  return [
    ascii('ctorch._utils\n_rebuild_tensor_v2\n(('),
    text('storage'),
    ascii(`c${STORAGE[dtype]}`),
    text(key),
    text('cpu'),
    number(count),
    ascii('tQ'),
    number(0),
    ...tuple(shape),
    ...tuple(strides),
    ascii(`\x89${ORDERED_DICT}tR`),
  ];
}

function tuple(numbers: readonly number[]): Uint8Array[] {
  return [ascii('('), ...numbers.map(number), ascii('t')];
}

/** BININT, or LONG1 where four bytes are too few. */
function number(value: number): Uint8Array {
  const wide = Buffer.alloc(value < 2 ** 31 ? 5 : 10);
  if (value < 2 ** 31) {
    wide[0] = 0x4a;
    wide.writeInt32LE(value, 1);
    return wide;
  }
  wide[0] = 0x8a;
  wide[1] = 8;
  wide.writeBigInt64LE(BigInt(value), 2);
  return wide;
}

/** BINUNICODE */
function text(value: string): Uint8Array {
  const encoded = encoder.encode(value);
  const head = Buffer.alloc(5);
  head[0] = 0x58;
  head.writeUInt32LE(encoded.length, 1);
  return Buffer.concat([head, encoded]);
}

function ascii(value: string): Uint8Array {
  return Buffer.from(value, 'latin1');
}

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}
