/** What a browser plays, and how large a proxy is. */
import { describe, expect, it } from 'vitest';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import type { MediaProbe, ProbedStream } from '../../../core/media/probe.ts';
import { needsProxy, proxySize, thumbnailSize } from '../../../core/media/proxy.ts';

const common = {
  language: 'und' as LanguageTag,
  title: '',
  dispositions: [],
  sampleRateHz: 48_000,
  channels: 2,
};

function video(codec: string, pixelFormat = 'yuv420p', more: Partial<ProbedStream> = {}): ProbedStream {
  const picture = { pixelFormat, pixelAspect: 1, isTurned: false };
  return { ...common, index: 0, kind: 'video', codec, width: 1920, height: 1080, picture, ...more };
}

const sound = (codec: string): ProbedStream => ({
  ...common,
  index: 1,
  kind: 'audio',
  codec,
  width: 0,
  height: 0,
});
const probe = (formatName: string, ...streams: ProbedStream[]): MediaProbe => ({
  formatName,
  headerDurationSec: 1,
  streams,
});

describe('needsProxy', () => {
  it.each<[string, ...ProbedStream[]]>([
    ['mov,mp4,m4a,3gp,3g2,mj2', video('h264'), sound('aac')],
    ['matroska,webm', video('vp9'), sound('opus')],
    ['matroska,webm', video('av1'), sound('flac')],
    ['wav', sound('pcm_s16le')],
    ['ogg', sound('vorbis')],
  ])('not of %s', (formatName, ...streams) => {
    expect(needsProxy(probe(formatName, ...streams))).toBe(false);
  });

  it.each<[string, string, ...ProbedStream[]]>([
    ['ten bits', 'mov,mp4', video('h264', 'yuv420p10le'), sound('aac')],
    ['4:4:4', 'matroska,webm', video('h264', 'yuv444p'), sound('aac')],
    ['HEVC', 'mov,mp4', video('hevc'), sound('aac')],
    ['Dolby sound', 'matroska,webm', video('h264'), sound('ac3')],
    ['a transport stream', 'mpegts', video('h264'), sound('aac')],
    ['AVI', 'avi', video('h264'), sound('mp3')],
  ])('of %s', (_, formatName, ...streams) => {
    expect(needsProxy(probe(formatName, ...streams))).toBe(true);
  });
});

describe('sizes', () => {
  it.each([
    [video('h264'), 456, 256, 160, 90],
    [video('h264', 'yuv420p', { width: 1080, height: 1920 }), 256, 456, 90, 160],
    [video('h264', 'yuv420p', { width: 320, height: 180 }), 320, 180, 160, 90],
    [
      video('h264', '', {
        width: 720,
        height: 576,
        picture: { pixelFormat: '', pixelAspect: 16 / 15, isTurned: false },
      }),
      342,
      256,
      160,
      120,
    ],
    [video('h264', '', { picture: { pixelFormat: '', pixelAspect: 1, isTurned: true } }), 256, 456, 90, 160],
    [video('h264', '', { width: 3, height: 1 }), 4, 2, 4, 2],
  ])('are even, keep the shape and never grow: %#', (stream, width, height, small, low) => {
    expect(proxySize(stream)).toEqual({ width, height });
    expect(thumbnailSize(stream)).toEqual({ width: small, height: low });
  });
});
