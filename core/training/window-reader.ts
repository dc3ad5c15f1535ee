/** Where training and evaluation get decoded windows from; the project's cache (core/media) is one. */
import type { DatasetAudio, DatasetClip, DecodedFrames } from '../domain/dataset.ts';

/** How long reads may be stopped. */
export type ReadOptions = { signal?: AbortSignal | undefined };

/** Reads windows; equal calls give equal bytes. */
export type WindowReader = {
  /** Frames of a clip, rgb24 `[frameCount, height, width, 3]` with the short side at `shortSidePx`. */
  readVideo(
    clip: DatasetClip,
    size: { shortSidePx: number; frameCount: number },
    options?: ReadOptions,
  ): Promise<DecodedFrames>;
  /** Log-mel of the clip's window in one language, its offset taken out, dB `[96 * 288]`. */
  readLogMel(clip: DatasetClip, audio: DatasetAudio, options?: ReadOptions): Promise<Float32Array>;
};
