/** Reliability.md 4.1: files that are something else than their name says, or too much of it. */
import * as bytes from './bytes.ts';
import {
  type Case,
  CODED,
  coded,
  IMPORTED,
  type Kit,
  leftOver,
  MAPPED,
  one,
  picture,
  refused,
  told,
  tone,
} from './kit.ts';

const text = (content: string) => (): Buffer => Buffer.from(content);
const PLAYLIST = refused(
  'MEDIA_IS_PLAYLIST',
  /is a playlist that points to other files\. .*Import those files/,
);

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
