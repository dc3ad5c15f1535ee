/** One decode gives everything, and a file that was decoded is not decoded again. */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import type { HeardRecord } from '../../../core/media/decode-once.ts';
import { unpackPeaks } from '../../../core/media/peaks.ts';
import { openTrack, scanIntoCache } from '../../../core/media/scan-cache.ts';
import { heardFolder } from '../../../core/media/sound-store.ts';
import { ffmpegVersion } from '../../../core/process/ffmpeg-version.ts';
import { make, mediaFolder, picture, tone, tools } from './make-media.ts';

const folder = mediaFolder();
let caches = 0;
function newCache(): string {
  caches += 1;
  const cache = join(folder, `cache-${caches}`);
  mkdirSync(cache);
  return cache;
}

const kept = async (cache: string, sha256: string): Promise<string> =>
  join(cache, heardFolder(sha256, await ffmpegVersion(tools.ffmpegPath)));
const recordOf = (path: string): HeardRecord =>
  JSON.parse(readFileSync(join(path, 'heard.json'), 'utf8')) as HeardRecord;

/** Largest difference of two sounds away from their ends. */
function difference(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (let i = 400; i < Math.min(a.length, b.length) - 400; i += 1)
    largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

describe('the listening copy', () => {
  it('is what decoding gives, at its place: late, early, several channels, other rates', async () => {
    const path = make(
      folder,
      ...picture(4),
      ...tone(300, 3),
      ...['-itsoffset', '1.25', ...tone(500, 2)],
      ...tone(700, 4, 44_100),
      ...['-map', '0', '-map', '1', '-map', '2', '-map', '3', '-c:v', 'libx264', '-preset', 'ultrafast'],
      ...['-c:a:0', 'flac', '-ac:a:0', '6', '-c:a:1', 'flac', '-c:a:2', 'flac', 'tracks.mkv'],
    );
    const cache = newCache();
    const { sha256 } = await scanIntoCache(path, cache, tools);
    for (const streamIndex of [1, 2, 3]) {
      const source = { path, streamIndex, sha256 };
      const { sound, measures } = await openTrack(source, cache, tools);
      const expected = await decodeAudio(source, { sampleRateHz: 16_000 }, tools);
      expect(Math.abs(sound.durationSec * 16_000 - expected.length)).toBeLessThanOrEqual(1);
      expect(difference(await sound.read(0, sound.durationSec), expected)).toBeLessThan(1e-3);
      expect(measures.startSec + measures.durationSec).toBeCloseTo(sound.durationSec, 3);
    }
    const { sound, measures } = await openTrack({ path, streamIndex: 2, sha256 }, cache, tools);
    expect(measures.startSec).toBeCloseTo(1.25, 3);
    expect((await sound.read(0, 1.2)).every((sample) => sample === 0)).toBe(true);
  });

  it('goes on where a track changes its channels, and counts no more than came out', async () => {
    for (const [name, channels] of [
      ['six.ac3', '6'],
      ['two.ac3', '2'],
    ] as const)
      make(folder, ...tone(440, 2), '-ac', channels, '-c:a', 'ac3', name);
    const both = join(folder, 'both.ac3');
    writeFileSync(
      both,
      Buffer.concat(['six.ac3', 'two.ac3'].map((name) => readFileSync(join(folder, name)))),
    );
    const cache = newCache();
    const { sha256, streams } = await scanIntoCache(both, cache, tools);
    // AC-3 comes in frames of 1536 samples: 63 of them for each 2 s.
    expect(streams[0]!.decodedCount).toBe(2 * 63 * 1536);
    const { sound } = await openTrack({ path: both, streamIndex: 0, sha256 }, cache, tools);
    expect(sound.durationSec * 16_000).toBe(2 * 63 * 512);
  });

  it('is read in parts that fit together, with zeros outside', async () => {
    const path = make(folder, ...tone(440, 2), 'parts.wav');
    const cache = newCache();
    const { sha256 } = await scanIntoCache(path, cache, tools);
    const { sound } = await openTrack({ path, streamIndex: 0, sha256 }, cache, tools);
    const whole = await sound.read(0, 2);
    expect(whole).toHaveLength(32_000);
    expect(await sound.read(0.5, 1.25)).toEqual(whole.slice(8000, 20_000));
    const around = await sound.read(-0.5, 2.5);
    expect(around).toHaveLength(48_000);
    expect(around.subarray(8000, 40_000)).toEqual(whole);
    expect([...around.subarray(0, 8000), ...around.subarray(40_000)].every((sample) => sample === 0)).toBe(
      true,
    );
    expect(await sound.read(5, 5.5)).toEqual(new Float32Array(8000));
    const zooms = unpackPeaks(readFileSync(join(await kept(cache, sha256), 'track-0.peaks')));
    expect(zooms.map(({ values }) => values.length / 2)).toEqual([375, 47, 6]);
    expect(zooms[2]!.values[1]).toBe(Math.ceil(127 / 8));
  });
});

describe('pictures', () => {
  it('give cuts, thumbnails and times of a variable rate', async () => {
    const scenes = [
      'testsrc2=s=320x180',
      'mandelbrot=s=320x180',
      'smptebars=s=320x180',
      'rgbtestsrc=s=320x180',
    ];
    const inputs = scenes.flatMap((scene) => ['-f', 'lavfi', '-t', '2', '-i', `${scene}:r=25`]);
    const join4 = [
      '-filter_complex',
      '[0][1][2][3]concat=n=4,format=yuv420p',
      '-c:v',
      'libx264',
      '-g',
      '250',
    ];
    const path = make(folder, ...inputs, ...join4, 'scenes.mkv');
    const cache = newCache();
    const scan = await scanIntoCache(path, cache, tools);
    expect(scan.streams[0]!.cutsSec!.map((sec) => Math.round(sec * 25))).toEqual([50, 100, 150]);
    expect(scan.streams[0]).toMatchObject({ decodedCount: 200 });
    const place = await kept(cache, scan.sha256);
    const { thumbnails } = recordOf(place);
    expect(thumbnails).toMatchObject({ width: 160, height: 90, timesSec: [0, 1, 2, 3, 4, 5, 6, 7] });
    const jpegs = readFileSync(join(place, 'thumbnails.mjpeg'));
    const second = join(folder, 'second.jpg');
    writeFileSync(second, jpegs.subarray(thumbnails!.offsets[2], thumbnails!.offsets[3]));
    const probed = spawnSync(tools.ffprobePath, [
      '-v',
      'error',
      '-show_entries',
      'stream=width,height',
      '-of',
      'csv=p=0',
      second,
    ]);
    expect(probed.stdout.toString().trim()).toBe('160,90');
    expect(scan.proxyPath).toBeNull();

    const jumpy = make(
      folder,
      ...picture(2, 'size=160x120:rate=30'),
      ...[
        '-vf',
        "settb=1/90000,setpts='if(gt(N,30),PTS+0.0123/TB,PTS)'",
        '-fps_mode',
        'vfr',
        '-enc_time_base',
        '1/90000',
      ],
      ...['-c:v', 'libx264', 'jumpy.mp4'],
    );
    const stream = (await scanIntoCache(jumpy, cache, tools)).streams[0]!;
    expect(stream.decodedCount).toBe(60);
    expect(stream.lastSec).toBeCloseTo(59 / 30 + 0.0123, 3);
  });

  it('that move, flash or fade have no cuts', async () => {
    const flash = "geq=lum='if(eq(N\\,20)\\,235\\,lum(X\\,Y))':cb='cb(X,Y)':cr='cr(X,Y)'";
    const filter = `crop=320:180:x='200+4*n':y=50,${flash},fade=out:st=1.5:d=0.5`;
    const source = ['-f', 'lavfi', '-t', '2', '-i', 'mandelbrot=s=960x540:r=25:end_scale=0.3'];
    const path = make(folder, ...source, '-vf', filter, '-c:v', 'libx264', 'motion.mp4');
    expect((await scanIntoCache(path, newCache(), tools)).streams[0]!.cutsSec).toEqual([]);
  });

  it('that no browser plays get a proxy of the right shape, turned ones too', async () => {
    const sound = [...tone(440, 2), '-c:a', 'ac3'];
    const path = make(
      folder,
      ...picture(2, 'size=640x360:rate=25'),
      ...sound,
      '-c:v',
      'mpeg4',
      '-q:v',
      '3',
      'old.avi',
    );
    const cache = newCache();
    const { proxyPath } = await scanIntoCache(path, cache, tools);
    const show = ['-show_entries', 'stream=codec_name,width,height,nb_frames', '-of', 'csv=p=0'];
    const probed = spawnSync(tools.ffprobePath, ['-v', 'error', ...show, join(cache, proxyPath!)]);
    const lines = probed.stdout.toString().trim().split('\n');
    expect(lines[0]).toBe('h264,456,256,50');
    expect(lines[1]).toMatch(/^aac,/);
    const ends = spawnSync(tools.ffmpegPath, [
      '-v',
      'error',
      '-i',
      join(cache, proxyPath!),
      '-f',
      'null',
      '-',
    ]);
    expect(ends.stderr.toString()).toBe('');
  });
});

describe('nothing is decoded twice', () => {
  it('neither under the same name nor under another', async () => {
    const path = make(folder, ...picture(2), ...tone(440, 2), '-c:a', 'flac', 'once.mkv');
    const cache = newCache();
    const first = await scanIntoCache(path, cache, tools);
    const place = await kept(cache, first.sha256);
    const made = statSync(join(place, 'heard.json')).mtimeMs;
    const other = join(folder, 'other name.mkv');
    copyFileSync(path, other);
    // A decoder that cannot run shows that none is needed.
    const noDecoder = { ...tools, ffprobePath: '/nowhere/ffprobe' };
    expect(await scanIntoCache(path, cache, noDecoder)).toEqual(first);
    const moved = await scanIntoCache(other, cache, noDecoder);
    expect(moved).toEqual({ ...first, file: { ...moved.file, path: other, name: 'other name.mkv' } });
    expect(statSync(join(place, 'heard.json')).mtimeMs).toBe(made);
    expect(readdirSync(join(cache, 'heard'))).toHaveLength(1);
  });

  it('not even when two copies come at once', async () => {
    const [one, two] = [join(folder, 'a.mkv'), join(folder, 'b.mkv')];
    for (const copy of [one, two]) copyFileSync(join(folder, 'once.mkv'), copy);
    const cache = newCache();
    await Promise.all([one, two].map((path) => scanIntoCache(path, cache, tools)));
    expect(readdirSync(join(cache, 'heard'))).toHaveLength(1);
  });

  it('unless the cache was deleted; a file that is another one now is told', async () => {
    const path = join(folder, 'gone.mkv');
    copyFileSync(join(folder, 'once.mkv'), path);
    const cache = newCache();
    const { sha256 } = await scanIntoCache(path, cache, tools);
    const source = { path, streamIndex: 1, sha256 };
    const before = await (await openTrack(source, cache, tools)).sound.read(0, 2);
    rmSync(cache, { recursive: true });
    expect(await (await openTrack(source, cache, tools)).sound.read(0, 2)).toEqual(before);
    rmSync(cache, { recursive: true });
    copyFileSync(join(folder, 'parts.wav'), path);
    utimesSync(path, 1, 1);
    await expect(openTrack(source, cache, tools)).rejects.toMatchObject({ code: 'MEDIA_CHANGED' });
    await expect(
      openTrack({ path: join(folder, 'once.mkv'), streamIndex: 9, sha256 }, cache, tools),
    ).rejects.toMatchObject({ code: 'AUDIO_EMPTY' });
  });

  it('and one that is stopped or refused leaves nothing behind', async () => {
    const cache = newCache();
    const controller = new AbortController();
    const stopped = scanIntoCache(join(folder, 'scenes.mkv'), cache, tools, {
      signal: controller.signal,
      onTime: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    const bytes = readFileSync(join(folder, 'once.mkv'));
    const cut = join(folder, 'cut.mkv');
    writeFileSync(cut, bytes.subarray(0, bytes.length / 4));
    await expect(scanIntoCache(cut, cache, tools)).rejects.toMatchObject({ code: 'MEDIA_TRUNCATED' });
    expect(existsSync(join(cache, 'heard')) ? readdirSync(join(cache, 'heard')) : []).toEqual([]);
  });
});
