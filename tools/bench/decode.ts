/** How fast windows are decoded: frames for the towers, and log-mel pictures. */
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dataset, DatasetClip } from '../../core/domain/dataset.ts';
import { openWindowCache } from '../../core/media/window-cache.ts';
import { modelPreset } from '../../core/model/presets.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';

const MEDIA = fileURLToPath(new URL('../../demo/media/', import.meta.url));
const CLIPS = 24;

/** Decodes windows of the demo's files into a fresh cache, then reads them again. */
export async function benchDecode(print: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dubscope-bench-'));
  const dataset = demoDataset();
  try {
    print('');
    print(
      `Decoding ${dataset.clips.length} windows of 3 s with picture and sound (demo corpus), then reading the cache`,
    );
    for (const preset of ['tiny', 'mvitv2-s'] as const) {
      const { video } = modelPreset({ preset });
      const request = { shortSidePx: video.shortSidePx, frameCount: video.trainFrameCount };
      const cache = openWindowCache(join(folder, preset), locateMediaTools());
      const beginMs = performance.now();
      await cache.prepare(dataset, request);
      const decodedMs = performance.now();
      const again = openWindowCache(join(folder, preset), locateMediaTools());
      for (const clip of dataset.clips) {
        await again.readVideo(clip, request);
        await again.readLogMel(clip, clip.original);
      }
      const readMs = performance.now();
      const perSecond = (ms: number): string => ((dataset.clips.length * 1000) / ms).toFixed(1);
      print(
        `  ${preset.padEnd(10)} ${request.frameCount} frames of ${request.shortSidePx} px: decoded ${perSecond(decodedMs - beginMs)} windows/s, read again ${perSecond(readMs - decodedMs)} windows/s`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The first windows of the demo's films that have their picture and all languages in one file. */
function demoDataset(): Dataset {
  const files = readdirSync(MEDIA)
    .filter((name) => /_\d\d\.(mp4|mkv)$/.test(name))
    .sort()
    .slice(0, CLIPS);
  const clips = files.map((name): DatasetClip => {
    const source = (streamIndex: number) => ({ path: join(MEDIA, name), streamIndex, sha256: name });
    return {
      clipId: name,
      titleId: name.slice(0, -7),
      titleName: name.slice(0, -7),
      shotName: name,
      split: 'train',
      timeWindow: { startSec: 0, endSec: 3 },
      video: source(0),
      original: { language: 'und', source: source(1), offsetMs: 0, pairId: null },
      dubs: [],
    };
  });
  return { version: 1, clips };
}
