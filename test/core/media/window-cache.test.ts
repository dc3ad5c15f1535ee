import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DatasetClip } from '../../../core/domain/dataset.ts';
import { initFft } from '../../../core/dsp/fft.ts';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import { logMel } from '../../../core/media/log-mel.ts';
import { openWindowCache } from '../../../core/media/window-cache.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { hasSharedMedia, REAL_DUBS } from '../../fixtures/media.ts';

const tools = locateMediaTools();
const folder = mkdtempSync(join(tmpdir(), 'dubscope-'));
afterAll(() => rmSync(folder, { recursive: true }));

const source = (language: string, streamIndex: number) => ({
  path: join(REAL_DUBS, `81056348_139_${language}.mp4`),
  streamIndex,
  sha256: language,
});
const clip: DatasetClip = {
  clipId: 'c',
  titleId: 't',
  titleName: 't',
  shotName: '1',
  split: 'train',
  timeWindow: { startSec: 0, endSec: 3 },
  video: source('en', 0),
  original: { language: 'en', source: source('en', 1), offsetMs: 0, pairId: null },
  dubs: [{ language: 'es', source: source('es', 1), offsetMs: -23.4, pairId: 'p' }],
};
const size = { frameCount: 16, shortSidePx: 72 };

describe.runIf(hasSharedMedia)('the window cache', () => {
  it('gives the same numbers fresh, from memory and from disk, prepared or not', async () => {
    const fresh = openWindowCache(join(folder, 'a'), tools);
    const video = await fresh.readVideo(clip, size);
    const mel = await fresh.readLogMel(clip, clip.dubs[0]!);
    expect(mel).toHaveLength(96 * 288);
    expect([video.frames, video.height]).toEqual([16, 72]);
    expect(await fresh.readLogMel(clip, clip.dubs[0]!)).toEqual(mel);
    const again = openWindowCache(join(folder, 'a'), tools);
    expect(await again.readLogMel(clip, clip.dubs[0]!)).toEqual(mel);
    expect((await again.readVideo(clip, size)).data).toEqual(Buffer.from(video.data));
    const prepared = openWindowCache(join(folder, 'b'), tools);
    await prepared.prepare({ version: 1, clips: [clip] }, size);
    expect(await prepared.readLogMel(clip, clip.dubs[0]!)).toEqual(mel);
    expect((await prepared.readVideo(clip, size)).data).toEqual(video.data);
  });

  it('takes a dub that sounds earlier from earlier in its track', async () => {
    await initFft();
    const track = await decodeAudio(clip.dubs[0]!.source, { sampleRateHz: 48_000 }, tools);
    const shift = Math.round(0.0234 * 48_000);
    const window = new Float32Array(144_000);
    window.set(track.subarray(0, 144_000 - shift), shift);
    const cache = openWindowCache(join(folder, 'c'), tools);
    expect(await cache.readLogMel(clip, clip.dubs[0]!)).toEqual(logMel(window));
  });

  it('makes a damaged entry again', async () => {
    const mel = await openWindowCache(join(folder, 'd'), tools).readLogMel(clip, clip.original);
    const [name] = readdirSync(join(folder, 'd'), { recursive: true, encoding: 'utf8' }).filter((n) =>
      n.endsWith('.win'),
    );
    const path = join(folder, 'd', name!);
    truncateSync(path, statSync(path).size - 100);
    expect(await openWindowCache(join(folder, 'd'), tools).readLogMel(clip, clip.original)).toEqual(mel);
    expect(statSync(path).size).toBeGreaterThan(96 * 288 * 4);
  });

  it('removes the windows of other data sets beyond its limit, the least recently used first', async () => {
    const at = join(folder, 'e');
    const entries = (): string[] =>
      readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.win'));
    const earlier = openWindowCache(at, tools);
    await earlier.readLogMel(clip, clip.original);
    const [other] = entries();
    await earlier.readVideo(clip, size);
    for (const name of entries()) utimesSync(join(at, name), 3000, name === other ? 1000 : 2000);
    const whole = { version: 1 as const, clips: [{ ...clip, original: clip.dubs[0]!, dubs: [] }] };
    const small = { frameCount: 4, shortSidePx: 24 };
    // What is prepared takes less than 200 kB, so the picture fits beside it. The sound was used before that and goes.
    const bytes = statSync(join(at, entries().find((name) => name !== other)!)).size;
    await openWindowCache(at, tools, { limitBytes: bytes + 200_000 }).prepare(whole, small);
    expect(entries()).toHaveLength(3);
    expect(entries()).not.toContain(other);
    const both = openWindowCache(at, tools, { limitBytes: 0 });
    await both.prepare(whole, small);
    expect(entries()).toHaveLength(2);
    await both.prepare({ version: 1, clips: [clip] }, size);
    // The one more is the original's sound; the other dub is shared. Nothing that this cache prepared went.
    expect(entries()).toHaveLength(4);
  });

  it('notes that an entry is used', async () => {
    const at = join(folder, 'f');
    await openWindowCache(at, tools).readLogMel(clip, clip.original);
    const [name] = readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((n) => n.endsWith('.win'));
    const path = join(at, name!);
    utimesSync(path, 1000, 1000);
    await openWindowCache(at, tools).readLogMel(clip, clip.original);
    expect(statSync(path).mtimeMs).toBeGreaterThan(1e12);
  });

  it.skipIf(process.platform === 'win32')('keeps windows of another ffmpeg apart', async () => {
    const at = join(folder, 'g');
    const ffmpegPath = join(folder, 'other-ffmpeg');
    const script = `[ "$1" = -version ] && echo "ffmpeg version other" || exec "${tools.ffmpegPath}" "$@"`;
    writeFileSync(ffmpegPath, `#!/bin/sh\n${script}\n`);
    chmodSync(ffmpegPath, 0o755);
    const mel = await openWindowCache(at, tools).readLogMel(clip, clip.original);
    expect(await openWindowCache(at, { ...tools, ffmpegPath }).readLogMel(clip, clip.original)).toEqual(mel);
    expect(
      readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((n) => n.endsWith('.win')),
    ).toHaveLength(2);
  });
});
