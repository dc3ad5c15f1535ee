/** Shards of real dubs: read back as tar, looked at with ffprobe, heard sample by sample; stopped and gone on with. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { extract, list } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import type { Dataset } from '../../../core/domain/dataset.ts';
import type { ShardIndex } from '../../../core/export/shard-index.ts';
import { writeShards } from '../../../core/export/write-shards.ts';
import { importMedia } from '../../../core/intake/import-media.ts';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import { decodeFrames } from '../../../core/media/decode-frames.ts';
import { storeImport } from '../../../core/project/import-store.ts';
import { createProject } from '../../../core/project/project.ts';
import { setAlignment } from '../../../core/project/queries/alignments.ts';
import { datasetOf } from '../../../core/project/queries/dataset.ts';
import { hasSharedMedia, REAL_DUBS, treeHash } from '../../fixtures/media.ts';
import { temporaryFolder } from '../../fixtures/project.ts';
import { tools } from '../media/make-media.ts';

const temporary = temporaryFolder();
const at = (...names: string[]): string => join(temporary.folder, ...names);
const OFFSET_MS = -23.4;
const RATE_HZ = 16_000;
const OPTIONS = { clips: 2, sampleRateHz: RATE_HZ, shortSidePx: 96 };
let dataset: Dataset = { version: 1, clips: [] };
afterAll(() => temporary.remove());

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const shardsIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.tar'));
const indexOf = (folder: string): ShardIndex =>
  JSON.parse(readFileSync(join(folder, 'shards.json'), 'utf8')) as ShardIndex;

/** Mean difference of two pictures, 0..255. */
function difference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

function namesIn(path: string): string[] {
  const names: string[] = [];
  list({ file: path, sync: true, onReadEntry: (entry) => void names.push(entry.path) });
  return names;
}

describe.runIf(hasSharedMedia)('shards of real dubs', () => {
  beforeAll(async () => {
    mkdirSync(at('media'));
    for (const name of readdirSync(REAL_DUBS).filter((file) => /^80114859_.*_(en|de|es)\.mp4$/.test(file))) {
      cpSync(join(REAL_DUBS, name), at('media', name));
    }
    const request = { inputs: [at('media')], originalLanguage: null, cacheFolder: at('cache') };
    const imported = await importMedia(request, tools);
    const clock = manualClock(1);
    const project = createProject(at('p'), { program: 'test', clock });
    storeImport(project.db, clock, imported, { label: 'Import', by: 'test' });
    const [title] = imported.titles;
    setAlignment(project.db, clock, { titleId: title!.id, language: 'es', offsetMs: OFFSET_MS });
    dataset = datasetOf(project.db, {});
    project.close();
    await writeShards({ dataset, folder: at('whole'), options: OPTIONS }, tools);
  }, 120_000);

  it('hold each clip as key.mp4, one key.language.flac a language, and key.json', () => {
    expect(dataset.clips).toHaveLength(3);
    expect(shardsIn(at('whole'))).toEqual(['shard-000000.tar', 'shard-000001.tar']);
    const endings = ['mp4', 'en.flac', 'de.flac', 'es.flac', 'json'];
    const expected = dataset.clips.map(({ clipId }) => endings.map((ending) => `${clipId}.${ending}`));
    expect(namesIn(at('whole', 'shard-000000.tar'))).toEqual(expected.slice(0, 2).flat());
    expect(namesIn(at('whole', 'shard-000001.tar'))).toEqual(expected[2]);
    const { shards, leftOut, done } = indexOf(at('whole'));
    expect([leftOut, done, shards.map(({ clips, pairs }) => [clips, pairs])]).toEqual([
      [],
      3,
      [
        [2, 4],
        [1, 2],
      ],
    ]);
    for (const { file, bytes } of shards) expect(statSync(at('whole', file)).size).toBe(bytes);
    expect(readdirSync(at('whole')).sort()).toEqual(['shard-000000.tar', 'shard-000001.tar', 'shards.json']);
  });

  it('sound as training hears them, the offset taken out, and show the window', async () => {
    mkdirSync(at('out'));
    for (const name of shardsIn(at('whole')))
      extract({ file: at('whole', name), cwd: at('out'), sync: true });
    for (const clip of dataset.clips) {
      const { startSec, endSec } = clip.timeWindow;
      const json = JSON.parse(readFileSync(at('out', `${clip.clipId}.json`), 'utf8'));
      expect(json).toMatchObject({
        title: '80114859',
        shot: clip.shotName,
        start_sec: startSec,
        end_sec: endSec,
      });
      expect(json.sounds.map((sound: { language: string }) => sound.language)).toEqual(['en', 'de', 'es']);
      for (const audio of [clip.original, ...clip.dubs]) {
        expect(audio.offsetMs).toBe(audio.language === 'es' ? OFFSET_MS : 0);
        const from = startSec + audio.offsetMs / 1000;
        const request = { sampleRateHz: RATE_HZ, startSec: from, durationSec: endSec - startSec };
        const expected = await decodeAudio(audio.source, request, tools);
        const found = await decodeAudio(
          { path: at('out', `${clip.clipId}.${audio.language}.flac`), streamIndex: 0, sha256: '' },
          { sampleRateHz: RATE_HZ },
          tools,
        );
        expect(found.length).toBe(expected.length);
        const peak = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
        expect(peak).toBeGreaterThan(0.01);
        // 24 bits: a step is 2^-23.
        if (peak < 1) expect(worst).toBeLessThan(2 ** -22);
      }
      const args = [
        '-v',
        'error',
        '-count_frames',
        '-of',
        'json',
        '-show_streams',
        at('out', `${clip.clipId}.mp4`),
      ];
      const { streams } = JSON.parse(spawnSync(tools.ffprobePath, args).stdout.toString());
      expect(streams).toHaveLength(1);
      const [rate, per] = String(streams[0].r_frame_rate).split('/').map(Number);
      expect(streams[0]).toMatchObject({ codec_name: 'h264', pix_fmt: 'yuv420p', height: 96 });
      const request = { frameCount: 4, shortSidePx: 96 };
      const wanted = await decodeFrames(clip.video, clip.timeWindow, request, tools);
      const picture = { path: at('out', `${clip.clipId}.mp4`), streamIndex: 0, sha256: '' };
      const shown = await decodeFrames(picture, { startSec: 0, endSec: endSec - startSec }, request, tools);
      expect(difference(shown.data, wanted.data)).toBeLessThan(6);
      const frames = (endSec - startSec) * (rate! / per!);
      expect(Math.abs(Number(streams[0].nb_read_frames) - frames)).toBeLessThanOrEqual(1);
    }
  });

  it('go on behind the last finished shard, and end as if they had never been stopped', async () => {
    const folder = at('stopped');
    const controller = new AbortController();
    const onProgress = ({ done }: { done: number }): void => {
      if (done === 3) controller.abort(new Error('stop'));
    };
    const wishes = { dataset, folder, options: OPTIONS };
    await expect(writeShards(wishes, tools, { signal: controller.signal, onProgress })).rejects.toThrow(
      'stop',
    );
    expect(readdirSync(folder).sort()).toEqual(['shard-000000.tar', 'shards.json']);
    const { mtimeMs } = statSync(join(folder, 'shard-000000.tar'));
    const written = await writeShards(wishes, tools);
    expect(statSync(join(folder, 'shard-000000.tar')).mtimeMs).toBe(mtimeMs);
    expect(written).toMatchObject({ shards: 2, clips: 3, pairs: 6, leftOut: 0 });
    for (const name of readdirSync(at('whole'))) {
      expect(hashOf(join(folder, name))).toBe(hashOf(at('whole', name)));
    }
  });

  it('leave out what cannot be read, and say so; the source stays as it was', async () => {
    const before = treeHash(at('media'));
    const [clip] = dataset.clips;
    const bad = at('bad.mp4');
    writeFileSync(bad, 'no film');
    const broken = { ...clip!.dubs[0]!, source: { ...clip!.dubs[0]!.source, path: bad } };
    const some: Dataset = { version: 1, clips: [{ ...clip!, dubs: [broken, clip!.dubs[1]!] }] };
    const written = await writeShards({ dataset: some, folder: at('partly'), options: OPTIONS }, tools);
    expect(written).toMatchObject({ clips: 1, pairs: 1, leftOut: 1 });
    expect(indexOf(at('partly')).leftOut).toMatchObject([{ language: 'de', code: 'MEDIA_DAMAGED' }]);
    expect(treeHash(at('media'))).toBe(before);
  });

  it('never mix with what is in a folder already', async () => {
    const other = { ...OPTIONS, sampleRateHz: 8000 };
    const refused = writeShards({ dataset, folder: at('whole'), options: other }, tools);
    await expect(refused).rejects.toThrow(/other pairs, offsets or options/);
    const foreign = writeShards({ dataset, folder: at('media'), options: OPTIONS }, tools);
    await expect(foreign).rejects.toThrow(/not empty and holds no shards/);
    expect(existsSync(at('media', 'shards.json'))).toBe(false);
    rmSync(at('whole'), { recursive: true });
  });

  it('are divided by size too', async () => {
    const options = { ...OPTIONS, clips: 3, megabytes: 1, sampleRateHz: 96_000 };
    await writeShards({ dataset, folder: at('sized'), options }, tools);
    const { shards } = indexOf(at('sized'));
    expect(shards.length).toBeGreaterThan(1);
    for (const { clips, bytes } of shards) expect(clips === 1 || bytes <= 1e6 + 20_480).toBe(true);
  });
});
