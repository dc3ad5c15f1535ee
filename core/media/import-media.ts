/** Import: every file is looked at, decoded once in full, and put where it belongs. Nothing of the source is written. */
import { readdir, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { hasCode, toErrorData } from '../domain/errors.ts';
import type { MediaItem } from '../domain/media.ts';
import { removeHalfMade } from '../files/make-folder.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { forEachLimited } from './for-each-limited.ts';
import { type ImportPlan, itemIdOf, planImport } from './import-plan.ts';
import type { MediaScan } from './scan.ts';
import { scanIntoCache } from './scan-cache.ts';

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
  /** What was seen of the files that have pictures. */
  pictures: ItemPictures[];
};

/** The cuts of a file's pictures, and its proxy. */
export type ItemPictures = {
  itemId: string;
  /** A copy that a browser plays, in the project's cache folder; null where it plays the file itself. */
  proxyPath: string | null;
  /** When the first frame of each shot but the first is shown, s, of each video stream. */
  cuts: { streamIndex: number; cutsSec: number[] }[];
};

/** More do not fit into 1.5 GB with certainty. */
const MOST_FILES_AT_ONCE = 4;
/** Progress within a file, s of it. */
const TELL_EACH_SEC = 20;
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
  const tell = (detail?: string): void =>
    onProgress({ step: 'decoding', done, total: paths.length, unit: 'files', ...(detail ? { detail } : {}) });
  tell();
  await removeHalfMade(join(request.cacheFolder, 'heard'));
  const { filesAtOnce, threads } = sharing(paths.length);
  await forEachLimited(paths, filesAtOnce, async (path, index) => {
    signal?.throwIfAborted();
    try {
      let toldSec = 0;
      const onTime = (sec: number): void => {
        if (sec < toldSec + TELL_EACH_SEC) return;
        toldSec = sec;
        tell(`${basename(path)}, ${clockTime(sec)}`);
      };
      scans[index] = await scanIntoCache(path, request.cacheFolder, tools, { signal, threads, onTime });
    } catch (error) {
      if (hasCode(error, 'CANCELLED') || signal?.aborted) throw error;
      const { code, message } = toErrorData(error);
      if (code === 'DISK_FULL' || code === 'TOOL_MISSING') throw error;
      refused.push({ path, code, message });
    }
    done += 1;
    tell(basename(path));
  });
  const good = scans.filter((scan) => scan !== null);
  const plan = planImport(good, request);
  const used = usedItems(plan);
  return {
    ...plan,
    items: good.filter((scan) => used.has(itemIdOf(scan))).map(toItem),
    refused: refused.sort((a, b) => (a.path < b.path ? -1 : 1)),
    warnings: good.flatMap((scan) => scan.warnings.map((warning) => ({ path: scan.file.path, ...warning }))),
    pictures: good.flatMap(picturesOf),
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

/** How many files at once, and with how many decoder threads each, so that every processor has work. */
function sharing(fileCount: number): { filesAtOnce: number; threads: number } {
  const processors = Math.max(2, availableParallelism());
  const filesAtOnce = Math.max(1, Math.min(fileCount, processors, MOST_FILES_AT_ONCE));
  return { filesAtOnce, threads: Math.max(1, Math.floor(processors / filesAtOnce)) };
}

/** E.g. `12:05`: how far into the file. */
function clockTime(sec: number): string {
  const whole = Math.max(0, Math.floor(sec));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function picturesOf(scan: MediaScan): ItemPictures[] {
  const cuts = scan.streams.flatMap(({ index, cutsSec }) =>
    cutsSec === undefined ? [] : [{ streamIndex: index, cutsSec }],
  );
  const proxyPath = scan.proxyPath ?? null;
  return cuts.length === 0 && proxyPath === null ? [] : [{ itemId: itemIdOf(scan), proxyPath, cuts }];
}

function usedItems(plan: ImportPlan): Set<string> {
  const shots = plan.titles.flatMap((title) => title.shots);
  return new Set(shots.flatMap((shot) => [shot.video.itemId, ...shot.tracks.map((track) => track.itemId)]));
}

function toItem(scan: MediaScan): MediaItem {
  return { id: itemIdOf(scan), ...scan.file, sha256: scan.sha256, durationSec: scan.durationSec };
}
