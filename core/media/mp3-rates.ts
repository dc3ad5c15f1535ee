/** Whether an MP3 changes its sample rate on the way: decoders go on without a word. */
import { createReadStream } from 'node:fs';

/** Where the rate changes for the first time. */
export type RateChange = { atSec: number; fromHz: number; toHz: number };

/** Sample rates by the version bits of a frame's header, Hz (ISO 11172-3 and 13818-3; MPEG 2.5 by Fraunhofer). */
const RATES_HZ: Record<number, readonly number[]> = {
  0: [11_025, 12_000, 8000],
  2: [22_050, 24_000, 16_000],
  3: [44_100, 48_000, 32_000],
};
/** Bits a second of layer III, kbit/s, by index: MPEG 1, and MPEG 2 and 2.5. */
const KBITS_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const KBITS_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const HEADER_BYTES = 4;
/** As many frames of the new rate in a row: bytes of damage may look like one header. */
const FRAMES_IN_A_ROW = 3;

/** Walks from frame to frame. @returns null where all frames have one rate. */
export async function mp3RateChange(path: string): Promise<RateChange | null> {
  const walk = new FrameWalk();
  for await (const chunk of createReadStream(path)) {
    walk.push(chunk as Buffer);
    if (walk.change !== null) return walk.change;
  }
  return null;
}

class FrameWalk {
  change: RateChange | null = null;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes that belong to the frame before. */
  #skip = 0;
  #rateHz = 0;
  #timeSec = 0;
  #newRate = { rateHz: 0, frames: 0, atSec: 0 };

  push(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    let at = this.#skip;
    while (at + HEADER_BYTES <= bytes.length && this.change === null) {
      const frame = readHeader(bytes.readUInt32BE(at));
      if (frame === null) {
        at += 1;
        continue;
      }
      this.#take(frame);
      at += frame.bytes;
    }
    const from = Math.min(at, bytes.length);
    this.#rest = Buffer.from(bytes.subarray(from));
    this.#skip = at - from;
  }

  #take({ rateHz, samples }: Frame): void {
    if (this.#rateHz === 0) this.#rateHz = rateHz;
    if (rateHz === this.#rateHz) {
      this.#newRate.frames = 0;
    } else if (this.#newRate.frames > 0 && this.#newRate.rateHz === rateHz) {
      this.#newRate.frames += 1;
    } else {
      this.#newRate = { rateHz, frames: 1, atSec: this.#timeSec };
    }
    if (this.#newRate.frames >= FRAMES_IN_A_ROW)
      this.change = { atSec: this.#newRate.atSec, fromHz: this.#rateHz, toHz: rateHz };
    this.#timeSec += samples / rateHz;
  }
}

type Frame = { rateHz: number; samples: number; bytes: number };

/** A header of layer III; null where these four bytes are none. */
function readHeader(word: number): Frame | null {
  if (word >>> 21 !== 0x7ff || ((word >>> 17) & 3) !== 1) return null;
  const version = (word >>> 19) & 3;
  const rateHz = RATES_HZ[version]?.[(word >>> 10) & 3];
  const kbits = (version === 3 ? KBITS_1 : KBITS_2)[(word >>> 12) & 15];
  if (rateHz === undefined || kbits === undefined || kbits === 0) return null;
  const samples = version === 3 ? 1152 : 576;
  const bytes = Math.floor(((samples / 8) * kbits * 1000) / rateHz) + ((word >>> 9) & 1);
  return { rateHz, samples, bytes };
}
