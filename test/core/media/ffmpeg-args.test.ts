/** The argument lists word for word, so that fluent-ffmpeg can be replaced in a day. */
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { decodeArgs, FORMATS_ALLOWED, fileAddress } from '../../../core/media/ffmpeg-args.ts';

const SAFE = [
  ...['-nostdin', '-hide_banner', '-loglevel', 'error'],
  ...['-protocol_whitelist', 'file,pipe'],
  ...[
    '-format_whitelist',
    'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mxf,wav,w64,flac,mp3,aac,ogg,ac3,eac3',
  ],
];

it('one stream', () => {
  const output = ['-c:a', 'pcm_f32le', '-f', 'wav'];
  expect(decodeArgs({ path: '/m/a b.mkv', streamIndex: 2, output })).toEqual([
    ...SAFE,
    ...['-i', `file:${resolve('/m/a b.mkv')}`, '-map', '0:2', ...output, 'pipe:1'],
  ]);
});

it('several streams, and options before the input', () => {
  expect(
    decodeArgs({
      path: '/m/a.mkv',
      streamIndex: [0, 3],
      input: ['-threads', '1', '-ss', '1.5'],
      output: ['-vf', "select='eq(pts,1)+eq(pts,2)'", '-f', 'framecrc'],
    }),
  ).toEqual([
    ...[...SAFE, '-threads', '1', '-ss', '1.5', '-i', `file:${resolve('/m/a.mkv')}`],
    ...['-map', '0:0', '-map', '0:3', '-vf', "select='eq(pts,1)+eq(pts,2)'", '-f', 'framecrc', 'pipe:1'],
  ]);
});

it.each(['-version', 'http:evil.mp4', 'concat:a|b.mp4', 'data:x', 'per%03d.mp4', 'a\nb.mp4'])(
  'the name %j is only ever the end of a file address',
  (name) => {
    const address = fileAddress(name);
    expect(address).toBe(`file:${resolve(name)}`);
    const args = decodeArgs({ path: name, streamIndex: 0, output: ['-f', 'wav'] });
    expect(args[args.indexOf('-i') + 1]).toBe(address);
    expect(args.filter((arg) => arg.includes(name))).toEqual([address]);
  },
);

it('lists of other files are no format that is read', () => {
  for (const format of ['hls', 'dash', 'concat', 'sdp', 'image2', 'lavfi', 'applehttp']) {
    expect(FORMATS_ALLOWED).not.toContain(format);
  }
});
