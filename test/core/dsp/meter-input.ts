/** Sound for the meters, and what FFmpeg's own meters say of it. */
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { spawnTool } from '../../../core/process/spawn-tool.ts';

/** Interleaved samples and what they are. */
export type Sound = { samples: Float32Array; sampleRateHz: number; channels: number };

/** Puts channels side by side. */
export function interleave(...planes: Float32Array[]): Float32Array {
  const length = planes[0]!.length;
  return Float32Array.from(
    { length: length * planes.length },
    (_, i) => planes[i % planes.length]![Math.floor(i / planes.length)]!,
  );
}

/** A tone. */
export function sine(hz: number, gain: number, durationSec: number, sampleRateHz = 48_000): Float32Array {
  return Float32Array.from(
    { length: Math.round(sampleRateHz * durationSec) },
    (_, i) => gain * Math.sin((2 * Math.PI * hz * i) / sampleRateHz),
  );
}

/** What the filter `ebur128` says: integrated loudness, range and true peak to one digit. */
export async function ebur128({ samples, sampleRateHz, channels }: Sound): Promise<{
  integratedLufs: number;
  rangeLu: number;
  truePeakDb: number;
}> {
  const input = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const format = ['-f', 'f32le', '-ar', `${sampleRateHz}`, '-ac', `${channels}`];
  const args = ['-hide_banner', '-nostats', ...format, '-i', '-', '-af', 'ebur128=peak=true', '-f', 'null'];
  const { stderrTail } = await spawnTool({
    tool: locateMediaTools().ffmpegPath,
    args: [...args, '-'],
    input,
  });
  const summary = stderrTail.slice(stderrTail.lastIndexOf('Integrated loudness'));
  const number = (pattern: RegExp): number => Number(pattern.exec(summary)![1]);
  return {
    integratedLufs: number(/I:\s+(-?[\d.]+) LUFS/),
    rangeLu: number(/LRA:\s+(-?[\d.]+) LU/),
    truePeakDb: number(/Peak:\s+(-?[\d.]+) dBFS/),
  };
}
