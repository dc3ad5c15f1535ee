/** A second, independent reader of TensorBoard event files: checks both checksums bit by bit and walks the protobuf. */

/** One decoded event. */
export type ReadEvent = {
  wallTimeSec: number;
  step: number;
  fileVersion: string | null;
  scalars: Record<string, number>;
};

/** Every event of a file. Throws where a length or a checksum is wrong. */
export function readEvents(bytes: Buffer): ReadEvent[] {
  const events: ReadEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    expectCrc(bytes.subarray(at, at + 8), bytes.readUInt32LE(at + 8));
    const data = bytes.subarray(at + 12, at + 12 + length);
    if (data.length !== length) throw new Error('The file ends in a record.');
    expectCrc(data, bytes.readUInt32LE(at + 12 + length));
    events.push(readEvent(data));
    at += 16 + length;
  }
  return events;
}

/** Steps of the scalar events, in the file's order. */
export function readScalarSteps(bytes: Buffer): number[] {
  return readEvents(bytes)
    .filter((event) => event.fileVersion === null)
    .map((event) => event.step);
}

function expectCrc(data: Buffer, stored: number): void {
  // The definition, one bit at a time: reflected polynomial 0x1EDC6F41.
  let crc = 0xffffffff;
  for (const byte of data) {
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = ((crc ^ (byte >> bit)) & 1) === 1;
      crc = (crc >>> 1) ^ (isOdd ? 0x82f63b78 : 0);
    }
  }
  const value = BigInt((crc ^ 0xffffffff) >>> 0);
  const rotated = ((value >> 15n) | (value << 17n)) & 0xffffffffn;
  if (Number((rotated + 0xa282ead8n) & 0xffffffffn) !== stored) throw new Error('A checksum is wrong.');
}

type Field = { field: number; number?: number; bytes?: Buffer };

function readFields(data: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = data[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < data.length) {
    const key = varint();
    const [field, wire] = [key >> 3, key & 7];
    if (wire === 0) {
      fields.push({ field, number: varint() });
    } else if (wire === 1) {
      fields.push({ field, number: data.readDoubleLE(at) });
      at += 8;
    } else if (wire === 5) {
      fields.push({ field, number: data.readFloatLE(at) });
      at += 4;
    } else if (wire === 2) {
      const length = varint();
      fields.push({ field, bytes: data.subarray(at, at + length) });
      at += length;
    } else {
      throw new Error(`Wire type ${wire} was not expected.`);
    }
  }
  return fields;
}

function readEvent(data: Buffer): ReadEvent {
  const event: ReadEvent = { wallTimeSec: Number.NaN, step: 0, fileVersion: null, scalars: {} };
  for (const { field, number, bytes } of readFields(data)) {
    if (field === 1) event.wallTimeSec = number!;
    else if (field === 2) event.step = number!;
    else if (field === 3) event.fileVersion = bytes!.toString('utf8');
    else if (field === 5) for (const value of readFields(bytes!)) addScalar(event, value.bytes!);
  }
  return event;
}

function addScalar(event: ReadEvent, value: Buffer): void {
  const fields = readFields(value);
  const tag = fields.find(({ field }) => field === 1)!.bytes!.toString('utf8');
  event.scalars[tag] = fields.find(({ field }) => field === 2)!.number!;
}
