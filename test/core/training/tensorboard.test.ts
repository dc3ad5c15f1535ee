import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../core/training/crc32c.ts';
import { fileVersionRecord, scalarRecord } from '../../../core/training/tensorboard.ts';
import { readEvents } from './tfevents-reader.ts';

describe('crc32c', () => {
  // RFC 3720, appendix B.4.
  it.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(0xff), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    [Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    [new TextEncoder().encode('123456789'), 0xe3069283],
  ])('has the published value (%#)', (bytes, wanted) => {
    expect(crc32c(bytes)).toBe(wanted);
  });
});

describe('event records', () => {
  it('are read back by an independent reader', () => {
    const steps = [0, 1, 127, 128, 300, 2 ** 31, 2 ** 40];
    const scalars = { 'train/loss': 1.5, 'train/größe': -0.25, 'train/tiny': 2 ** -120 };
    const file = Buffer.concat([
      fileVersionRecord(1700000000.25),
      ...steps.map((step) => scalarRecord({ wallTimeSec: 1700000001.5 + step, step, scalars })),
    ]);
    const [version, ...events] = readEvents(file);
    expect(version).toEqual({
      wallTimeSec: 1700000000.25,
      step: 0,
      fileVersion: 'brain.Event:2',
      scalars: {},
    });
    expect(events).toEqual(
      steps.map((step) => ({ wallTimeSec: 1700000001.5 + step, step, fileVersion: null, scalars })),
    );
  });

  it('show any changed bit', () => {
    const good = scalarRecord({ wallTimeSec: 1, step: 2, scalars: { loss: 3 } });
    for (let bit = 0; bit < good.length * 8; bit += 1) {
      const bytes = Buffer.from(good);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => readEvents(bytes)).toThrow();
    }
  });
});
