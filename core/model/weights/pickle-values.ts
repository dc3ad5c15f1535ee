/** What a pickle of weights can hold, as plain data. */

/** A tuple; also what `torch.Size` and the arguments of a call are. */
export type PickleTuple = { kind: 'tuple'; items: readonly PickleValue[] };
/** A list. */
export type PickleList = { kind: 'list'; items: PickleValue[] };
/** A dict or an OrderedDict, in its order. A Map, so that no name can reach a prototype. */
export type PickleDict = { kind: 'dict'; isOrdered: boolean; entries: Map<PickleKey, PickleValue> };
/** What may name an entry. */
export type PickleKey = string | number | bigint | boolean | null;
/** Bytes. */
export type PickleBytes = { kind: 'bytes'; bytes: Uint8Array };
/** One of the few Python objects that a state dict names; known by its full name, never looked up anywhere. */
export type PickleGlobal = { kind: 'global'; name: string };
/** Numbers of one type in one entry of the archive. */
export type TorchStorage = {
  kind: 'storage';
  key: string;
  dtype: string;
  elementBytes: number;
  count: number;
};
/** A view of a storage; offset and strides count elements. */
export type TorchTensor = {
  kind: 'tensor';
  storage: TorchStorage;
  offset: number;
  shape: number[];
  strides: number[];
};

/** Any of them. */
export type PickleValue =
  | PickleKey
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleBytes
  | PickleGlobal
  | TorchStorage
  | TorchTensor;

/** The kind of a value that is not a plain number, text or nothing. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'object' ? value.kind : typeof value;
}
