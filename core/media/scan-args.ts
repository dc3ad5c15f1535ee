/** The one ffmpeg command that gives everything an import needs of a file. */
import { join } from 'node:path';
import { CUT_HEIGHT_PX, CUT_WIDTH_PX } from './cut-detector.ts';
import { fileAddress, manyOutputsArgs } from './ffmpeg-args.ts';
import type { ProbedStream } from './probe.ts';
import { type PictureSize, type ProxyRecipe, proxySize, thumbnailSize } from './proxy.ts';

/** What comes through a pipe: `frames` and `starts` are lines of framecrc, `greys` pictures for cuts. */
export type PipeKind = 'frames' | 'greys' | 'thumbnails' | 'starts' | 'sound';

/** A pipe of the command, the first is descriptor 3; `streamIndex` as ffprobe counts. */
export type ScanPipe = { kind: PipeKind; streamIndex: number };

/** The command and what its pipes carry. */
export type ScanCommand = { args: string[]; pipes: ScanPipe[]; proxyPath: string | null };

type Output = { target: string; options: readonly string[] };

/**
 * Time stamps of 1/90000 s keep every frame of a variable rate apart; ffmpeg's default is the mean rate's tick, by which
 * two frames may come at one time: a complaint that looks like damage.
 */
const TIMES = ['-enc_time_base', '1/90000'];
const FIRST_PIPE = 3;

/** Composes the command. `proxy`: how and in which folder a proxy is made; null for none. */
export function scanCommand(a: {
  path: string;
  media: readonly ProbedStream[];
  threads: number;
  thumbnailStepSec: number;
  proxy: { recipe: ProxyRecipe; folder: string } | null;
}): ScanCommand {
  const pipes: ScanPipe[] = [];
  const outputs: Output[] = [];
  const graph: string[] = [];
  const pipe = (kind: PipeKind, streamIndex: number, options: readonly string[]): void => {
    outputs.push({ target: `pipe:${FIRST_PIPE + pipes.length}`, options });
    pipes.push({ kind, streamIndex });
  };
  const videos = a.media.filter(({ kind }) => kind === 'video');
  for (const [i, video] of videos.entries()) {
    const isFirst = i === 0;
    const proxy = isFirst && a.proxy !== null ? proxySize(video) : null;
    graph.push(...pictureFilters(video, i, isFirst ? a.thumbnailStepSec : null, proxy));
    pipe('frames', video.index, [
      '-map',
      `[times${i}]`,
      '-fps_mode',
      'passthrough',
      ...TIMES,
      '-f',
      'framecrc',
    ]);
    const greys = ['-map', `[greys${i}]`, '-fps_mode', 'passthrough', ...TIMES];
    pipe('greys', video.index, [...greys, '-f', 'rawvideo']);
    if (isFirst) {
      const jpeg = ['-c:v', 'mjpeg', '-q:v', '5', '-f', 'image2pipe'];
      pipe('thumbnails', video.index, [
        '-map',
        '[thumbnails]',
        '-fps_mode',
        'passthrough',
        ...TIMES,
        ...jpeg,
      ]);
    }
  }
  const sounds = a.media.filter(({ kind }) => kind === 'audio');
  for (const { index } of sounds) {
    // Gaps are filled, but the start is not: see decodeAudio.
    const wav = ['-map_metadata', '-1', '-fflags', '+bitexact', '-c:a', 'pcm_f32le', '-f', 'wav'];
    pipe('sound', index, ['-map', `0:${index}`, '-af', 'aresample=async=1', ...wav]);
  }
  // A WAV has no times; the first frame's line says when the track begins. These come last: before the sounds, their
  // early end and the rare thumbnails make ffmpeg 9 wait for ever on a damaged file.
  for (const { index } of sounds) {
    const first = ['-frames:a', '1', '-flush_packets', '1', '-f', 'framecrc'];
    pipe('starts', index, ['-map', `0:${index}`, ...first]);
  }
  const proxyPath = a.proxy === null ? null : join(a.proxy.folder, a.proxy.recipe.fileName);
  if (a.proxy !== null) outputs.push(proxyOutput(a.media, a.proxy, a.threads));
  const input = ['-threads', String(a.threads), '-filter_complex_threads', '1'];
  return {
    args: manyOutputsArgs({ path: a.path, input, filters: graph.join(';'), outputs }),
    pipes,
    proxyPath,
  };
}

/** The full picture is scaled once; everything else comes from that. */
function pictureFilters(
  { index, ...rest }: ProbedStream,
  i: number,
  thumbnailStepSec: number | null,
  proxy: PictureSize | null,
): string[] {
  const small = thumbnailSize({ index, ...rest });
  const { width, height } = proxy ?? small;
  // Only frames that are marked as such, one frame for each: their number and times stay.
  const whole = rest.picture?.fieldOrder === undefined ? '' : 'yadif=deint=interlaced,';
  const first = `[0:${index}]${whole}scale=${width}:${height}:flags=area,format=yuv420p,setsar=1`;
  const taken = [
    ...(proxy === null ? [] : ['[proxy]']),
    ...(thumbnailStepSec === null ? [] : ['[seen]']),
    `[all${i}]`,
  ];
  const split = taken.length === 1 ? taken[0]! : `,split=${taken.length}${taken.join('')}`;
  const greys = `[all${i}]scale=${CUT_WIDTH_PX}:${CUT_HEIGHT_PX}:flags=area,format=gray,split=2[times${i}][greys${i}]`;
  if (thumbnailStepSec === null) return [first + split, greys];
  const step = `select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,${thumbnailStepSec})`;
  const shrink = proxy === null ? '' : `,scale=${small.width}:${small.height}:flags=area`;
  return [first + split, greys, `[seen]${step}${shrink}[thumbnails]`];
}

function proxyOutput(
  media: readonly ProbedStream[],
  { recipe, folder }: { recipe: ProxyRecipe; folder: string },
  threads: number,
): Output {
  const hasVideo = media.some(({ kind }) => kind === 'video');
  const audio = media.find(({ kind }) => kind === 'audio');
  const video = hasVideo ? ['-map', '[proxy]', '-fps_mode', 'vfr', ...recipe.video] : [];
  const sound =
    audio === undefined ? [] : ['-map', `0:${audio.index}`, '-af', 'aresample=async=1', ...recipe.audio];
  const rest = ['-threads', String(threads), '-map_metadata', '-1', '-map_chapters', '-1'];
  return { target: fileAddress(join(folder, recipe.fileName)), options: [...video, ...sound, ...rest] };
}
