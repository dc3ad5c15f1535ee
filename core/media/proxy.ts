/** Which files a browser cannot play, and what is made of them: a small copy in the cache. */
import type { MediaTools } from '../process/media-tools.ts';
import { spawnTool } from '../process/spawn-tool.ts';
import type { MediaProbe, ProbedStream } from './probe.ts';

/**
 * What Chromium plays, in ffmpeg's names, as its media/base/supported_types.cc and its build of ffmpeg have it
 * (open codecs plus H.264, AAC and MP3). HEVC is left out: it depends on the machine.
 */
const PLAYABLE = {
  containers: ['mov', 'mp4', 'matroska', 'webm', 'wav', 'flac', 'mp3', 'ogg', 'aac'],
  video: {
    h264: ['yuv420p', 'yuvj420p'],
    vp8: ['yuv420p'],
    vp9: ['yuv420p'],
    av1: ['yuv420p'],
  } as Record<string, readonly string[]>,
  audio: ['aac', 'mp3', 'opus', 'vorbis', 'flac', 'pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_f32le'],
} as const;

/** Short side of a proxy's picture; smaller pictures keep their size. */
const SHORT_SIDE_PX = 256;
const THUMBNAIL_LONG_SIDE_PX = 160;
/** Frames from one key frame to the next: a second of film, so that a browser seeks fast. */
const KEY_FRAMES = 24;
const SOUND_RATE = '96k';

/** How a proxy is made with the encoders this ffmpeg has. */
export type ProxyRecipe = { fileName: string; video: readonly string[]; audio: readonly string[] };

/** Width and height, both even. */
export type PictureSize = { width: number; height: number };

/** Whether a browser could not play the file: its container, its first picture or any of its sounds. */
export function needsProxy({ formatName, streams }: MediaProbe): boolean {
  const containers = formatName.split(',');
  if (!containers.some((name) => (PLAYABLE.containers as readonly string[]).includes(name))) return true;
  const video = streams.find(({ kind }) => kind === 'video');
  if (video !== undefined && !isPlayablePicture(video)) return true;
  const audio = streams.filter(({ kind }) => kind === 'audio');
  return audio.some(({ codec }) => !(PLAYABLE.audio as readonly string[]).includes(codec));
}

function isPlayablePicture({ codec, picture }: ProbedStream): boolean {
  return PLAYABLE.video[codec]?.includes(picture?.pixelFormat ?? '') ?? false;
}

/** Size of the proxy's picture, with square pixels. */
export function proxySize(stream: ProbedStream): PictureSize {
  const { width, height } = shownSize(stream);
  const scale = Math.min(1, SHORT_SIDE_PX / Math.min(width, height));
  return { width: even(width * scale), height: even(height * scale) };
}

/** Size of thumbnails, with square pixels. */
export function thumbnailSize(stream: ProbedStream): PictureSize {
  const { width, height } = shownSize(stream);
  const scale = Math.min(1, THUMBNAIL_LONG_SIDE_PX / Math.max(width, height));
  return { width: even(width * scale), height: even(height * scale) };
}

function shownSize({ width, height, picture }: ProbedStream): PictureSize {
  const wide = width * (picture?.pixelAspect ?? 1);
  const size = { width: Math.max(2, wide), height: Math.max(2, height) };
  return picture?.isTurned ? { width: size.height, height: size.width } : size;
}

function even(px: number): number {
  return Math.max(2, 2 * Math.round(px / 2));
}

const known = new Map<string, Promise<ProxyRecipe | null>>();

/** What this ffmpeg can make: H.264 and AAC in MP4, else VP8 and Vorbis or Opus in WebM, else nothing. */
export function proxyRecipe(tools: MediaTools): Promise<ProxyRecipe | null> {
  const asked = known.get(tools.ffmpegPath) ?? chooseRecipe(tools);
  known.set(tools.ffmpegPath, asked);
  asked.catch(() => known.delete(tools.ffmpegPath));
  return asked;
}

async function chooseRecipe(tools: MediaTools): Promise<ProxyRecipe | null> {
  const { stdout } = await spawnTool({ tool: tools.ffmpegPath, args: ['-hide_banner', '-encoders'] });
  const names = new Set(
    stdout
      .toString('utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[1] ?? ''),
  );
  const frames = ['-g', String(KEY_FRAMES), '-pix_fmt', 'yuv420p'];
  if (names.has('libx264') && names.has('aac')) {
    return {
      fileName: 'proxy.mp4',
      video: ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', ...frames, '-movflags', '+faststart'],
      audio: ['-c:a', 'aac', '-b:a', SOUND_RATE, '-ac', '2', '-ar', '48000'],
    };
  }
  const sound = names.has('libopus') ? 'libopus' : names.has('libvorbis') ? 'libvorbis' : null;
  if (!names.has('libvpx') || sound === null) return null;
  const rate = ['-deadline', 'realtime', '-cpu-used', '8', '-crf', '20', '-b:v', '600k'];
  return {
    fileName: 'proxy.webm',
    video: ['-c:v', 'libvpx', ...rate, ...frames],
    audio: ['-c:a', sound, '-b:a', SOUND_RATE, '-ac', '2', '-ar', '48000'],
  };
}
