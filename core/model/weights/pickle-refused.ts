/** The operations of pickle that state dicts are not made of, by name, so that a refusal can say what was met. */
import type { AppError } from '../../domain/errors.ts';
import type { PickleCursor } from './pickle-cursor.ts';
import { damagedFile, unknownFormat, unsafeFile } from './refusals.ts';

/**
 * Why an operation is not done: CKPT_UNSAFE where it makes objects or reaches outside the pickle, CKPT_FORMAT where it
 * is harmless, CKPT_DAMAGED where there is none of that code.
 * @param cursor behind the operation's code
 */
export function refusedOperation(code: number, cursor: PickleCursor, label: string): AppError {
  const unsafe = UNSAFE.get(code);
  // INST names its class in place; the person should read that name.
  if (unsafe === 'INST') return unsafeFile(label, `${cursor.line()}.${cursor.line()}`);
  if (unsafe !== undefined) return unsafeFile(label, `the operation ${unsafe}`);
  const unused = UNUSED.get(code);
  if (unused === undefined) {
    return damagedFile(label, `its pickle has the unknown operation 0x${code.toString(16)}`);
  }
  return unknownFormat(
    label,
    `has the pickle operation ${unused}, as no state dict does`,
    'Save the weights alone.',
  );
}

/** Operations that make objects of classes or reach outside the pickle. */
const UNSAFE = new Map<number, string>([
  [0x69, 'INST'],
  [0x6f, 'OBJ'],
  [0x81, 'NEWOBJ'],
  [0x92, 'NEWOBJ_EX'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
  [0x50, 'PERSID'],
  [0x97, 'NEXT_BUFFER'],
  [0x98, 'READONLY_BUFFER'],
]);

/** Harmless operations that state dicts do not need. */
const UNUSED = new Map<number, string>([
  [0x80, 'PROTO'],
  [0x96, 'BYTEARRAY8'],
  [0x8f, 'EMPTY_SET'],
  [0x90, 'ADDITEMS'],
  [0x91, 'FROZENSET'],
  [0x8b, 'LONG4'],
  [0x8e, 'BINBYTES8'],
  [0x30, 'POP'],
  [0x31, 'POP_MARK'],
  [0x32, 'DUP'],
  [0x46, 'FLOAT'],
  [0x49, 'INT'],
  [0x4c, 'LONG'],
  [0x53, 'STRING'],
  [0x54, 'BINSTRING'],
  [0x55, 'SHORT_BINSTRING'],
  [0x56, 'UNICODE'],
  [0x64, 'DICT'],
  [0x67, 'GET'],
  [0x6c, 'LIST'],
  [0x70, 'PUT'],
]);
