import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
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

  it('holds to its limit, says that clips do not fit, and gives the same numbers', async () => {
    const whole = openWindowCache(join(folder, 'a'), tools);
    const dataset = { version: 1 as const, clips: [clip] };
    const told: string[] = [];
    // Room for both sounds, 110,592 bytes each and their heads, and not for the picture.
    const limitBytes = 250_000;
    const small = openWindowCache(join(folder, 'e'), tools, { limitBytes, memoryBytes: 0 });
    await small.prepare(dataset, size, { onWarning: (text) => told.push(text) });
    expect(told).toEqual([expect.stringMatching(/room for 2 of the 3 windows.*DUBSCOPE_CACHE_LIMIT_GB/)]);
    expect((await small.readVideo(clip, size)).data).toEqual(
      new Uint8Array((await whole.readVideo(clip, size)).data),
    );
    expect(await small.readLogMel(clip, clip.original)).toEqual(await whole.readLogMel(clip, clip.original));
    expect(sizeOf(join(folder, 'e'))).toBeLessThan(limitBytes);
    expect(sizeOf(join(folder, 'e'))).toBeGreaterThan(2 * 96 * 288 * 4);
    await whole.prepare(dataset, size, { onWarning: (text) => told.push(text) });
    expect(told).toHaveLength(1);
  });

  it.skipIf(process.platform === 'win32')('does not mix the numbers of two versions of ffmpeg', async () => {
    const otherPath = join(folder, 'ffmpeg-other');
    const says = 'if [ "$1" = -version ]; then echo "ffmpeg version 0.0-other"; exit 0; fi';
    writeFileSync(otherPath, `#!/bin/sh\n${says}\nexec '${tools.ffmpegPath}' "$@"\n`, { mode: 0o755 });
    const entries = (): number => filesIn(join(folder, 'f')).length;
    await openWindowCache(join(folder, 'f'), tools).readLogMel(clip, clip.original);
    await openWindowCache(join(folder, 'f'), tools).readLogMel(clip, clip.original);
    expect(entries()).toBe(1);
    const other = openWindowCache(join(folder, 'f'), { ...tools, ffmpegPath: otherPath });
    await other.readLogMel(clip, clip.original);
    expect(entries()).toBe(2);
  });
});

function filesIn(parent: string): string[] {
  return readdirSync(parent, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.win'));
}

function sizeOf(parent: string): number {
  return filesIn(parent).reduce((sum, name) => sum + statSync(join(parent, name)).size, 0);
}
