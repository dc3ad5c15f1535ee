/** Pictures out of a stream of binary PPM files, as ffmpeg's image2pipe writes them. */
import type { Picture } from './scale-frame.ts';

/** Takes bytes as they come and hands over each whole picture. */
export class PpmReader {
  #rest: Buffer = Buffer.alloc(0);
  readonly #onPicture: (picture: Picture) => void;

  constructor(onPicture: (picture: Picture) => void) {
    this.#onPicture = onPicture;
  }

  /** Takes the next bytes. */
  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(this.#rest.toString('latin1', 0, 64));
      if (header === null) return;
      const [width, height] = [Number(header[1]), Number(header[2])];
      const end = header[0].length + width * height * 3;
      if (this.#rest.length < end) return;
      this.#onPicture({ data: this.#rest.subarray(header[0].length, end), width, height });
      this.#rest = this.#rest.subarray(end);
    }
  }
}
