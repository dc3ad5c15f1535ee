import { describe, expect, it } from 'vitest';
import { MonoWavReader } from '../../../core/media/mono-wav-reader.ts';

/** A WAV as ffmpeg pipes it: placeholder sizes, a list of tags before the samples. */
function wav(frames: number[][], tagBytes: number): Buffer {
  const channels = frames[0]?.length ?? 1;
  const format = Buffer.alloc(24);
  format.write('fmt ', 'latin1');
  format.writeUInt32LE(16, 4);
  format.writeUInt16LE(3, 8);
  format.writeUInt16LE(channels, 10);
  format.writeUInt32LE(44_100, 12);
  const tags = Buffer.alloc(8 + tagBytes + (tagBytes % 2), 'x');
  tags.write('LIST', 'latin1');
  tags.writeUInt32LE(tagBytes, 4);
  const data = Buffer.from('data\xff\xff\xff\xff', 'latin1');
  const samples = Buffer.from(Float32Array.from(frames.flat()).buffer);
  return Buffer.concat([Buffer.from('RIFF\xff\xff\xff\xffWAVE', 'latin1'), format, tags, data, samples]);
}

function read(file: Buffer, pieceBytes: number, startSamples = 0) {
  const reader = new MonoWavReader();
  for (let at = 0; at < file.length; at += pieceBytes) reader.push(file.subarray(at, at + pieceBytes));
  return reader.finish(startSamples);
}

const stereo = Array.from({ length: 40 }, (_, i) => [i, i + 1]);
const mono = Float32Array.from(stereo, ([left, right]) => (left! + right!) / 2);

describe('MonoWavReader', () => {
  it.each([1, 3, 7, 37, 45, 64, 1000])('reads the same when the pipe cuts every %i bytes', (pieceBytes) => {
    expect(read(wav(stereo, 33), pieceBytes)).toEqual({ samples: mono, sampleRateHz: 44_100 });
  });

  it('does not take tags for sound when they come in several pieces', () => {
    expect(read(wav(stereo, 100_000), 32_768).samples).toEqual(mono);
  });

  it('puts zeros before a track that starts late, and drops what lies before 0', () => {
    const late = read(wav(stereo, 4), 100, 3).samples;
    expect([...late.subarray(0, 4)]).toEqual([0, 0, 0, 0.5]);
    expect(late).toHaveLength(43);
    expect(read(wav(stereo, 4), 100, -3).samples).toEqual(mono.subarray(3));
    expect(read(wav(stereo, 4), 100, -100).samples).toHaveLength(0);
  });

  it('knows no rate before the header has come', () => {
    expect(new MonoWavReader().finish()).toEqual({ samples: new Float32Array(0), sampleRateHz: 0 });
  });
});
