/** What is kept of one video stream while it streams by: times, cuts, thumbnails. */
import { join } from 'node:path';
import { type AppendLog, openAppendLog } from '../training/append-log.ts';
import { CUT_HEIGHT_PX, CUT_WIDTH_PX, CutDetector } from './cut-detector.ts';
import type { FrameLine } from './frame-lines.ts';
import { PicturePrinter } from './picture-print.ts';
import type { PictureSize } from './proxy.ts';

/** What a video stream came to. */
export type ScannedVideo = {
  streamIndex: number;
  frameCount: number;
  /** When the last frame is shown, and when it ends, s. */
  lastSec: number;
  endSec: number;
  /** When the first frame is shown, s from the file's start. */
  firstSec: number;
  /** Share of the steps from frame to frame that differ from the middle one, 0..1; damage makes gaps too. */
  unevenShare: number;
  /** When the first frame of each shot but the first is shown, s. */
  cutsSec: number[];
  /** What it looks like (core/media/picture-print.ts), base64. */
  print: string;
};

/** Where thumbnails go. */
export type ThumbnailPlan = { folder: string; size: PictureSize; stepSec: number };

/** Name of the file of thumbnails. */
export const THUMBNAILS_FILE = 'thumbnails.mjpeg';

/** Containers that count in ms are off by up to one at either end of a step, s. */
const STEP_TOLERANCE_SEC = 0.0025;

const PICTURE_BYTES = CUT_WIDTH_PX * CUT_HEIGHT_PX;
const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);

/** Takes one stream as ffmpeg gives it. */
export class VideoSink {
  readonly #streamIndex: number;
  readonly #cuts = new CutDetector();
  readonly #print = new PicturePrinter();
  readonly #timesSec: number[] = [];
  #lastSec = 0;
  #endSec = 0;
  readonly #picture = new Uint8Array(PICTURE_BYTES);
  #pictureBytes = 0;
  readonly #thumbnails: { plan: ThumbnailPlan; log: AppendLog } | null;
  readonly #offsets: number[] = [];
  #tail: Buffer = Buffer.alloc(0);

  /** @param thumbnails where they are written; null drops them */
  constructor(streamIndex: number, thumbnails: ThumbnailPlan | null) {
    this.#streamIndex = streamIndex;
    this.#thumbnails =
      thumbnails === null
        ? null
        : {
            plan: thumbnails,
            log: openAppendLog(join(thumbnails.folder, THUMBNAILS_FILE), 0, { lines: false }),
          };
  }

  /** Takes the times of the next frame. */
  pushFrame({ ptsSec, durationSec }: FrameLine): void {
    this.#timesSec.push(ptsSec);
    this.#lastSec = Math.max(this.#lastSec, ptsSec);
    this.#endSec = Math.max(this.#endSec, ptsSec + durationSec);
  }

  /** Takes the next bytes of the small grey pictures. */
  pushGreys(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + PICTURE_BYTES - this.#pictureBytes);
      this.#picture.set(part, this.#pictureBytes);
      this.#pictureBytes += part.length;
      at += part.length;
      if (this.#pictureBytes < PICTURE_BYTES) continue;
      this.#cuts.push(this.#picture);
      this.#print.push(this.#picture);
      this.#pictureBytes = 0;
    }
  }

  /** Takes the next bytes of the thumbnails, JPEGs one after another. */
  pushThumbnails(chunk: Buffer): void {
    if (this.#thumbnails === null) return;
    // A marker may lie across two chunks.
    const bytes = Buffer.concat([this.#tail, chunk]);
    const from = this.#thumbnails.log.sizeBytes - this.#tail.length;
    for (let at = bytes.indexOf(JPEG_START); at >= 0; at = bytes.indexOf(JPEG_START, at + 1)) {
      this.#offsets.push(from + at);
    }
    this.#thumbnails.log.append(chunk);
    this.#tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - JPEG_START.length + 1)));
  }

  /** Completes the thumbnails. @returns null where there are none. */
  async finishThumbnails(): Promise<(PictureSize & { timesSec: number[]; offsets: number[] }) | null> {
    if (this.#thumbnails === null) return null;
    const { plan, log } = this.#thumbnails;
    log.sync();
    // The same choice as the command's `select`.
    const timesSec: number[] = [];
    for (const sec of this.#timesSec) {
      if (timesSec.length === 0 || sec - timesSec.at(-1)! >= plan.stepSec - 1e-9) timesSec.push(sec);
    }
    const count = Math.min(timesSec.length, this.#offsets.length);
    return { ...plan.size, timesSec: timesSec.slice(0, count), offsets: this.#offsets.slice(0, count) };
  }

  /** What the stream came to. */
  finish(): ScannedVideo {
    this.#cuts.finish();
    return {
      streamIndex: this.#streamIndex,
      frameCount: this.#timesSec.length,
      firstSec: this.#timesSec[0] ?? 0,
      lastSec: this.#lastSec,
      endSec: this.#endSec,
      unevenShare: unevenShare(this.#timesSec),
      cutsSec: this.#cuts.cuts.flatMap((index) => this.#timesSec[index] ?? []),
      print: Buffer.from(this.#print.finish(this.#timesSec)).toString('base64'),
    };
  }

  /** Closes what is open. */
  close(): void {
    this.#thumbnails?.log.close();
  }
}

function unevenShare(timesSec: readonly number[]): number {
  const steps = timesSec.slice(1).map((sec, i) => sec - timesSec[i]!);
  if (steps.length === 0) return 0;
  const middle = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)]!;
  return steps.filter((step) => Math.abs(step - middle) > STEP_TOLERANCE_SEC).length / steps.length;
}
