/**
 * TensorBoard event files, written by hand: TFRecord frames around `tensorflow.Event` messages (event.proto,
 * summary.proto). Only scalars: that is all a training says.
 */
import { maskedCrc32c } from './crc32c.ts';

/** One moment of a run. */
export type ScalarEvent = {
  /** Seconds since 1970. */
  wallTimeSec: number;
  step: number;
  /** Values by tag, e.g. `train/loss`. */
  scalars: Record<string, number>;
};

/** The record that every event file begins with. */
export function fileVersionRecord(wallTimeSec: number): Uint8Array {
  return frameRecord(concat([doubleField(1, wallTimeSec), bytesField(3, text('brain.Event:2'))]));
}

/** The record of one event. */
export function scalarRecord({ wallTimeSec, step, scalars }: ScalarEvent): Uint8Array {
  const values = Object.entries(scalars).map(([tag, value]) =>
    bytesField(1, concat([bytesField(1, text(tag)), floatField(2, value)])),
  );
  return frameRecord(
    concat([doubleField(1, wallTimeSec), varintField(2, step), bytesField(5, concat(values))]),
  );
}

/** A TFRecord frame: length, its checksum, the data, its checksum; little-endian. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(frame.subarray(0, 8)), true);
  frame.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return frame;
}

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

function key(field: number, wire: number): Uint8Array {
  return varint((field << 3) | wire);
}

function varintField(field: number, value: number): Uint8Array {
  return concat([key(field, WIRE.varint), varint(value)]);
}

function doubleField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return concat([key(field, WIRE.fixed64), bytes]);
}

function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concat([key(field, WIRE.fixed32), bytes]);
}

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return concat([key(field, WIRE.bytes), varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
