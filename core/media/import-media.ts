/** Import: every file is looked at, decoded once in full, and put where it belongs. Nothing of the source is written. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { hasCode, toErrorData } from '../domain/errors.ts';
import type { MediaItem } from '../domain/media.ts';
import { atomicWrite } from '../files/atomic-write.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { inspectFile } from './file-kind.ts';
import { forEachLimited } from './for-each-limited.ts';
import { type ImportPlan, itemIdOf, planImport } from './import-plan.ts';
import { probeMedia } from './probe.ts';
import { type MediaScan, scanMedia } from './scan.ts';

export type { ImportedShot, ImportedTitle } from './import-plan.ts';

/** What to take in. */
export type ImportRequest = {
  /** Absolute paths of files or folders; folders are walked, hidden files in them passed over. */
  inputs: readonly string[];
  /** Tag of the original language where the files do not say it. */
  originalLanguage: string | null;
  /** The project's cache: what was decoded before and has not changed is not decoded again. */
  cacheFolder: string;
};

/** What an import found; nothing has been stored yet. */
export type ImportResult = ImportPlan & {
  items: MediaItem[];
  refused: { path: string; code: string; message: string }[];
  warnings: { path: string; code: string; message: string }[];
};

const FILES_AT_ONCE = 2;
/** Goes up when a scan would say something else of the same file. */
const SCAN_VERSION = 2;
/** Files that are no media and lie beside them by habit. */
const PASSED_OVER = /\.(txt|md|json|jsonl|csv|tsv|srt|vtt|ass|nfo|jpe?g|png|gif|pdf|xml|html?)$/i;

/** Looks at everything and plans. A file that cannot be used costs itself and nothing else. */
export async function importMedia(
  request: ImportRequest,
  tools: MediaTools,
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<ImportResult> {
  const refused: ImportResult['refused'] = [];
  const paths = await listFiles(request.inputs, refused);
  const scans: (MediaScan | null)[] = paths.map(() => null);
  let done = 0;
  onProgress({ step: 'decoding', done, total: paths.length, unit: 'files' });
  await forEachLimited(paths, FILES_AT_ONCE, async (path, index) => {
    signal?.throwIfAborted();
    try {
      scans[index] = await scanOnce(path, request.cacheFolder, tools, signal);
    } catch (error) {
      if (hasCode(error, 'CANCELLED') || signal?.aborted) throw error;
      const { code, message } = toErrorData(error);
      if (code === 'DISK_FULL' || code === 'TOOL_MISSING') throw error;
      refused.push({ path, code, message });
    }
    done += 1;
    onProgress({
      step: 'decoding',
      done,
      total: paths.length,
      unit: 'files',
      detail: basename(path),
    });
  });
  const good = scans.filter((scan) => scan !== null);
  const plan = planImport(good, request);
  const used = usedItems(plan);
  return {
    ...plan,
    items: good.filter((scan) => used.has(itemIdOf(scan))).map(toItem),
    refused: refused.sort((a, b) => (a.path < b.path ? -1 : 1)),
    warnings: good.flatMap((scan) => scan.warnings.map((warning) => ({ path: scan.file.path, ...warning }))),
  };
}

/** Every file that is meant, by path. What cannot be reached is refused by name. */
async function listFiles(inputs: readonly string[], refused: ImportResult['refused']): Promise<string[]> {
  const found = new Set<string>();
  for (const input of inputs) {
    const isFolder = (await stat(input).catch(() => null))?.isDirectory() ?? false;
    if (!isFolder) {
      found.add(input);
      continue;
    }
    const entries = await readdir(input, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
      refused.push({ path: input, ...toErrorData(error) });
      return [];
    });
    for (const entry of entries) {
      if (entry.isDirectory() || entry.name.startsWith('.') || PASSED_OVER.test(entry.name)) continue;
      found.add(join(entry.parentPath, entry.name));
    }
  }
  return [...found].sort();
}

async function scanOnce(
  path: string,
  cacheFolder: string,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<MediaScan> {
  const file = await inspectFile(path);
  const key = JSON.stringify([SCAN_VERSION, file, tools.ffmpegPath]);
  const cached = join(
    cacheFolder,
    'scans',
    `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.json`,
  );
  const known = await readScan(cached);
  if (known !== null) return known;
  const probe = await probeMedia(file, tools, { signal });
  const scan = await scanMedia(file, probe, tools, { signal });
  await mkdir(join(cacheFolder, 'scans'), { recursive: true });
  await atomicWrite(cached, JSON.stringify(scan));
  return scan;
}

async function readScan(path: string): Promise<MediaScan | null> {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(await readFile(path, 'utf8')) as MediaScan;
  } catch {
    return null;
  }
}

function usedItems(plan: ImportPlan): Set<string> {
  const shots = plan.titles.flatMap((title) => title.shots);
  return new Set(shots.flatMap((shot) => [shot.video.itemId, ...shot.tracks.map((track) => track.itemId)]));
}

function toItem(scan: MediaScan): MediaItem {
  return { id: itemIdOf(scan), ...scan.file, sha256: scan.sha256, durationSec: scan.durationSec };
}
