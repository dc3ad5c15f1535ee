/**
 * The closed list of Python names that a pickle of weights may use, and what each means here: data, never a call.
 * Whatever is not in this file does not exist (reference: reliability.md T12).
 */
import {
  kindOf,
  type PickleDict,
  type PickleGlobal,
  type PickleTuple,
  type PickleValue,
  type TorchStorage,
  type TorchTensor,
} from './pickle-values.ts';
import { damagedFile, shown, tooLarge, unsafeFile } from './refusals.ts';

/** Typed storages of PyTorch: safetensors' name of the type, and bytes of an element. */
const STORAGES: Readonly<Record<string, readonly [dtype: string, elementBytes: number]>> = {
  'torch.FloatStorage': ['F32', 4],
  'torch.HalfStorage': ['F16', 2],
  'torch.BFloat16Storage': ['BF16', 2],
  'torch.DoubleStorage': ['F64', 8],
  'torch.LongStorage': ['I64', 8],
  'torch.IntStorage': ['I32', 4],
  'torch.ShortStorage': ['I16', 2],
  'torch.CharStorage': ['I8', 1],
  'torch.ByteStorage': ['U8', 1],
  'torch.BoolStorage': ['BOOL', 1],
};

type Call = (args: readonly PickleValue[], label: string) => PickleValue;

const CALLS: Readonly<Record<string, Call>> = {
  'collections.OrderedDict': orderedDict,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': rebuildParameter,
  'torch.Size': size,
  'torch.device': device,
};

const MOST_DIMENSIONS = 32;
const STORAGE_KEY = /^\d{1,9}$/;

/** A Python name of the list. @throws AppError CKPT_UNSAFE for every other. */
export function allowedGlobal(name: string, label: string): PickleGlobal {
  if (!(Object.hasOwn(STORAGES, name) || Object.hasOwn(CALLS, name))) throw unsafeFile(label, name);
  return { kind: 'global', name };
}

/** What REDUCE means for `callee`. @throws AppError CKPT_UNSAFE, CKPT_DAMAGED. */
export function callGlobal(callee: PickleValue, args: PickleValue, label: string): PickleValue {
  if (!isKind(callee, 'global')) throw unsafeFile(label, `a call of ${kindOf(callee)}`);
  const call = Object.hasOwn(CALLS, callee.name) ? CALLS[callee.name] : undefined;
  if (call === undefined) throw unsafeFile(label, `a call of ${callee.name}`);
  if (!isKind(args, 'tuple')) throw damagedFile(label, `${callee.name} has no arguments`);
  return call(args.items, label);
}

/** What BUILD may set: the `_metadata` that PyTorch hangs on a state dict, which is dropped. */
export function checkBuild(target: PickleValue, state: PickleValue, label: string): void {
  if (isKind(target, 'dict') && target.isOrdered && isKind(state, 'dict')) return;
  throw unsafeFile(label, `attributes set on ${kindOf(target)}`);
}

/** What a persistent id stands for: `('storage', type, key, device, count)`. */
export function storageOf(id: PickleValue, label: string): TorchStorage {
  if (!isKind(id, 'tuple')) throw damagedFile(label, 'a storage is not described by a tuple');
  const [word, type, key, location, count] = id.items;
  if (word !== 'storage' || id.items.length !== 5 || typeof location !== 'string') {
    throw damagedFile(label, 'a storage is not described as PyTorch does');
  }
  if (!isKind(type, 'global') || !Object.hasOwn(STORAGES, type.name)) {
    throw unsafeFile(label, `a storage of type ${kindOf(type)}`);
  }
  if (typeof key !== 'string' || !STORAGE_KEY.test(key))
    throw damagedFile(label, 'a storage has no valid key');
  const [dtype, elementBytes] = STORAGES[type.name]!;
  if (!isCount(count)) throw damagedFile(label, `storage ${key} has no valid length`);
  return { kind: 'storage', key, dtype, elementBytes, count };
}

function orderedDict(args: readonly PickleValue[], label: string): PickleDict {
  if (args.length > 0) throw damagedFile(label, 'an OrderedDict has arguments');
  return { kind: 'dict', isOrdered: true, entries: new Map() };
}

/** `(storage, offset, size, stride, requires_grad, backward_hooks[, metadata])` */
function rebuildTensor(args: readonly PickleValue[], label: string): TorchTensor {
  const [storage, offset, sizes, strides, requiresGrad, hooks, metadata] = args;
  if (args.length < 6 || args.length > 7) throw damagedFile(label, `a tensor has ${args.length} arguments`);
  if (!isKind(storage, 'storage')) throw damagedFile(label, 'a tensor has no storage');
  if (typeof requiresGrad !== 'boolean') throw damagedFile(label, 'a tensor has no valid requires_grad');
  requireNoHooks(hooks, label);
  // Metadata would mean e.g. a conjugated or negated view: other numbers than those in the storage.
  if (metadata !== undefined && metadata !== null) throw unsafeFile(label, 'a tensor with metadata');
  const shape = counts(sizes);
  const steps = counts(strides);
  if (!isCount(offset) || shape === null || steps === null || shape.length !== steps.length) {
    throw damagedFile(label, `a tensor of storage ${storage.key} has no valid offset, size or stride`);
  }
  requireInside({ kind: 'tensor', storage, offset, shape, strides: steps }, label);
  return { kind: 'tensor', storage, offset, shape, strides: steps };
}

/** The last element must lie in the storage, and no element may be had more often than it is there. */
function requireInside({ storage, offset, shape, strides }: TorchTensor, label: string): void {
  if (shape.length > MOST_DIMENSIONS) throw damagedFile(label, `a tensor has ${shape.length} dimensions`);
  const isEmpty = shape.includes(0);
  const numbers = isEmpty ? 0 : shape.reduce((product, length) => product * length, 1);
  const last = shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis]!, offset);
  const what = `a tensor [${shape.join(', ')}] of storage ${storage.key} (${storage.count} elements)`;
  // Sums and products beyond 2^53 lose digits, never their size.
  if (isEmpty ? offset > storage.count : last >= storage.count) {
    throw damagedFile(label, `${what} reaches beyond its end`);
  }
  if (numbers > storage.count) throw tooLarge(label, `has ${what} that repeats elements`);
}

/** `(data, requires_grad, backward_hooks)` */
function rebuildParameter(args: readonly PickleValue[], label: string): TorchTensor {
  const [data, requiresGrad, hooks] = args;
  if (args.length !== 3 || !isKind(data, 'tensor') || typeof requiresGrad !== 'boolean') {
    throw damagedFile(label, 'a parameter has no tensor');
  }
  requireNoHooks(hooks, label);
  return data;
}

function requireNoHooks(hooks: PickleValue | undefined, label: string): void {
  if (hooks === null || (isKind(hooks, 'dict') && hooks.entries.size === 0)) return;
  throw unsafeFile(label, 'a tensor with hooks');
}

function size(args: readonly PickleValue[], label: string): PickleTuple {
  const [items] = args;
  if (args.length !== 1 || counts(items) === null) throw damagedFile(label, 'a torch.Size has no lengths');
  return items as PickleTuple;
}

function device(args: readonly PickleValue[], label: string): string {
  const [type, index] = args;
  const isValid = typeof type === 'string' && (index === undefined || isCount(index)) && args.length <= 2;
  if (!isValid) throw damagedFile(label, 'a torch.device has no name');
  return index === undefined ? shown(type) : `${shown(type)}:${index}`;
}

function counts(value: PickleValue | undefined): number[] | null {
  if (!isKind(value, 'tuple')) return null;
  const { items } = value;
  return items.every(isCount) ? [...items] : null;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

type OfKind<K extends string> = Extract<PickleValue, { kind: K }>;

/** Whether a value is of a kind; false for plain values. */
export function isKind<K extends Extract<PickleValue, object>['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is OfKind<K> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}
