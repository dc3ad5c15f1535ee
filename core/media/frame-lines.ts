/** Reads the lines of ffmpeg's `framecrc` output: one for each frame, with its times. */

/** What a frame's line says. */
export type FrameLine = { stream: number; ptsSec: number; durationSec: number; sizeBytes: number };

/** Takes the text as it comes through a pipe, cut anywhere. */
export class FrameLines {
  readonly #onFrame: (frame: FrameLine) => void;
  readonly #tickSec: number[] = [];
  #partialLine = '';

  constructor(onFrame: (frame: FrameLine) => void) {
    this.#onFrame = onFrame;
  }

  /** Takes the next bytes. */
  push(chunk: Buffer): void {
    const lines = (this.#partialLine + chunk.toString('latin1')).split('\n');
    this.#partialLine = lines.pop() ?? '';
    for (const line of lines) this.#readLine(line);
  }

  /** `#tb 0: 1/25`, or `stream, dts, pts, duration, size, crc`. */
  #readLine(line: string): void {
    if (line.startsWith('#')) {
      const [, stream, over, under] = /^#tb (\d+): (\d+)\/(\d+)/.exec(line) ?? [];
      if (stream !== undefined) this.#tickSec[Number(stream)] = Number(over) / Number(under);
      return;
    }
    const [stream, , pts, duration, size] = line.split(',').map(Number);
    const tickSec = this.#tickSec[stream ?? -1];
    if (tickSec === undefined || pts === undefined || duration === undefined || size === undefined) return;
    this.#onFrame({
      stream: stream!,
      ptsSec: pts * tickSec,
      durationSec: duration * tickSec,
      sizeBytes: size,
    });
  }
}
