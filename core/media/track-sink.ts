/** What is kept of one audio stream while it streams by: measures, a listening copy, waveform peaks. */
import { join } from 'node:path';
import { LISTENING_RATE_HZ } from '../align/sound-reader.ts';
import type { TrackMeasures } from '../dsp/track-measures.ts';
import { TrackMeter } from '../dsp/track-meter.ts';
import { writeDurably } from '../files/atomic-write.ts';
import { type AppendLog, openAppendLog } from '../training/append-log.ts';
import { meanOfChannels } from './mono-wav-reader.ts';
import { PeakCollector } from './peaks.ts';
import { packMeasures, trackFile } from './sound-store.ts';
import { openResampler, type Resampler } from './stream-resampler.ts';
import { type SoundFormat, WavStream } from './wav-stream.ts';

/** What an audio stream came to. */
export type ScannedTrack = {
  streamIndex: number;
  sampleRateHz: number;
  channels: number;
  sampleCount: number;
  /** When its first sample is heard, s from the file's start. */
  startSec: number;
  invalidSamples: number;
};

/** A start after this is a broken clock and not believed, s (our choice). */
const LATEST_START_SEC = 24 * 3600;

/** Takes one stream as ffmpeg gives it: WAV bytes, and the start as soon as it is known. */
export class TrackSink {
  readonly #streamIndex: number;
  readonly #folder: string | null;
  readonly #wav = new WavStream((interleaved, format) => this.#take(interleaved, format));
  #meter: TrackMeter | null = null;
  #sampleCount = 0;
  #startSec: number | null = null;
  /** Mono sound that came before the start was known: a few frames. */
  #early: Float32Array[] = [];
  #copy: ListeningCopy | null = null;
  #mono = new Float32Array(0);

  /** @param folder where the copy and the peaks are written; null measures only */
  constructor(streamIndex: number, folder: string | null) {
    this.#streamIndex = streamIndex;
    this.#folder = folder;
  }

  /** Takes the next bytes of the WAV. */
  push(chunk: Buffer): void {
    this.#wav.push(chunk);
  }

  /** Says when the first sample is heard; only the first call counts. */
  startsAt(sec: number): void {
    this.#startSec ??= Math.abs(sec) < LATEST_START_SEC ? sec : 0;
  }

  /** Completes and writes what is kept. */
  async finish(): Promise<ScannedTrack> {
    this.#open();
    const format = this.#wav.format ?? { channels: 0, sampleRateHz: 0 };
    const startSec = this.#startSec ?? 0;
    const measures = this.#meter?.finish(startSec) ?? null;
    if (measures !== null && this.#copy !== null) await this.#copy.finish(measures);
    return {
      streamIndex: this.#streamIndex,
      ...format,
      sampleCount: this.#sampleCount,
      startSec,
      invalidSamples: measures?.invalidSamples ?? 0,
    };
  }

  /** Closes what is open; for after a failure too. */
  close(): void {
    this.#copy?.close();
  }

  #take(interleaved: Float32Array, format: SoundFormat): void {
    this.#meter ??= new TrackMeter(format);
    this.#meter.push(interleaved);
    const frames = interleaved.length / format.channels;
    this.#sampleCount += frames;
    if (this.#folder === null) return;
    if (this.#startSec === null) {
      this.#early.push(meanOfChannels(interleaved, format.channels));
      return;
    }
    if (this.#copy === null) this.#open();
    if (this.#mono.length < frames) this.#mono = new Float32Array(frames);
    this.#copy!.push(meanOfChannels(interleaved, format.channels, this.#mono).subarray(0, frames));
  }

  #open(): void {
    const { format } = this.#wav;
    if (this.#folder === null || this.#copy !== null || format === null) return;
    const startSamples = Math.round((this.#startSec ?? 0) * format.sampleRateHz);
    this.#copy = new ListeningCopy(this.#folder, this.#streamIndex, format.sampleRateHz, startSamples);
    for (const part of this.#early) this.#copy.push(part);
    this.#early = [];
  }
}

/** The files of a track. */
class ListeningCopy {
  readonly #folder: string;
  readonly #streamIndex: number;
  readonly #resampler: Resampler;
  readonly #peaks: PeakCollector;
  readonly #log: AppendLog;
  /** Samples that lie before the file's first instant. */
  #before: number;
  #isClosed = false;

  constructor(folder: string, streamIndex: number, rateHz: number, startSamples: number) {
    this.#folder = folder;
    this.#streamIndex = streamIndex;
    this.#resampler = openResampler(rateHz, LISTENING_RATE_HZ);
    this.#peaks = new PeakCollector(rateHz, startSamples);
    this.#log = openAppendLog(join(folder, trackFile(streamIndex, 's16')), 0, { lines: false });
    this.#before = Math.max(0, -startSamples);
    const silence = new Float32Array(Math.min(1 << 16, Math.max(0, startSamples)));
    for (let left = startSamples; left > 0; left -= silence.length) {
      this.#write(this.#resampler.push(silence.subarray(0, left)));
    }
  }

  push(mono: Float32Array): void {
    const heard = this.#before > 0 ? mono.subarray(this.#before) : mono;
    this.#before -= mono.length - heard.length;
    this.#peaks.push(heard);
    this.#write(this.#resampler.push(heard));
  }

  async finish(measures: TrackMeasures): Promise<void> {
    this.#write(this.#resampler.finish());
    this.#log.sync();
    this.close();
    await writeDurably(join(this.#folder, trackFile(this.#streamIndex, 'peaks')), this.#peaks.finish());
    await writeDurably(join(this.#folder, trackFile(this.#streamIndex, 'json')), packMeasures(measures));
  }

  close(): void {
    if (!this.#isClosed) this.#log.close();
    this.#isClosed = true;
  }

  #write(samples: Float32Array): void {
    if (samples.length === 0) return;
    const bytes = Buffer.allocUnsafe(2 * samples.length);
    const values = new Int16Array(bytes.buffer, bytes.byteOffset, samples.length);
    for (let i = 0; i < samples.length; i += 1) {
      const value = Math.round(samples[i]! * 32_767);
      values[i] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
    }
    this.#log.append(bytes);
  }
}
