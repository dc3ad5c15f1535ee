/** A stretch of a track as a browser plays it: two channels, 48 kHz, 16 bits, in a WAV file, cut to the sample. */
import { AppError } from '../domain/errors.ts';
import type { AudioSource } from '../domain/media.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import { decodeArgs } from './ffmpeg-args.ts';

/** Rate of what is played, Hz. */
export const PLAY_RATE_HZ = 48_000;

const CHANNELS = 2;
const FRAME_BYTES = 2 * CHANNELS;
const HEADER_BYTES = 44;
/**
 * Decoding begins this much before the stretch: lossy decoders need a run-up, and packets before it may be needed. What
 * comes out is cut by time, so it costs a moment and no exactness.
 */
const RUN_UP_SEC = 5;
const TIMEOUT_MS = 60_000;
const MEMORY_BYTES = 2 * 2 ** 30;

/**
 * Decodes `[startSec, endSec)`, counted from the file's first instant; what lies outside the track is silence.
 * More than two channels are mixed down as ffmpeg does.
 * @throws AppError MEDIA_DAMAGED where it cannot be decoded.
 */
export async function listenWindow(
  source: AudioSource,
  { startSec, endSec }: { startSec: number; endSec: number },
  tools: MediaTools,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array> {
  const wav = new Uint8Array(HEADER_BYTES + Math.round((endSec - startSec) * PLAY_RATE_HZ) * FRAME_BYTES);
  writeHeader(wav);
  const fromSec = startSec > RUN_UP_SEC ? startSec - RUN_UP_SEC : 0;
  // Where the wanted part begins in what ffmpeg gives; negative: silence first.
  const skip = Math.round((startSec - fromSec) * PLAY_RATE_HZ) * FRAME_BYTES;
  let at = 0;
  try {
    await spawnTool({
      tool: tools.ffmpegPath,
      args: decodeArgs({
        path: source.path,
        streamIndex: source.streamIndex,
        input: fromSec > 0 ? ['-ss', fromSec.toFixed(6)] : [],
        output: [
          ...['-af', 'aresample=async=1:first_pts=0', '-ac', String(CHANNELS), '-ar', String(PLAY_RATE_HZ)],
          ...['-t', (endSec - fromSec).toFixed(6), '-c:a', 'pcm_s16le', '-f', 's16le'],
        ],
      }),
      timeoutMs: TIMEOUT_MS,
      signal: options.signal,
      maxStdoutBytes: Number.MAX_SAFE_INTEGER,
      onStdout: (chunk) => {
        copyPart(chunk, at - skip, wav);
        at += chunk.length;
      },
      limits: { memoryBytes: MEMORY_BYTES },
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'TOOL_FAILED') throw error;
    throw new AppError(
      'MEDIA_DAMAGED',
      `${source.path} can no longer be decoded (${error.message}). It cannot be heard; nothing was changed. Import the file again.`,
      { cause: error, details: { path: source.path } },
    );
  }
  return wav;
}

/** Puts what lies inside of the sound, which begins after the header; `position` may be negative. */
function copyPart(chunk: Uint8Array, position: number, wav: Uint8Array): void {
  const from = Math.max(0, -position);
  const to = Math.min(chunk.length, wav.length - HEADER_BYTES - position);
  if (to > from) wav.set(chunk.subarray(from, to), HEADER_BYTES + position + from);
}

/** RIFF/WAVE with one `fmt ` and one `data` chunk (Microsoft, "Multimedia Programming Interface", 1991). */
function writeHeader(wav: Uint8Array): void {
  const view = new DataView(wav.buffer);
  const text = (at: number, word: string): void => wav.set(Buffer.from(word, 'latin1'), at);
  text(0, 'RIFF');
  view.setUint32(4, wav.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, CHANNELS, true);
  view.setUint32(24, PLAY_RATE_HZ, true);
  view.setUint32(28, PLAY_RATE_HZ * FRAME_BYTES, true);
  view.setUint16(32, FRAME_BYTES, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, wav.length - HEADER_BYTES, true);
}
