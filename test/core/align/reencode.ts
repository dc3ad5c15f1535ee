/** Real codecs, by the ffmpeg that the project uses. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { spawnTool } from '../../../core/process/spawn-tool.ts';

const RAW = ['-f', 'f32le', '-ar', '48000', '-ac', '1'];

/** Encodes mono 48 kHz samples with ffmpeg's `args` and decodes them again. */
export async function reencode(
  samples: Float32Array,
  args: string[],
  extension: string,
): Promise<Float32Array> {
  const folder = await mkdtemp(join(tmpdir(), 'reencode-'));
  try {
    const coded = join(folder, `sound.${extension}`);
    const raw = join(folder, 'decoded.f32');
    const input = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    await ffmpeg([...RAW, '-i', '-', ...args, coded], input);
    await ffmpeg(['-i', coded, ...RAW, raw]);
    const bytes = await readFile(raw);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What ffmpeg prints at the end of a run over the samples, e.g. of a measuring filter. */
export async function measureWithFfmpeg(samples: Float32Array, filter: string): Promise<string> {
  const input = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const tool = locateMediaTools().ffmpegPath;
  const args = ['-hide_banner', '-nostats', ...RAW, '-i', '-', '-af', filter, '-f', 'null', '-'];
  return (await spawnTool({ tool, args, input })).stderrTail;
}

async function ffmpeg(args: string[], input?: Uint8Array): Promise<void> {
  const quiet = ['-hide_banner', '-loglevel', 'error', '-y'];
  await spawnTool({
    tool: locateMediaTools().ffmpegPath,
    args: [...quiet, ...args],
    ...(input ? { input } : {}),
  });
}
