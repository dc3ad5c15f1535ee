/** Scans with a memory: a file whose content was decoded before, under this name or another, is not decoded again. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeardSource } from '../checks/check-input.ts';
import { AppError } from '../domain/errors.ts';
import type { AudioSource } from '../domain/media.ts';
import { atomicWrite, writeDurably } from '../files/atomic-write.ts';
import { makeFolder } from '../files/make-folder.ts';
import { ffmpegVersion } from '../process/ffmpeg-version.ts';
import type { MediaTools } from '../process/media-tools.ts';
import type { HeardRecord } from './decode-once.ts';
import { inspectFile, type PlainFile, refusal } from './file-kind.ts';
import { type MediaProbe, probeMedia } from './probe.ts';
import { hashFile, type MediaScan, readRecord, type ScanOptions, scanRecord } from './scan.ts';
import { heardFolder, openHeard } from './sound-store.ts';

/** How a file is taken into the cache. */
export type CacheScanOptions = Omit<ScanOptions, 'folder'>;

const HASHES_FOLDER = 'scans';
const RECORD_FILE = 'heard.json';
/** Reading so much takes longer than a probe. */
const LARGE_BYTES = 2 ** 30;

/** Decodes under way in this process, so that two copies of a file are decoded once. */
const underWay = new Map<string, Promise<HeardRecord>>();

/**
 * Scans a file and keeps its sound for listening, peaks, thumbnails, cuts and proxy in the cache (see `sound-store.ts`).
 * @throws AppError as `inspectFile`, `probeMedia` and `scanMedia`; MEDIA_CHANGED where the file changed meanwhile.
 */
export async function scanIntoCache(
  path: string,
  cacheFolder: string,
  tools: MediaTools,
  options: CacheScanOptions = {},
): Promise<MediaScan> {
  const file = await inspectFile(path);
  const hash = await knownHash(file, cacheFolder);
  // Before a large file, which may be no media at all, is read to its end.
  const isLarge = hash === null && file.sizeBytes > LARGE_BYTES;
  const probe = isLarge ? await probeMedia(file, tools, { signal: options.signal }) : null;
  const sha256 = hash ?? (await rememberHash(file, cacheFolder));
  const folder = heardFolder(sha256, await ffmpegVersion(tools.ffmpegPath));
  const record = (await readHeard(join(cacheFolder, folder))) ?? (await decodeInto());
  const proxyPath = record.proxy === null ? null : join(folder, record.proxy);
  return { ...readRecord(file, sha256, record), proxyPath };

  function decodeInto(): Promise<HeardRecord> {
    const place = join(cacheFolder, folder);
    const making =
      underWay.get(place) ??
      makeFolder(place, (temporary) => decodeFile(file, probe, sha256, temporary, tools, options)).finally(
        () => underWay.delete(place),
      );
    underWay.set(place, making);
    return making;
  }
}

/**
 * Opens a track as it was heard at import; where the cache was deleted or another ffmpeg heard it, the file is decoded
 * once more.
 * @throws AppError as `scanIntoCache`; MEDIA_CHANGED where the file is another one now; AUDIO_EMPTY where it has no such
 *   track.
 */
export async function openTrack(
  source: AudioSource,
  cacheFolder: string,
  tools: MediaTools,
  options: CacheScanOptions = {},
): Promise<HeardSource> {
  const version = await ffmpegVersion(tools.ffmpegPath);
  const kept = await openHeard(cacheFolder, source, version);
  if (kept !== null) return kept;
  const scan = await scanIntoCache(source.path, cacheFolder, tools, options);
  if (scan.sha256 !== source.sha256) {
    throw new AppError(
      'MEDIA_CHANGED',
      `${source.path} is not the file that was imported: its content has changed. It was not listened to; nothing was changed. Import it again.`,
      { details: { path: source.path } },
    );
  }
  const heard = await openHeard(cacheFolder, source, version);
  if (heard !== null) return heard;
  throw new AppError(
    'AUDIO_EMPTY',
    `${source.path} has no sound in track ${source.streamIndex}. It was not listened to; nothing was changed. Import the file again.`,
    { details: { path: source.path } },
  );
}

/** What the first picture of a content looks like (core/media/picture-print.ts), base64; null where it was not kept. */
export async function keptPrint(
  sha256: string,
  cacheFolder: string,
  tools: MediaTools,
): Promise<string | null> {
  const record = await readHeard(
    join(cacheFolder, heardFolder(sha256, await ffmpegVersion(tools.ffmpegPath))),
  );
  return record?.videos[0]?.print ?? null;
}

async function decodeFile(
  file: PlainFile,
  known: MediaProbe | null,
  sha256: string,
  folder: string,
  tools: MediaTools,
  options: CacheScanOptions,
): Promise<HeardRecord> {
  const probe = known ?? (await probeMedia(file, tools, { signal: options.signal }));
  const record = await scanRecord(file, probe, tools, { ...options, folder });
  const now = await inspectFile(file.path);
  if (now.sizeBytes !== file.sizeBytes || now.modifiedMs !== file.modifiedMs) {
    throw refusal('MEDIA_CHANGED', `${file.name} changed while it was read`, 'Wait until it is complete.');
  }
  // What is refused is not kept.
  readRecord(file, sha256, record);
  await writeDurably(join(folder, RECORD_FILE), `${JSON.stringify(record)}\n`);
  return record;
}

async function readHeard(folder: string): Promise<HeardRecord | null> {
  return readJson<HeardRecord>(join(folder, RECORD_FILE));
}

/** The hash of a file, where it is remembered by path, size and time of change. */
async function knownHash(file: PlainFile, cacheFolder: string): Promise<string | null> {
  const known = await readJson<{ sha256: string }>(hashPath(file, cacheFolder));
  return typeof known?.sha256 === 'string' ? known.sha256 : null;
}

async function rememberHash(file: PlainFile, cacheFolder: string): Promise<string> {
  const sha256 = await hashFile(file.path);
  await mkdir(join(cacheFolder, HASHES_FOLDER), { recursive: true });
  await atomicWrite(hashPath(file, cacheFolder), JSON.stringify({ sha256 }));
  return sha256;
}

function hashPath(file: PlainFile, cacheFolder: string): string {
  const key = createHash('sha256').update(JSON.stringify(file)).digest('hex').slice(0, 40);
  return join(cacheFolder, HASHES_FOLDER, `${key}.json`);
}

async function readJson<T>(path: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return null;
  }
}
