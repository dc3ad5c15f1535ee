/** Planted sounds and copied pictures as files. */
import { fileAddress, SAFE_INPUT_OPTIONS } from '../media/ffmpeg-args.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import type { PlantCodec, PlantedSound } from './plant-track.ts';
import type { SourceShot } from './source.ts';
import { PLANT_RATE_HZ } from './transform.ts';

const CODEC_ARGS: Record<PlantCodec, { extension: string; args: string[] }> = {
  flac: { extension: 'flac', args: ['-c:a', 'flac', '-sample_fmt', 's16'] },
  'opus-64k': { extension: 'opus', args: ['-c:a', 'libopus', '-b:a', '64k'] },
  'aac-64k': { extension: 'm4a', args: ['-c:a', 'aac', '-b:a', '64k'] },
};
/** Nothing of the machine, the clock or the tools' versions in the files. */
const REPRODUCIBLE = [
  '-map_metadata',
  '-1',
  '-fflags',
  '+bitexact',
  '-flags:v',
  '+bitexact',
  '-flags:a',
  '+bitexact',
];
const JOINED_SIZE = '320:180';
const JOINED_RATE = 25;

/** Writes `<stem>.<extension of the codec>`. */
export async function writeSound(
  sound: PlantedSound,
  codec: PlantCodec,
  stem: string,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { extension, args } = CODEC_ARGS[codec];
  await run(tools, signal, interleaved(sound.channels), [
    ...rawSound(sound.channels.length),
    ...(sound.tempo === 1 ? [] : ['-af', `atempo=${sound.tempo}`]),
    ...[...args, ...REPRODUCIBLE, fileAddress(`${stem}.${extension}`)],
  ]);
}

/** Writes a shot's picture, copied as it is (or its parts one after the other), with the original's sound. */
export async function writePicture(
  shot: SourceShot,
  original: Float32Array,
  path: string,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<void> {
  const parts = shot.parts ?? [shot];
  const language = shot.tracks.find(({ role }) => role === 'original')?.language ?? 'und';
  const copied = ['-map', `1:${parts[0]!.picture.streamIndex}`, '-c:v', 'copy'];
  const joined = [
    '-filter_complex',
    joinFilter(parts),
    '-map',
    '[v]',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
  ];
  await run(tools, signal, interleaved([original]), [
    ...rawSound(1),
    ...parts.flatMap(({ picture }) => [...SAFE_INPUT_OPTIONS, '-i', fileAddress(picture.path)]),
    ...(parts.length === 1 ? copied : joined),
    ...['-map', '0:0', '-c:a', 'flac', '-sample_fmt', 's16'],
    ...[...REPRODUCIBLE, '-metadata:s:a:0', `language=${language}`, '-disposition:a:0', 'original'],
    fileAddress(path),
  ]);
}

function joinFilter(parts: readonly SourceShot[]): string {
  const scaled = parts.map(
    ({ picture, durationSec }, i) =>
      `[${i + 1}:${picture.streamIndex}]scale=${JOINED_SIZE},setsar=1,fps=${JOINED_RATE},trim=duration=${durationSec},setpts=PTS-STARTPTS[v${i}]`,
  );
  return `${scaled.join(';')};${parts.map((_, i) => `[v${i}]`).join('')}concat=n=${parts.length}[v]`;
}

function rawSound(channels: number): string[] {
  return ['-f', 'f32le', '-ar', String(PLANT_RATE_HZ), '-ac', String(channels), '-i', 'pipe:0'];
}

function interleaved(channels: readonly Float32Array[]): Uint8Array {
  const [first] = channels;
  const mixed = new Float32Array(first!.length * channels.length);
  for (const [c, channel] of channels.entries()) {
    for (let i = 0; i < channel.length; i += 1) mixed[i * channels.length + c] = channel[i]!;
  }
  return new Uint8Array(mixed.buffer);
}

async function run(
  tools: MediaTools,
  signal: AbortSignal | undefined,
  input: Uint8Array,
  args: readonly string[],
): Promise<void> {
  await spawnTool({
    tool: tools.ffmpegPath,
    args: ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', ...args],
    input,
    signal,
  });
}
