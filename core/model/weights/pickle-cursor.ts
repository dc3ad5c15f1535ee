/** The bytes of a pickle, read one after another; a read beyond the end is damage, not a crash. */
import { damagedFile } from './refusals.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A place in a pickle. */
export class PickleCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #label: string;
  #at = 0;

  constructor(bytes: Uint8Array, label: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#label = label;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next `length` bytes; a view, not a copy. */
  take(length: number): Uint8Array {
    const begin = this.#advance(length);
    return this.#bytes.subarray(begin, begin + length);
  }

  /** An unsigned byte. */
  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  /** Two bytes, little-endian. */
  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  /** Four bytes, little-endian. */
  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** Four bytes with a sign, little-endian. */
  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** Eight bytes, little-endian; lengths beyond 2^53 become one that no file has. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Eight bytes, big-endian, as BINFLOAT has it. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A text of `length` bytes UTF-8. Python also writes lone surrogates; such a text is damage here. */
  text(length: number): string {
    const bytes = this.take(length);
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw damagedFile(this.#label, 'a text of its pickle is not UTF-8', cause);
    }
  }

  /** A text up to the next line feed. */
  line(): string {
    const length = this.#bytes.indexOf(0x0a, this.#at) - this.#at;
    if (length < 0) throw damagedFile(this.#label, 'its pickle ends in the middle of a name');
    const text = this.text(length);
    this.take(1);
    return text;
  }

  /** A little-endian whole number of two's complement of `length` bytes. */
  wholeNumber(length: number): number | bigint {
    const bytes = this.take(length);
    if (length === 0) return 0;
    const digits = Buffer.from(bytes).reverse().toString('hex');
    const whole = BigInt.asIntN(8 * length, BigInt(`0x${digits}`));
    const number = Number(whole);
    return Number.isSafeInteger(number) ? number : whole;
  }

  #advance(length: number): number {
    const begin = this.#at;
    if (length > this.left) throw damagedFile(this.#label, 'its pickle ends too early');
    this.#at += length;
    return begin;
  }
}
