/** The clips of a file as the towers read them, prepared as the official inference does (paper-facts 4). */
import { AppError } from '../../domain/errors.ts';
import { initFft } from '../../dsp/fft.ts';
import { decodeAudio } from '../../media/decode-audio.ts';
import { decodeFramesOfFile } from '../../media/decode-frames.ts';
import { inspectFile } from '../../media/file-kind.ts';
import { readFrameTimes } from '../../media/frame-times.ts';
import { LOG_MEL_RATE_HZ, LOG_MEL_SAMPLES, logMel } from '../../media/log-mel.ts';
import { probeMedia } from '../../media/probe.ts';
import { resample } from '../../media/resample.ts';
import { copyCut, videoInputSize } from '../../model/model-input.ts';
import type { ModelPreset, VideoPreset } from '../../model/presets.ts';
import type { MediaTools } from '../../process/media-tools.ts';
import { audioClipRanges, type ClipRange, videoClipRanges } from './clip-ranges.ts';
import type { Modality } from './find-files.ts';
import { fiveCrops } from './five-crops.ts';

/** One file's clips. */
export type FileClips = {
  ranges: ClipRange[];
  /** Frames or samples a second, of the file. */
  rate: number;
  /** Inputs of the tower for clip `i`: five crops of a picture, one log-mel of a sound // [inputs][numbers] */
  inputs(i: number): Float32Array[];
};

/**
 * Reads a file. A picture's clips are decoded in one pass and held.
 * @throws AppError as `inspectFile`, `probeMedia` and the decoders; MEDIA_EMPTY for less than two frames or samples.
 */
export function readClips(
  path: string,
  modality: Modality,
  preset: ModelPreset,
  tools: MediaTools,
  signal?: AbortSignal,
): Promise<FileClips> {
  return modality === 'video'
    ? readPictures(path, preset.video, tools, signal)
    : readSounds(path, tools, signal);
}

async function readPictures(
  path: string,
  preset: VideoPreset,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<FileClips> {
  const { streams } = await probeMedia(await inspectFile(path), tools, { signal });
  const stream = streams.find(({ kind }) => kind === 'video');
  if (stream === undefined) throw nothingIn(path, 'no picture');
  const source = { path, streamIndex: stream.index, sha256: '' };
  const times = await readFrameTimes(source, tools, { signal });
  const ranges = videoClipRanges(times.timesSec);
  if (ranges.length === 0) throw nothingIn(path, 'fewer than 2 frames');
  const windows = await decodeFramesOfFile(
    source,
    ranges.map(([startSec, endSec]) => ({ startSec, endSec })),
    { frameCount: preset.frameCount, shortSidePx: preset.shortSidePx },
    tools,
    { signal },
  );
  return {
    ranges,
    rate: times.frameRate,
    inputs: (i) =>
      fiveCrops(windows[i]!, preset).map((cut) => {
        const input = new Float32Array(videoInputSize(preset));
        copyCut(windows[i]!, cut, preset.cropPx, input, 0);
        return input;
      }),
  };
}

async function readSounds(
  path: string,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<FileClips> {
  await initFft();
  const { streams } = await probeMedia(await inspectFile(path), tools, { signal });
  const stream = streams.find(({ kind }) => kind === 'audio');
  const rate = stream?.sampleRateHz ?? 0;
  if (stream === undefined || !(rate > 0)) throw nothingIn(path, 'no sound');
  const source = { path, streamIndex: stream.index, sha256: '' };
  const samples = await decodeAudio(source, { sampleRateHz: rate }, tools, { signal });
  const ranges = audioClipRanges(samples.length, rate);
  if (ranges.length === 0) throw nothingIn(path, 'fewer than 2 samples');
  return {
    ranges,
    rate,
    inputs: (i) => {
      const [start, end] = ranges[i]!;
      // Cut first, then resampled, as there: beyond a clip's ends there is silence.
      const clip = resample(samples.slice(start, end), rate, LOG_MEL_RATE_HZ);
      return [logMel(clip.subarray(0, LOG_MEL_SAMPLES))];
    },
  };
}

function nothingIn(path: string, what: string): AppError {
  return new AppError(
    'MEDIA_EMPTY',
    `${path} has ${what}. It was left out; nothing else was lost. Give another file, or leave this one out.`,
    { details: { path } },
  );
}
