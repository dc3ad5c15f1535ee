/** The check task: open every track's sound and listen. */
import { LISTENING_RATE_HZ } from '../../core/align/sound-reader.ts';
import type { HeardSource } from '../../core/checks/check-input.ts';
import { runChecks } from '../../core/checks/run-checks.ts';
import type { AudioSource } from '../../core/domain/media.ts';
import { measureClipping, measureLevel } from '../../core/dsp/level.ts';
import { integratedLoudness } from '../../core/dsp/loudness.ts';
import type { TaskResults, WorkerTask } from '../../core/jobs/worker-protocol.ts';
import { cutWindow, decodeAudio } from '../../core/media/decode-audio.ts';
import { resample } from '../../core/media/resample.ts';
import { locateMediaTools, type MediaTools } from '../../core/process/media-tools.ts';
import type { TaskContext } from './run-task.ts';

const CHECK_RATE_HZ = 48_000;

/** Runs every check on the given titles. */
export async function checkTask(
  task: Extract<WorkerTask, { kind: 'check' }>,
  { signal, onProgress }: TaskContext,
): Promise<TaskResults['check']> {
  const tools = locateMediaTools();
  return runChecks(task.input, {
    openTrack: (source) => decodeWhole(source, tools, signal),
    signal,
    onProgress,
  });
}

async function decodeWhole(
  source: AudioSource,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<HeardSource> {
  const samples = await decodeAudio(source, { sampleRateHz: CHECK_RATE_HZ }, tools, { signal });
  const copy = resample(samples, CHECK_RATE_HZ, LISTENING_RATE_HZ);
  const level = measureLevel(samples);
  return {
    sound: {
      durationSec: copy.length / LISTENING_RATE_HZ,
      read: async (startSec, endSec) =>
        cutWindow(copy, LISTENING_RATE_HZ, { startSec, durationSec: endSec - startSec }),
    },
    measures: {
      sampleRateHz: CHECK_RATE_HZ,
      channels: 1,
      startSec: 0,
      durationSec: samples.length / CHECK_RATE_HZ,
      invalidSamples: 0,
      ...level,
      clipping: measureClipping(samples, level.peak),
      integratedLufs: integratedLoudness(samples),
      rangeLu: null,
      truePeakDb: 20 * Math.log10(Math.max(1e-10, level.peak)),
      levelsDb: new Int8Array(0),
      channelDb: [],
      stereoCorrelation: null,
      bandwidthHz: CHECK_RATE_HZ / 2,
    },
  };
}
