/**
 * WebDataset shards: tar files of `key.mp4`, `key.<language>.flac` and `key.json`. Clips are worked off in batches of a
 * shard's size, each track of a batch decoded once; what was finished before a stop is not made again.
 */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';
import type { Dataset, DatasetAudio, DatasetClip } from '../domain/dataset.ts';
import { AppError, errorKind } from '../domain/errors.ts';
import type { ShardOptions } from '../domain/export.ts';
import { initFft } from '../dsp/fft.ts';
import { atomicMake, writeDurably } from '../files/atomic-write.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import { cutWindow, decodeAudio } from '../media/decode-audio.ts';
import { forEachLimited } from '../media/for-each-limited.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { type ShardSound, sampleJson, sampleKey, soundsOf } from './shard-clip.ts';
import { cutPicture, writeFlac } from './shard-files.ts';
import {
  type LeftOut,
  openShardIndex,
  type ShardIndex,
  shardRecipe,
  writeShardIndex,
} from './shard-index.ts';

const DEFAULT_CLIPS = 1000;
const DEFAULT_MEGABYTES = 1000;
const DEFAULT_RATE_HZ = 48_000;
const AT_ONCE = 2;
const TAR_BLOCK = 512;

type Recipe = { clips: number; megabytes: number; sampleRateHz: number; shortSidePx: number | null };
type Batch = { clips: DatasetClip[]; folder: string; recipe: Recipe; leftOut: LeftOut[]; tools: MediaTools };
type Sample = { names: string[]; bytes: number; pairs: number };

/** What was written; counts are of the whole folder, also of what an earlier go made. */
export type ShardsWritten = { shards: number; clips: number; pairs: number; bytes: number; leftOut: number };

/**
 * Writes the shards of a data set into `folder`, which is made. Stopped and started again with the same clips and
 * options, it goes on behind the last finished batch.
 * @throws AppError ARGUMENT_INVALID when the folder holds something else; CANCELLED; what the file system throws
 */
export async function writeShards(
  a: { dataset: Dataset; folder: string; options: ShardOptions },
  tools: MediaTools,
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<ShardsWritten> {
  const recipe = recipeOf(a.options);
  const { clips } = a.dataset;
  await mkdir(a.folder, { recursive: true });
  const index = await openShardIndex(a.folder, shardRecipe(a.dataset, recipe), clips.length);
  await initFft();
  while (index.done < clips.length) {
    signal?.throwIfAborted();
    const some = clips.slice(index.done, index.done + recipe.clips);
    const temporary = await mkdtemp(join(a.folder, '.batch-'));
    try {
      const batch: Batch = { clips: some, folder: temporary, recipe, leftOut: [], tools };
      const tell = (done: number): void =>
        onProgress({ step: 'writing shards', done: index.done + done, total: clips.length, unit: 'clips' });
      const samples = await makeSamples(batch, tell, signal);
      await packBatch(a.folder, batch, samples, index, signal);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }
  const sum = (count: (shard: ShardIndex['shards'][number]) => number): number =>
    index.shards.reduce((total, shard) => total + count(shard), 0);
  return {
    shards: index.shards.length,
    clips: sum((shard) => shard.clips),
    pairs: sum((shard) => shard.pairs),
    bytes: sum((shard) => shard.bytes),
    leftOut: index.leftOut.length,
  };
}

function recipeOf({ clips, megabytes, sampleRateHz, shortSidePx }: ShardOptions): Recipe {
  return {
    clips: clips ?? DEFAULT_CLIPS,
    megabytes: megabytes ?? DEFAULT_MEGABYTES,
    sampleRateHz: sampleRateHz ?? DEFAULT_RATE_HZ,
    shortSidePx: shortSidePx ?? null,
  };
}

/** Writes all files of a batch. A clip without its picture, its original or any dub is left out, and told. */
async function makeSamples(
  batch: Batch,
  tell: (done: number) => void,
  signal?: AbortSignal,
): Promise<Sample[]> {
  const { clips, folder, recipe, tools } = batch;
  const written = new Set<DatasetAudio>();
  const sounds = clips.flatMap((clip) => soundsOf(clip).map((sound) => ({ clip, ...sound })));
  const byTrack = Map.groupBy(sounds, ({ audio }) => `${audio.source.path}\n${audio.source.streamIndex}`);
  tell(0);
  await forEachLimited([...byTrack.values()], AT_ONCE, (track) => writeTrack(batch, track, written, signal));
  const samples: (Sample | null)[] = clips.map(() => null);
  let done = 0;
  await forEachLimited(clips, AT_ONCE, async (clip, i) => {
    signal?.throwIfAborted();
    const key = sampleKey(clip);
    const heard = soundsOf(clip).filter(({ audio }) => written.has(audio));
    const path = join(folder, `${key}.mp4`);
    const { video: source, timeWindow } = clip;
    const cut = async (): Promise<void> =>
      cutPicture({ source, timeWindow, shortSidePx: recipe.shortSidePx, path }, tools, signal);
    const isWhole = heard.length > 1 && heard[0]?.audio === clip.original;
    if (isWhole && (await triedFor(batch, { key, language: null }, cut))) {
      samples[i] = await sampleOf(batch, clip, heard);
    }
    done += 1;
    tell(done);
  });
  return samples.filter((sample) => sample !== null);
}

/** Decodes a track once and writes each clip's window of it, the offset taken out as training does. */
async function writeTrack(
  { folder, recipe, tools, ...batch }: Batch,
  track: readonly ({ clip: DatasetClip } & ShardSound)[],
  written: Set<DatasetAudio>,
  signal?: AbortSignal,
): Promise<void> {
  const { sampleRateHz } = recipe;
  const [first] = track;
  if (first === undefined) return;
  let samples: Float32Array | null = null;
  await triedFor(batch, { key: sampleKey(first.clip), language: first.audio.language }, async () => {
    samples = await decodeAudio(first.audio.source, { sampleRateHz }, tools, { signal });
  });
  if (samples === null) return;
  for (const { clip, audio, ending } of track) {
    signal?.throwIfAborted();
    const { startSec, endSec } = clip.timeWindow;
    const from = startSec + audio.offsetMs / 1000;
    const cut = cutWindow(samples, sampleRateHz, { startSec: from, durationSec: endSec - startSec });
    await writeFlac(cut, sampleRateHz, join(folder, `${sampleKey(clip)}.${ending}`), tools, signal);
    written.add(audio);
  }
}

/** @returns whether it went well; what media cannot give is noted, anything else is thrown. */
async function triedFor(
  { leftOut }: Pick<Batch, 'leftOut'>,
  what: Pick<LeftOut, 'key' | 'language'>,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || errorKind(error.code) !== 'input') throw error;
    leftOut.push({ ...what, code: error.code, message: error.message });
    return false;
  }
}

async function sampleOf(batch: Batch, clip: DatasetClip, sounds: readonly ShardSound[]): Promise<Sample> {
  const key = sampleKey(clip);
  const json = sampleJson(clip, sounds, batch.recipe.sampleRateHz);
  await writeDurably(join(batch.folder, `${key}.json`), json);
  const names = [`${key}.mp4`, ...sounds.map(({ ending }) => `${key}.${ending}`), `${key}.json`];
  const sizes = await Promise.all(names.map((name) => stat(join(batch.folder, name))));
  const bytes = sizes.reduce((sum, { size }) => sum + TAR_BLOCK + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK, 0);
  return { names, bytes, pairs: sounds.length - 1 };
}

/** Packs a batch into one shard, or more where it is larger than a shard may be; then notes them as finished. */
async function packBatch(
  folder: string,
  batch: Batch,
  samples: readonly Sample[],
  index: ShardIndex,
  signal?: AbortSignal,
): Promise<void> {
  const shards = [...index.shards];
  for (const some of bySize(samples, batch.recipe.megabytes * 1e6)) {
    signal?.throwIfAborted();
    const file = `shard-${String(shards.length).padStart(6, '0')}.tar`;
    await atomicMake(join(folder, file), (temporary) =>
      create(
        // The same clips give the same bytes on every day and for every user.
        { file: temporary, cwd: batch.folder, portable: true, mtime: EPOCH },
        some.flatMap(({ names }) => names),
      ),
    );
    const { size } = await stat(join(folder, file));
    const pairs = some.reduce((sum, sample) => sum + sample.pairs, 0);
    shards.push({ file, clips: some.length, pairs, bytes: size });
  }
  index.shards = shards;
  index.leftOut = [...index.leftOut, ...batch.leftOut];
  index.done += batch.clips.length;
  await writeShardIndex(folder, index);
}

const EPOCH = new Date(0);

function bySize(samples: readonly Sample[], mostBytes: number): Sample[][] {
  const shards: Sample[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const sample of samples) {
    if (bytes + sample.bytes > mostBytes) {
      shards.push([]);
      bytes = 0;
    }
    shards.at(-1)!.push(sample);
    bytes += sample.bytes;
  }
  return shards;
}
