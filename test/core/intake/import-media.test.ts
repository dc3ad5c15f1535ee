/** Good files make titles, bad ones are refused by name, and no source byte changes. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImportResult, importMedia } from '../../../core/intake/import-media.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { createRng } from '../../../core/rng.ts';
import { treeHash } from '../../fixtures/media.ts';
import { temporaryFolder } from '../../fixtures/project.ts';

const tools = locateMediaTools();
const temporary = temporaryFolder();
const media = join(temporary.folder, 'media');
const make = (...args: string[]): void => {
  const made = spawnSync(tools.ffmpegPath, ['-v', 'error', '-y', ...args], { cwd: media });
  expect(made.stderr.toString()).toBe('');
};
const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=96x96:r=25:d=4'];
const tone = (hz: number): string[] => ['-f', 'lavfi', '-i', `sine=${hz}:d=4:r=48000`];
const run = (inputs: string[], originalLanguage: string | null = null): Promise<ImportResult> =>
  importMedia({ inputs, originalLanguage, cacheFolder: join(temporary.folder, 'cache') }, tools);
afterAll(() => temporary.remove());

describe('the three layouts', () => {
  beforeAll(() => {
    mkdirSync(media);
    const aac = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-shortest'];
    for (const [language, hz] of [
      ['en', 300],
      ['de', 400],
      ['fr', 500],
    ] as const) {
      make(...picture, ...tone(hz), ...aac, `perlang_1_${language}.mp4`);
    }
    make(
      ...picture,
      ...tone(300),
      ...tone(400),
      ...tone(500),
      ...[
        '-map',
        '0',
        '-map',
        '1',
        '-map',
        '2',
        '-map',
        '3',
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-c:a',
        'libopus',
      ],
      ...[
        '-metadata:s:a:0',
        'language=jpn',
        '-metadata:s:a:1',
        'language=ger',
        '-metadata:s:a:2',
        'language=eng',
      ],
      ...['-metadata:s:a:2', 'title=Director commentary', '-shortest', 'tracks_03.mkv'],
    );
    make(...picture, ...tone(300), ...aac, '-metadata:s:a:0', 'language=eng', 'side_2.mp4');
    make(...tone(400), '-c:a', 'flac', 'side_2.de.flac');
    make(...tone(500), '-c:a', 'libopus', 'side_2.es.opus');
    make(...tone(500), '-c:a', 'libopus', 'side_2.opus');
  });

  it('make titles with their shots, languages and roles', async () => {
    const before = treeHash(media);
    const { titles, refused, items, leftovers } = await run([media]);
    expect(refused).toEqual([]);
    const shape = titles.map((title) => ({
      name: title.name,
      original: title.originalLanguage,
      shots: title.shots.map((shot) => [
        shot.name,
        shot.clips.length,
        shot.tracks.map((t) => `${t.language} ${t.role}`),
      ]),
    }));
    expect(shape).toEqual([
      { name: 'perlang', original: 'en', shots: [['1', 1, ['en original', 'de dub', 'fr dub']]] },
      { name: 'side', original: 'en', shots: [['2', 1, ['en original', 'de dub', 'es dub']]] },
      { name: 'tracks', original: 'ja', shots: [['03', 1, ['ja original', 'de dub', 'en commentary']]] },
    ]);
    expect(items).toHaveLength(7);
    expect(leftovers).toMatchObject([
      { path: expect.stringContaining('side_2.opus'), reason: expect.stringContaining('language') },
    ]);
    expect(titles[0]!.shots[0]!.durationSec).toBeCloseTo(4, 1);
    expect(treeHash(media)).toBe(before);
    expect((await run([media])).titles).toEqual(titles);
  });

  it('take another original where a person says so', async () => {
    const { titles } = await run([join(media, 'perlang_1_en.mp4'), join(media, 'perlang_1_de.mp4')], 'de');
    expect(titles.map((title) => title.originalLanguage)).toEqual(['de']);
  });
});

describe('bad files', () => {
  const bad = join(temporary.folder, 'bad');
  const at = (name: string): string => join(bad, name);
  beforeAll(() => {
    mkdirSync(bad);
    writeFileSync(at('empty_1_de.mp4'), '');
    const random = createRng(1).stream('bytes');
    writeFileSync(
      at('random_1_de.mp4'),
      Uint8Array.from({ length: 65_536 }, () => random.integer(256)),
    );
    writeFileSync(at('text_1_de.mp4'), 'only words');
    writeFileSync(at('hls_1_de.mp4'), '#EXTM3U\n#EXTINF:3,\nfile:///etc/passwd\n');
    writeFileSync(at('concat_1_de.mp4'), "ffconcat version 1.0\nfile '/etc/passwd'\n");
    writeFileSync(
      at('dash_1_de.mp4'),
      '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    );
    writeFileSync(at('sdp_1_de.mp4'), 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n');
    writeFileSync(at('zip_1_de.mp4'), Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0]));
    writeFileSync(at('png_1_de.mp4'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]));
    writeFileSync(at('-version'), 'x');
    spawnSync('mkfifo', [at('fifo_1_de.mp4')]);
    symlinkSync(at('nowhere'), at('dangling_1_de.mp4'));
    copyFileSync(join(media, 'perlang_1_de.mp4'), at('half_1_de.mp4'));
    truncateSync(at('half_1_de.mp4'), Math.floor(readFileSync(at('half_1_de.mp4')).length / 2));
    copyFileSync(join(media, 'tracks_03.mkv'), at('cutmkv_1.mkv'));
    truncateSync(at('cutmkv_1.mkv'), Math.floor(readFileSync(at('cutmkv_1.mkv')).length / 3));
    writeFileSync(at('nan_1_de.wav'), floatWav(Float32Array.from({ length: 48_000 }, () => Number.NaN)));
    writeFileSync(
      at('inf_1_de.wav'),
      floatWav(Float32Array.from({ length: 48_000 }, (_, i) => (i === 9 ? 3.4e38 : 0))),
    );
    writeFileSync(at('zero_1_de.wav'), floatWav(new Float32Array(0)));
    const rate = openSync(at('rate_1_de.wav'), 'w');
    const wav = Buffer.from(floatWav(new Float32Array(100)));
    wav.writeUInt32LE(0, 24);
    writeSync(rate, wav);
  });

  it('are refused by name with a code, a reason and what to do; the good ones come in', async () => {
    const before = treeHash(bad);
    const { refused, titles } = await run([bad, join(media, 'tracks_03.mkv')]);
    const codes = Object.fromEntries(refused.map((row) => [row.path.split('/').at(-1), row.code]));
    expect(codes).toEqual({
      '-version': 'MEDIA_UNKNOWN',
      'concat_1_de.mp4': 'MEDIA_IS_PLAYLIST',
      'cutmkv_1.mkv': 'MEDIA_TRUNCATED',
      'dangling_1_de.mp4': 'PATH_NOT_FOUND',
      'dash_1_de.mp4': 'MEDIA_IS_PLAYLIST',
      'empty_1_de.mp4': 'MEDIA_EMPTY',
      'fifo_1_de.mp4': 'PATH_NOT_REGULAR_FILE',
      'half_1_de.mp4': 'MEDIA_TRUNCATED',
      'hls_1_de.mp4': 'MEDIA_IS_PLAYLIST',
      'inf_1_de.wav': 'AUDIO_NAN',
      'nan_1_de.wav': 'AUDIO_NAN',
      'png_1_de.mp4': 'CLIP_IS_IMAGE',
      'random_1_de.mp4': 'MEDIA_UNKNOWN',
      'rate_1_de.wav': expect.stringMatching(/AUDIO_HEADER|MEDIA_DAMAGED|MEDIA_UNKNOWN/),
      'sdp_1_de.mp4': 'MEDIA_IS_PLAYLIST',
      'text_1_de.mp4': 'MEDIA_UNKNOWN',
      'zero_1_de.wav': 'AUDIO_EMPTY',
      'zip_1_de.mp4': 'MEDIA_UNKNOWN',
    });
    for (const { message } of refused) expect(message).toMatch(/was not imported\. [A-Z]/);
    expect(titles.map((title) => title.name)).toEqual(['tracks']);
    expect(treeHash(bad)).toBe(before);
  });

  it('with names that look like options or addresses are opened as the files they are', async () => {
    const odd = join(temporary.folder, 'odd');
    mkdirSync(odd);
    for (const name of [
      '-version_1.mkv',
      'concat:a|b_1.mkv',
      'http:evil_1.mkv',
      'per%03d cent_1.mkv',
      "quote'\n_1.mkv",
      '$(touch pwn)_1.mkv',
    ]) {
      copyFileSync(join(media, 'tracks_03.mkv'), join(odd, name));
    }
    const { refused, titles } = await run([odd]);
    expect(refused).toEqual([]);
    expect(titles).toHaveLength(6);
  });
});

function floatWav(samples: Float32Array): Uint8Array {
  const file = Buffer.alloc(44 + samples.byteLength);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples.byteLength, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(3, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(48_000, 24);
  file.writeUInt32LE(192_000, 28);
  file.writeUInt16LE(4, 32);
  file.writeUInt16LE(32, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.byteLength, 40);
  file.set(new Uint8Array(samples.buffer), 44);
  return file;
}
