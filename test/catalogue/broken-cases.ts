/** Rows 1-25 and 33-44 of reliability.md 4.1: files that are broken, lie, or are something else. */
import { readFileSync } from 'node:fs';
import * as bytes from './bytes.ts';
import {
  type Case,
  CODED,
  IMPORTED,
  type Kit,
  leftOver,
  MAPPED,
  picture,
  refused,
  told,
  tone,
  warned,
} from './kit.ts';

const saved =
  (make: (kit: Kit) => Uint8Array) =>
  (kit: Kit, file: string): void =>
    kit.save(file, make(kit));

/** A case whose bytes are made at once. */
function one(
  row: string,
  file: string,
  make: (kit: Kit) => Uint8Array,
  ...expect: Case['expect'][number][]
): Case {
  return { row, file, make: (kit) => saved(make)(kit, file), expect };
}

/** A case that ffmpeg writes. */
function coded(
  row: string,
  file: string,
  args: (kit: Kit) => string[],
  ...expect: Case['expect'][number][]
): Case {
  return { row, file, make: (kit) => kit.ffmpeg(...args(kit), kit.path(file)), expect };
}

const text = (content: string) => (): Buffer => Buffer.from(content);
const PLAYLIST = refused(
  'MEDIA_IS_PLAYLIST',
  /is a playlist that points to other files\. .*Import those files/,
);
const NOT_READ = 'is not a video or audio file';
const two = (sec: number): string[] => [...picture(sec), ...tone(440, sec), ...tone(660, sec), ...MAPPED];

/** Files cut off, damaged, or with headers that lie. */
export const BROKEN: readonly Case[] = [
  one(
    '01 empty',
    '01-empty.mp4',
    () => Buffer.alloc(0),
    refused('MEDIA_EMPTY', /^01-empty.mp4 is empty \(0 bytes\)\. .*Copy it again/),
  ),
  one(
    '02 random bytes',
    '02-random.mp4',
    ({ rng }) => bytes.noise(65_536, rng),
    refused('MEDIA_UNKNOWN', new RegExp(NOT_READ)),
  ),
  one(
    '03 text',
    '03-text.mp4',
    text('Hello, this is a text.\n'.repeat(50)),
    refused('MEDIA_UNKNOWN', /it looks like text/),
  ),
  one(
    '04 cut in half, index last',
    '04-half.mp4',
    ({ last }) => bytes.firstPart(last, 0.5),
    refused('MEDIA_TRUNCATED', /is cut off: its index is missing\. .*get it again/),
  ),
  one(
    '05 cut samples, index first',
    '05-cut.mp4',
    ({ first }) => bytes.firstPart(first, 0.7),
    warned(
      'MEDIA_TRUNCATED',
      /promises 3\.0 s but only [12]\.\d s can be decoded\. The good part was imported/,
    ),
    IMPORTED,
  ),
  one(
    '05 cut to less than half',
    '05-little.mp4',
    ({ first }) => bytes.firstPart(first, 0.4),
    refused('MEDIA_TRUNCATED', /promises 3\.0 s but only [01]\.\d s can be decoded/),
  ),
  one(
    '06 first box only',
    '06-ftyp.mp4',
    ({ last }) => last.subarray(0, 32),
    refused('MEDIA_TRUNCATED', /is cut off: its index is missing/),
  ),
  one(
    '07 damaged index',
    '07-index.mp4',
    ({ first }) => {
      const copy = Buffer.from(first);
      copy.writeUInt32BE(0x7fff_ffff, copy.indexOf('mvhd') - 4);
      return copy;
    },
    refused('MEDIA_DAMAGED', /has a damaged index/),
  ),
  one(
    '07 60 bit flips in the index',
    '07-flips.mp4',
    ({ first, rng }) => bytes.flipped(first, first.indexOf('moov') + 8, first.indexOf('mdat'), 60, rng),
    refused('MEDIA_(DAMAGED|TRUNCATED|UNKNOWN)|CODEC_UNKNOWN', /It was not imported\./),
  ),
  one(
    '08 400 bit flips in the samples',
    '08-samples.mp4',
    ({ first, rng }) => bytes.flipped(first, first.indexOf('mdat') + 8, first.length, 400, rng),
    warned(
      'MEDIA_DAMAGED',
      /has damaged parts \((over )?\d+ complaints, the first: .+\)\. It was imported; look and listen/,
    ),
    IMPORTED,
  ),
  one(
    '11 WAV without samples',
    '11-none.wav',
    () => bytes.wav(Buffer.alloc(0)),
    refused('AUDIO_EMPTY', /contains no sound \(0 samples\)/),
  ),
  one(
    '12 WAV that promises 12 h',
    '12-pipe.wav',
    () =>
      bytes.wav(
        bytes.samples16(4800, (i) => i % 977),
        { dataBytes: 0xffff_ffff },
      ),
    warned(
      'AUDIO_LENGTH_LIES',
      /promises 12 h in its header, .*; 0\.1 s were found\. The real length was used/,
    ),
  ),
  ...(
    [
      [0, 48_000],
      [65_535, 48_000],
      [1, 0],
      [1, 4_000_000_000],
    ] as const
  ).map(([channels, rateHz]) =>
    one(
      `13 ${channels} channels at ${rateHz} Hz`,
      `13-${channels}-${rateHz}.wav`,
      () => bytes.wav(Buffer.alloc(96), { channels, rateHz }),
      refused('AUDIO_HEADER', new RegExp(`impossible header \\(${channels} channels, ${rateHz} Hz\\)`)),
    ),
  ),
  one(
    '15a all NaN',
    '15-nan.wav',
    () => bytes.wav(Buffer.from(new Float32Array(48_000).fill(Number.NaN).buffer), { kind: 3 }),
    refused('AUDIO_NAN', /48000 invalid samples \(NaN/),
  ),
  one(
    '15b infinite and 3.4e38',
    '15-inf.wav',
    () => {
      const samples = new Float32Array(48_000).fill(0.1);
      samples.fill(Number.POSITIVE_INFINITY, 100, 102).fill(3.4e38, 200, 205);
      return bytes.wav(Buffer.from(samples.buffer), { kind: 3 });
    },
    refused('AUDIO_NAN', /7 invalid samples/),
  ),
  {
    row: '17 MP3 that changes its rate',
    file: '17-rate.mp3',
    make: (kit) => {
      kit.ffmpeg(...tone(440, 2, 44_100), '-c:a', 'libmp3lame', '-b:a', '64k', 'a.mp3');
      kit.ffmpeg(
        ...tone(440, 2, 22_050),
        '-c:a',
        'libmp3lame',
        '-b:a',
        '64k',
        '-id3v2_version',
        '0',
        '-write_xing',
        '0',
        'b.mp3',
      );
      kit.save(
        '17-rate.mp3',
        Buffer.concat([readFileSync(kit.part('a.mp3')), readFileSync(kit.part('b.mp3'))]),
      );
    },
    expect: [warned('MEDIA_RATE_CHANGE', /changes from 44100 Hz to 22050 Hz at 2\.\d s\. .*Listen/)],
  },
  one(
    '28 header says 49 days',
    '28-days.mp4',
    ({ first }) => bytes.withMovieLength(first, 0xffff_fffe),
    warned('MEDIA_LENGTH_LIES', /promises 49 days in its header; 3\.0 s were found\. 3\.0 s were used/),
    IMPORTED,
  ),
  {
    row: '29 live Matroska without a length',
    file: '29-live.mkv',
    make: (kit) =>
      kit.ffmpeg(
        '-i',
        'last.mp4',
        '-map',
        '0',
        '-c',
        'copy',
        '-f',
        'matroska',
        '-live',
        '1',
        kit.path('29-live.mkv'),
      ),
    expect: [told('MEDIA_NO_DURATION', /does not say how long it is .*counted: 3\.0 s/), IMPORTED],
  },
  one(
    '30 Matroska cut, with junk behind',
    '30-junk.mkv',
    ({ mkv, rng }) => Buffer.concat([bytes.firstPart(mkv, 0.7), bytes.noise(3000, rng)]),
    warned('MEDIA_TRUNCATED', /promises 3\.0 s but only [12]\.\d s can be decoded/),
    IMPORTED,
  ),
  one(
    '44b unknown codec',
    '44-zzzz.mp4',
    ({ first }) => Buffer.from(first.toString('latin1').replaceAll('avc1', 'zzzz'), 'latin1'),
    refused('CODEC_UNKNOWN', /the codec 'zzzz' of track 0 is not known to this ffmpeg/),
  ),
  one(
    '48 20 000 boxes in one another',
    '48-nested.mp4',
    ({ first }) => Buffer.concat([first.subarray(0, 32), bytes.nestedBoxes(20_000)]),
    refused('MEDIA_(DAMAGED|TRUNCATED)', /It was not imported\./),
  ),
  one('54 cut by one byte', '54-byte.mp4', ({ first }) => first.subarray(0, -1), IMPORTED),
  one(
    '54 64-bit places that lead nowhere',
    '54-co64.mp4',
    ({ last }) => bytes.withFarChunks(last),
    refused('MEDIA_(DAMAGED|TRUNCATED)|AUDIO_EMPTY', /It was not imported\./),
  ),
];

/** Files that are something else than their name says. */
export const DISGUISED: readonly Case[] = [
  coded(
    '09 sound only',
    '09-sound.mp4',
    () => ['-f', 'lavfi', '-i', 'anoisesrc=d=3:seed=9', '-c:a', 'aac'],
    leftOver('CLIP_NO_VIDEO', /no picture/),
  ),
  coded(
    '10 picture only',
    '10-picture.mp4',
    () => [...picture(3, 'size=160x120:rate=25'), '-vf', 'negate', '-c:v', 'libx264'],
    leftOver('DUB_NO_AUDIO', /it has no sound/),
  ),
  coded(
    '19 one frame',
    '19-frame.mp4',
    () => [...picture(0.04), ...tone(440, 0.2), ...tone(660, 0.2), ...MAPPED, ...CODED],
    leftOver('CLIP_TOO_SHORT', /0\.0\d s; at least 1 s/),
  ),
  one(
    '20 PNG named .mp4',
    '20-png.mp4',
    () => bytes.png(64, 64),
    refused('CLIP_IS_IMAGE', /is a picture, whatever its name says/),
  ),
  one(
    '21 PNG of 268 megapixels',
    '21-bomb.mp4',
    () => bytes.png(16_384, 16_384),
    refused('MEDIA_TOO_LARGE', /268 megapixels; the limit is 36/),
  ),
  coded(
    '22 2 x 2 pixels',
    '22-tiny.mkv',
    () => [
      ...picture(3, 'size=2x2:rate=24'),
      ...tone(440, 3),
      ...tone(660, 3),
      ...MAPPED,
      '-c:v',
      'ffv1',
      '-c:a',
      'aac',
    ],
    leftOver('CLIP_TOO_SMALL', /2x2; at least 64 pixels/),
  ),
  coded(
    '31 300 sounds',
    '31-tracks.mkv',
    () => [
      ...tone(440, 0.1),
      ...Array.from({ length: 300 }, () => ['-map', '0']).flat(),
      '-c:a',
      'pcm_s16le',
    ],
    refused('MEDIA_TOO_MANY_STREAMS', /300 tracks; the limit is 64/),
  ),
  coded(
    '34 MP3 with a cover',
    '34-cover.mp3',
    () => [
      '-f',
      'lavfi',
      '-i',
      'anoisesrc=d=1:seed=34',
      ...picture(1),
      '-map',
      '0',
      '-map',
      '1',
      '-c:a',
      'libmp3lame',
      '-c:v',
      'png',
      '-frames:v',
      '1',
      '-disposition:v',
      'attached_pic',
    ],
    leftOver('CLIP_NO_VIDEO', /no picture/),
  ),
  one(
    '35 HLS',
    '35-hls.mp4',
    text('#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n28-days.mp4\n#EXT-X-ENDLIST\n'),
    PLAYLIST,
  ),
  one('36 ffconcat', '36-concat.mp4', text('ffconcat version 1.0\nfile 28-days.mp4\n'), PLAYLIST),
  one(
    '37 DASH',
    '37-dash.mp4',
    text('<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period/></MPD>\n'),
    PLAYLIST,
  ),
  one(
    '38 playlist of /etc/passwd',
    '38-passwd.mp4',
    text('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n'),
    PLAYLIST,
  ),
  one(
    '39 SDP',
    '39-sdp.mp4',
    text('v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n'),
    PLAYLIST,
  ),
  one('40 ZIP', '40-zip.mp4', bytes.zip, refused('MEDIA_UNKNOWN', /is an archive.*Unpack it first/)),
  coded(
    '41 encrypted',
    '41-cenc.mp4',
    () => [
      '-i',
      'last.mp4',
      '-map',
      '0',
      '-c',
      'copy',
      '-encryption_scheme',
      'cenc-aes-ctr',
      '-encryption_key',
      '76a6c65c5ea762046bd749a2e632ccbb',
      '-encryption_kid',
      'a7e61c373e219033c21091fa607bf3b8',
    ],
    refused('MEDIA_PROTECTED', /is copy-protected and cannot be used/),
  ),
  one(
    '54 AVI with a playlist as subtitle',
    '54-gab2.avi',
    () => bytes.aviWithPlaylist('file:///etc/passwd'),
    refused('MEDIA_(DAMAGED|UNKNOWN|TRUNCATED)', /It was not imported\./),
  ),
  one(
    '54 GIF of 100 000 frames',
    '54-gif.mp4',
    () => bytes.gif(100_000),
    refused('CLIP_IS_IMAGE', /is a picture/),
  ),
  coded('32 name of 8 MB (file)', '32-title.mkv', (kit) => [...titled(kit), '-map_metadata', '1'], IMPORTED),
  coded(
    '32 name of 8 MB (track)',
    '32-track.mkv',
    (kit) => [
      ...titled(kit),
      '-map_metadata:s:a:0',
      '1:g',
      '-metadata:s:a:0',
      'language=eng',
      '-metadata:s:a:1',
      'language=ger',
    ],
    told('TAG_CUT', /has a name of 8000000 characters at track 1\. The first 200 were kept/),
    IMPORTED,
  ),
];

function titled(kit: Kit): string[] {
  kit.save('../kitchen/tags.txt', Buffer.from(`;FFMETADATA1\ntitle=${'x'.repeat(8_000_000)}\n`));
  return ['-i', 'last.mp4', '-i', 'tags.txt', '-map', '0', '-c', 'copy'];
}

export { coded, one, two };
