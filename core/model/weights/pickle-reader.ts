/**
 * Reads the pickle of a PyTorch file as data. It knows the operations of protocols 2 to 5 that state dicts are made
 * of, and the names of `pickle-calls.ts`; anything else is refused at once, before what follows is looked at. There is
 * nothing here that could run code: no lookup by name, no constructor, no attribute.
 * Work and memory grow with the bytes of the pickle only, and those are limited (reference: reliability.md T12).
 */
import { allowedGlobal, callGlobal, checkBuild, isKind, storageOf } from './pickle-calls.ts';
import { PickleCursor } from './pickle-cursor.ts';
import { refusedOperation } from './pickle-refused.ts';
import type { PickleDict, PickleKey, PickleValue } from './pickle-values.ts';
import { damagedFile, tooLarge } from './refusals.ts';

/** Limits: a state dict of both large towers has 0.25 MB, 40,000 operations, marks three deep. */
const MOST_BYTES = 16 * 2 ** 20;
const MOST_OPERATIONS = 1_000_000;
const MOST_STACKED = 100_000;
const MOST_MARKS = 1000;

type Operation = (reader: PickleReader) => void;

/** Reads a pickle. @throws AppError CKPT_UNSAFE naming what it wanted, CKPT_DAMAGED, CKPT_FORMAT, CKPT_TOO_LARGE. */
export function readPickle(bytes: Uint8Array, label: string): PickleValue {
  if (bytes.length > MOST_BYTES) {
    throw tooLarge(label, `has a table of contents of ${bytes.length} bytes, more than ${MOST_BYTES}`);
  }
  return new PickleReader(bytes, label).read();
}

class PickleReader {
  readonly cursor: PickleCursor;
  readonly label: string;
  readonly stack: PickleValue[] = [];
  readonly marks: number[] = [];
  readonly memo = new Map<number, PickleValue>();

  constructor(bytes: Uint8Array, label: string) {
    this.cursor = new PickleCursor(bytes, label);
    this.label = label;
  }

  read(): PickleValue {
    this.#readProtocol();
    for (let count = 1; ; count += 1) {
      if (count > MOST_OPERATIONS) throw tooLarge(this.label, `takes over ${MOST_OPERATIONS} operations`);
      const code = this.cursor.uint8();
      if (code === STOP) break;
      const operation = OPERATIONS.get(code);
      if (operation === undefined) throw refusedOperation(code, this.cursor, this.label);
      operation(this);
    }
    const result = this.pop();
    const isWhole = this.stack.length === 0 && this.marks.length === 0 && this.cursor.left === 0;
    if (!isWhole) throw damagedFile(this.label, 'its pickle has more than one end');
    return result;
  }

  push(value: PickleValue): void {
    if (this.stack.length >= MOST_STACKED) throw tooLarge(this.label, `stacks over ${MOST_STACKED} values`);
    this.stack.push(value);
  }

  pop(): PickleValue {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw this.#underflow();
    return this.stack.pop()!;
  }

  mark(): void {
    if (this.marks.length >= MOST_MARKS) throw tooLarge(this.label, `is nested over ${MOST_MARKS} deep`);
    this.marks.push(this.stack.length);
  }

  popToMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.#underflow();
    return this.stack.splice(mark);
  }

  popTuple(count: number): void {
    const begin = this.stack.length - count;
    if (begin < (this.marks.at(-1) ?? 0)) throw this.#underflow();
    this.push({ kind: 'tuple', items: this.stack.splice(begin) });
  }

  popText(): string {
    const value = this.pop();
    if (typeof value !== 'string') throw damagedFile(this.label, 'a name of its pickle is not a text');
    return value;
  }

  top(): PickleValue {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  store(key: number): void {
    this.memo.set(key, this.top());
  }

  recall(key: number): void {
    const value = this.memo.get(key);
    if (value === undefined) throw damagedFile(this.label, 'its pickle recalls what it never stored');
    this.push(value);
  }

  append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!isKind(list, 'list')) throw damagedFile(this.label, 'its pickle appends to what is no list');
    for (const item of items) list.items.push(item);
  }

  set(items: readonly PickleValue[]): void {
    const dict = this.top();
    if (!isKind(dict, 'dict') || items.length % 2 !== 0) {
      throw damagedFile(this.label, 'its pickle sets an entry of what is no dict');
    }
    for (let i = 0; i < items.length; i += 2) dict.entries.set(this.#key(items[i]!), items[i + 1]!);
  }

  #key(value: PickleValue): PickleKey {
    if (typeof value !== 'object' || value === null) return value;
    throw damagedFile(this.label, `its pickle has a ${value.kind} as the name of an entry`);
  }

  #readProtocol(): void {
    const isPickle = this.cursor.left > 1 && this.cursor.uint8() === PROTO;
    const protocol = isPickle ? this.cursor.uint8() : 0;
    if (protocol < 2 || protocol > 5)
      throw damagedFile(this.label, 'its data.pkl is no pickle of protocol 2 to 5');
  }

  #underflow(): Error {
    return damagedFile(this.label, 'its pickle takes what is not there');
  }
}

const PROTO = 0x80;
const STOP = 0x2e;

function emptyDict(): PickleDict {
  return { kind: 'dict', isOrdered: false, entries: new Map() };
}

const OPERATIONS = new Map<number, Operation>([
  // Framing has no meaning for data that is all there.
  [0x95, (r) => void r.cursor.take(8)],
  [0x28, (r) => r.mark()],
  // None, True, False, numbers
  [0x4e, (r) => r.push(null)],
  [0x88, (r) => r.push(true)],
  [0x89, (r) => r.push(false)],
  [0x4a, (r) => r.push(r.cursor.int32())],
  [0x4b, (r) => r.push(r.cursor.uint8())],
  [0x4d, (r) => r.push(r.cursor.uint16())],
  [0x8a, (r) => r.push(r.cursor.wholeNumber(r.cursor.uint8()))],
  [0x47, (r) => r.push(r.cursor.float64())],
  // texts, bytes
  [0x8c, (r) => r.push(r.cursor.text(r.cursor.uint8()))],
  [0x58, (r) => r.push(r.cursor.text(r.cursor.uint32()))],
  [0x8d, (r) => r.push(r.cursor.text(r.cursor.uint64()))],
  [0x43, (r) => r.push({ kind: 'bytes', bytes: r.cursor.take(r.cursor.uint8()) })],
  [0x42, (r) => r.push({ kind: 'bytes', bytes: r.cursor.take(r.cursor.uint32()) })],
  // tuples, lists, dicts
  [0x29, (r) => r.push({ kind: 'tuple', items: [] })],
  [0x85, (r) => r.popTuple(1)],
  [0x86, (r) => r.popTuple(2)],
  [0x87, (r) => r.popTuple(3)],
  [0x74, (r) => r.push({ kind: 'tuple', items: r.popToMark() })],
  [0x5d, (r) => r.push({ kind: 'list', items: [] })],
  [0x61, (r) => r.append([r.pop()])],
  [0x65, (r) => r.append(r.popToMark())],
  [0x7d, (r) => r.push(emptyDict())],
  [0x73, (r) => r.set([r.pop(), r.pop()].reverse())],
  [0x75, (r) => r.set(r.popToMark())],
  // memo
  [0x71, (r) => r.store(r.cursor.uint8())],
  [0x72, (r) => r.store(r.cursor.uint32())],
  [0x94, (r) => r.store(r.memo.size)],
  [0x68, (r) => r.recall(r.cursor.uint8())],
  [0x6a, (r) => r.recall(r.cursor.uint32())],
  // names of the allow-list, and what they mean
  [0x63, (r) => r.push(allowedGlobal(`${r.cursor.line()}.${r.cursor.line()}`, r.label))],
  [0x93, stackGlobal],
  [0x51, (r) => r.push(storageOf(r.pop(), r.label))],
  [0x52, reduce],
  [0x62, build],
]);

function stackGlobal(reader: PickleReader): void {
  const name = reader.popText();
  const module = reader.popText();
  reader.push(allowedGlobal(`${module}.${name}`, reader.label));
}

function reduce(reader: PickleReader): void {
  const args = reader.pop();
  const callee = reader.pop();
  reader.push(callGlobal(callee, args, reader.label));
}

function build(reader: PickleReader): void {
  const state = reader.pop();
  checkBuild(reader.top(), state, reader.label);
}
