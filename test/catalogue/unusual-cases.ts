/** The rest of reliability.md 4.1: files that are all right, but not what one would expect. */
import { truncateSync, writeFileSync } from 'node:fs';
import { coded, one, two } from './broken-cases.ts';
import * as bytes from './bytes.ts';
import { type Case, CODED, IMPORTED, type Kit, MAPPED, picture, refused, told, tone, warned } from './kit.ts';

const FORGED =
  'a\nstreams.stream.9.index=9\n<script>alert(1)</script>\u001b[31m\u202eevil"}],"streams":[{"index":9';
const LONG_FRAMES = 150;

/** Sounds. */
export const SOUNDS: readonly Case[] = [
  coded(
    '16a 8 kHz, 8 bits',
    '16-low.wav',
    () => [...tone(440, 2, 8000), '-c:a', 'pcm_u8'],
    warned('AUDIO_LOW_RATE', /has only 8000 Hz in track 0: nothing above 4 kHz/),
  ),
  coded(
    '16b 192 kHz, 8 channels, 24 bits',
    '16-wide.wav',
    () => ['-f', 'lavfi', '-i', 'anoisesrc=d=1:r=192000:seed=16', '-ac', '8', '-c:a', 'pcm_s24le'],
    told('AUDIO_DOWNMIX', /has 8 channels in track 0\. The mean of all/),
  ),
  coded(
    '54 Opus of 6 channels',
    '54-surround.opus',
    () => ['-f', 'lavfi', '-i', 'anoisesrc=d=1:r=48000:seed=54', '-ac', '6', '-c:a', 'libopus'],
    told('AUDIO_DOWNMIX', /has 6 channels/),
  ),
  coded(
    '54 RF64',
    '54-rf64.wav',
    () => ['-f', 'lavfi', '-i', 'anoisesrc=d=1:r=48000:seed=64', '-c:a', 'pcm_s16le', '-rf64', 'always'],
    { as: 'left over', code: 'CLIP_NO_VIDEO', text: /no picture/ },
  ),
];

/** Pictures, times and tags. */
export const PICTURES: readonly Case[] = [
  coded(
    '18 variable frame rate',
    '18-vfr.mkv',
    () => [...two(3), '-vf', "select='lt(t,1)+not(mod(n,3))'", '-fps_mode', 'vfr', ...CODED],
    told('VIDEO_VFR', /has a variable frame rate \(\d+ % of the steps differ\)/),
    IMPORTED,
  ),
  one(
    '23 turned by 90 degrees',
    '23-turned.mp4',
    ({ first }) => bytes.turned(first),
    told('VIDEO_ROTATED', /to be shown turned by 90 degrees\. It was turned/),
    IMPORTED,
  ),
  coded(
    '24 pixels that are not square',
    '24-sar.mp4',
    () => [...two(3), '-vf', 'setsar=8/3', ...CODED],
    told('VIDEO_SAR', /160x120, each 2\.67 times .* as 427x120/),
    IMPORTED,
  ),
  coded(
    '25 starts at 1 h (Matroska)',
    '25-hour-mkv.mkv',
    () => ['-i', 'last.mp4', '-map', '0', '-c', 'copy', '-output_ts_offset', '3600'],
    told('MEDIA_OFFSET', /starts at (59|60) min on its own clock\. It was shifted to 0/),
    IMPORTED,
  ),
  coded(
    '25 starts at 1 h (MP4)',
    '25-hour-mp4.mp4',
    () => ['-i', 'last.mp4', '-map', '0', '-c', 'copy', '-output_ts_offset', '3600'],
    told('MEDIA_OFFSET', /starts at (59|60) min/),
    IMPORTED,
  ),
  coded(
    '25 starts at 1 h (transport stream)',
    '25-hour-ts.ts',
    () => ['-i', 'last.mp4', '-map', '0', '-c', 'copy', '-output_ts_offset', '3600'],
    told('MEDIA_OFFSET', /starts at (59|60) min/),
    IMPORTED,
  ),
  coded(
    '26 sound of 30 s, picture of 3 s',
    '26-length.mp4',
    () => [...picture(3), ...tone(440, 30), ...tone(660, 3), ...MAPPED, ...CODED],
    warned('PAIR_LENGTH', /sound in track 1 that is 27\.0 s longer than the picture/),
    IMPORTED,
  ),
  coded(
    '27 sound 5 s late',
    '27-late.mkv',
    () => [...picture(8), '-itsoffset', '5', ...tone(440, 3), ...tone(660, 8), ...MAPPED, ...CODED],
    warned('PAIR_OFFSET', /sound in track 1 that starts 5\.0 s after the picture/),
    IMPORTED,
  ),
  coded(
    '33 tags that draw and forge',
    '33-tags.mkv',
    () => [
      '-i',
      'last.mp4',
      '-map',
      '0',
      '-c',
      'copy',
      '-metadata',
      `title=${FORGED}`,
      '-metadata:s:1',
      `title=${FORGED}`,
    ],
    IMPORTED,
  ),
  coded(
    '42 H.264 4:4:4 with 10 bits',
    '42-444.mp4',
    () => [...two(3), ...CODED, '-pix_fmt', 'yuv444p10le'],
    told(
      'PROXY_MADE',
      /h264 yuv444p10le and aac in mov, which a browser may not play\. A smaller copy was made/,
    ),
    IMPORTED,
  ),
  coded(
    '43 interlaced MPEG-2',
    '43-interlaced.mkv',
    () => [
      ...two(3),
      '-vf',
      'scale=320:240,tinterlace=interleave_top',
      '-c:v',
      'mpeg2video',
      '-flags',
      '+ildct+ilme',
      '-c:a',
      'ac3',
    ],
    told('DEINTERLACED', /is interlaced \(top field first\)/),
    IMPORTED,
  ),
  coded(
    '44a FFV1 in AVI',
    '44-ffv1.avi',
    () => [...two(3), '-c:v', 'ffv1', '-c:a', 'pcm_s16le'],
    told('PROXY_MADE', /ffv1 .* in avi/),
  ),
  {
    row: '51 10 min of 4K in a few kB',
    file: '51-long.mp4',
    make: (kit) => {
      const black = ['-f', 'lavfi', '-i', `color=black:size=3840x2160:rate=1/4:duration=${4 * LONG_FRAMES}`];
      kit.ffmpeg(
        ...black,
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-g',
        '9999',
        '-pix_fmt',
        'yuv420p',
        kit.path('51-long.mp4'),
      );
    },
    expect: [warned('MEDIA_LONG', /is 10 min long in \d+ kB, 1\.9 GB when decoded/)],
  },
  coded(
    '51 5 h',
    '51-hours.mp4',
    () => ['-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=1/60:duration=18000', '-c:v', 'libx264'],
    warned('MEDIA_LONG', /is 5 h long in \d+ kB/),
  ),
  {
    row: '53 byte-identical copy',
    file: '53-copy.mp4',
    make: ({ first, save }) => {
      save('53-a.mp4', first);
      save('53-copy.mp4', first);
    },
    expect: [told('DUPLICATE', /is the same file as .*, byte for byte/), IMPORTED],
  },
  coded(
    '54 re-encoded copy',
    '54-again.mp4',
    () => ['-i', 'last.mp4', '-map', '0', ...CODED, '-crf', '30'],
    warned('NEAR_DUPLICATE', /looks like .* \(\d+ % of its picture\)/),
    IMPORTED,
  ),
  coded(
    '54 negative decoding times',
    '54-negative.mkv',
    () => [
      ...two(3),
      '-c:v',
      'libx264',
      '-bf',
      '3',
      '-c:a',
      'aac',
      '-output_ts_offset',
      '-0.5',
      '-avoid_negative_ts',
      'disabled',
    ],
    IMPORTED,
  ),
  {
    row: '54 VP9 with transparency',
    file: '54-alpha.webm',
    make: (kit) => {
      if (!hasEncoder(kit, 'libvpx-vp9')) return 'this ffmpeg has no libvpx-vp9';
      kit.ffmpeg(
        ...two(3),
        '-c:v',
        'libvpx-vp9',
        '-deadline',
        'realtime',
        '-cpu-used',
        '8',
        '-pix_fmt',
        'yuva420p',
        '-c:a',
        'libopus',
        kit.path('54-alpha.webm'),
      );
      return undefined;
    },
    expect: [IMPORTED],
  },
  {
    row: '54 sparse file of 100 GB',
    file: '54-sparse.mp4',
    make: ({ path }) => {
      writeFileSync(path('54-sparse.mp4'), '');
      truncateSync(path('54-sparse.mp4'), 100e9);
    },
    expect: [refused('MEDIA_UNKNOWN', /is not a video or audio file/)],
  },
];

/** What could not be made, or is made elsewhere, and why. */
export const NOT_MADE: readonly { row: string; why: string }[] = [
  {
    row: '54 HEVC or AV1 without a decoder',
    why: 'this ffmpeg has both; row 44b shows what happens without one',
  },
  {
    row: '54 file that grows while it is read',
    why: 'the catalogue must not change; a test of its own below',
  },
  {
    row: '14 silence, 16c clipped',
    why: 'told by the checks `silent` and `clipped`, in a test of its own below',
  },
];

function hasEncoder(kit: Kit, name: string): boolean {
  try {
    kit.ffmpeg('-f', 'lavfi', '-i', 'color=size=64x64:duration=0.1', '-c:v', name, '-f', 'null', '-');
    return true;
  } catch {
    return false;
  }
}
