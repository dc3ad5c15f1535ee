/** Import: every file is looked at, decoded once in full, and put where it belongs. Nothing of the source is written. */
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { hasCode, toErrorData } from '../domain/errors.ts';
import type { LanguageTag } from '../domain/language-tag.ts';
import type { MediaItem } from '../domain/media.ts';
import { removeHalfMade } from '../files/make-folder.ts';
import { type Companion, companionsOf } from '../intake/companions.ts';
import { type Duplicates, findDuplicates, type OwnedFile } from '../intake/duplicates.ts';
import { type ImportNote, type KnownItem, type Recognised, recognise } from '../intake/known-items.ts';
import { type FoundFile, listFiles, type RefusedFile } from '../intake/list-files.ts';
import type { Place } from '../intake/place.ts';
import { type ImportPlan, planImport, titleIdOf } from '../intake/plan.ts';
import { type NamingWishes, NO_WISHES, readRules } from '../intake/read-rules.ts';
import type { LocatedScan } from '../intake/shot-files.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { refusal } from './file-kind.ts';
import { forEachLimited } from './for-each-limited.ts';
import { lookAt } from './look-at.ts';
import type { MediaScan } from './scan.ts';
import { keptPrint, scanIntoCache } from './scan-cache.ts';

/** What to take in. */
export type ImportRequest = {
  /** Absolute paths of files or folders; folders are walked, hidden files in them passed over. */
  inputs: readonly string[];
  /** Tag of the original language where the files do not say it. */
  originalLanguage: string | null;
  /** The project's cache: what was decoded before and has not changed is not decoded again. */
  cacheFolder: string;
  /** How files find their titles; default by their own names. */
  naming?: NamingWishes;
  /** What the project has already; default nothing. */
  known?: readonly KnownItem[];
};

/** What an import found; nothing has been stored yet. */
export type ImportResult = ImportPlan & {
  items: MediaItem[];
  refused: RefusedFile[];
  warnings: ImportNote[];
  /** What was seen of the files that have pictures. */
  pictures: ItemPictures[];
  /** Ids of titles that must stay in one split, since they hold the same pictures or sounds. */
  families: string[][];
};

/** What an import would make, from what the files say of themselves: nothing was decoded. */
export type ImportPreview = ImportPlan & { files: number; refused: RefusedFile[]; warnings: ImportNote[] };

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

/** Looks at everything, decodes it and plans. A file that cannot be used costs itself and nothing else. */
export async function importMedia(
  request: ImportRequest,
  tools: MediaTools,
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<ImportResult> {
  const { cacheFolder, known = [] } = request;
  await removeHalfMade(join(cacheFolder, 'heard'));
  const work = await openWork(request, { signal, onProgress, step: 'decoding' });
  const { threads } = sharing(work.files.length);
  const located = await work.each((file, onTime) =>
    scanIntoCache(file.path, cacheFolder, tools, { signal, threads, onTime }),
  );
  const scans = located.map(({ scan }) => scan);
  const recognised = await recognise(scans, known);
  const rules = { ...work.rules, moved: recognised.moved };
  const fresh = withIds(located, recognised);
  const companions = await scanCompanions(companionsOf(fresh, known, rules), cacheFolder, tools, signal);
  const placed = [...fresh, ...companions.scans];
  const plan = planImport(placed, {
    originalLanguage: request.originalLanguage as LanguageTag | null,
    rules: { ...rules, companions: companions.places },
  });
  const duplicates = await duplicatesOf(plan, placed, known, cacheFolder, tools);
  const used = usedItems(plan);
  const old = new Set(known.map(({ itemId }) => itemId));
  const paths = new Set(fresh.filter(({ itemId }) => !old.has(itemId)).map(({ scan }) => scan.file.path));
  return {
    ...plan,
    // What the project has already has its place, whatever this import would make of it alone.
    leftovers: plan.leftovers.filter(({ path }) => paths.has(path.replace(/ \(track \d+\)$/, ''))),
    items: placed.filter(({ itemId }) => used.has(itemId) || old.has(itemId)).map(toItem),
    refused: work.refused(),
    warnings: [...scans.flatMap(scanNotes), ...recognised.notes, ...duplicates.notes, ...work.problems],
    pictures: placed.flatMap(picturesOf),
    families: duplicates.families,
  };
}

/** What was kept of files that share a title with new ones; a file that cannot be reached now is passed over. */
async function scanCompanions(
  companions: readonly Companion[],
  cacheFolder: string,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<{ scans: LocatedScan[]; places: Map<string, readonly Place[]> }> {
  const scans: LocatedScan[] = [];
  const places = new Map<string, readonly Place[]>();
  for (const { item, places: own } of companions) {
    const scan = await scanIntoCache(item.path, cacheFolder, tools, { signal }).catch((error: unknown) => {
      if (hasCode(error, 'CANCELLED') || signal?.aborted) throw error;
      return null;
    });
    if (scan === null || scan.sha256 !== item.sha256) continue;
    scans.push({ scan, itemId: item.itemId, parts: [basename(item.path)] });
    places.set(item.path, own);
  }
  return { scans, places };
}

/** Says what an import would make, from headers and names alone; files that were decoded before count as decoded. */
export async function previewImport(
  request: ImportRequest,
  tools: MediaTools,
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<ImportPreview> {
  const work = await openWork(request, { signal, onProgress, step: 'looking' });
  const located = await work.each((file) => lookAt(file.path, tools, { signal }));
  const scans = located.map(({ scan }) => scan);
  const itemIds = new Map(scans.map(({ file }) => [file.path, file.path]));
  const plan = planImport(withIds(located, { itemIds }), {
    originalLanguage: request.originalLanguage as LanguageTag | null,
    rules: work.rules,
  });
  return { ...plan, files: scans.length, refused: work.refused(), warnings: work.problems };
}

type Located = { scan: MediaScan; parts: readonly string[] };

/** The files of a request, and a way to go through them. */
async function openWork(
  request: ImportRequest,
  {
    signal,
    onProgress,
    step,
  }: WorkOptions & { onProgress: NonNullable<WorkOptions['onProgress']>; step: string },
) {
  const rules = await readRules(request.naming ?? NO_WISHES, { signal, onProgress });
  const listed = await listFiles(request.inputs);
  const files = withClaimed(listed.files, rules.claims.files);
  const { refused } = listed;
  const hashes = new Map(rules.claims.files.map(({ path, sha256 }) => [path, sha256]));
  const each = async (
    look: (file: FoundFile, onTime: (sec: number) => void) => Promise<MediaScan>,
  ): Promise<Located[]> => {
    const found: (Located | null)[] = files.map(() => null);
    let done = 0;
    const tell = (detail?: string): void =>
      onProgress({ step, done, total: files.length, unit: 'files', ...(detail ? { detail } : {}) });
    tell();
    await forEachLimited(files, sharing(files.length).filesAtOnce, async (file, index) => {
      signal?.throwIfAborted();
      let toldSec = 0;
      const onTime = (sec: number): void => {
        if (sec < toldSec + TELL_EACH_SEC) return;
        toldSec = sec;
        tell(`${basename(file.path)}, ${clockTime(sec)}`);
      };
      try {
        const scan = await look(file, onTime);
        requireHash(scan, hashes.get(file.path) ?? null);
        found[index] = { scan, parts: file.parts };
      } catch (error) {
        if (hasCode(error, 'CANCELLED') || signal?.aborted) throw error;
        const { code, message } = toErrorData(error);
        if (code === 'DISK_FULL' || code === 'TOOL_MISSING') throw error;
        refused.push({ path: file.path, code, message });
      }
      done += 1;
      tell(basename(file.path));
    });
    return found.filter((one) => one !== null);
  };
  const problems: ImportNote[] = rules.claims.problems.map(({ path, row, code, message }) => ({
    path: row === null ? path : `${path}:${row}`,
    severity: 'warning',
    code,
    message,
  }));
  const sorted = (): RefusedFile[] => refused.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { rules, files, each, problems, refused: sorted };
}

/** Found files and those that a list names. */
function withClaimed(files: readonly FoundFile[], claimed: readonly { path: string }[]): FoundFile[] {
  if (claimed.length === 0) return [...files];
  const all = new Map(files.map((file) => [file.path, file]));
  for (const { path } of claimed) if (!all.has(path)) all.set(path, { path, parts: [basename(path)] });
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function requireHash({ file, sha256 }: MediaScan, expected: string | null): void {
  if (expected === null || sha256 === '' || expected.toLowerCase() === sha256) return;
  throw refusal(
    'HASH_MISMATCH',
    `${file.name} differs from the one listed (expected ${expected.slice(0, 12)}..., found ${sha256.slice(0, 12)}...)`,
    'Get the listed file, or correct the list.',
  );
}

function withIds(located: readonly Located[], { itemIds }: Pick<Recognised, 'itemIds'>): LocatedScan[] {
  return located.map(({ scan, parts }) => ({ scan, parts, itemId: itemIds.get(scan.file.path)! }));
}

/** What is the same among new files and those of the project. */
async function duplicatesOf(
  plan: ImportPlan,
  placed: readonly LocatedScan[],
  known: readonly KnownItem[],
  cacheFolder: string,
  tools: MediaTools,
): Promise<Duplicates> {
  const byItem = new Map(placed.map((one) => [one.itemId, one.scan]));
  const files: OwnedFile[] = [];
  for (const { id: titleId, name: titleName, shots } of plan.titles) {
    const items = new Set(shots.flatMap((shot) => [shot.video.itemId, ...shot.tracks.map((k) => k.itemId)]));
    for (const itemId of items) {
      const { file, sha256, streams } = byItem.get(itemId)!;
      const print = streams.find(({ kind }) => kind === 'video')?.print;
      files.push({
        titleId,
        titleName,
        path: file.path,
        name: file.name,
        sha256,
        print: bytesOf(print),
        isNew: true,
      });
    }
  }
  for (const { itemId, path, sha256, places } of known) {
    if (byItem.has(itemId)) continue;
    const print = bytesOf(await keptPrint(sha256, cacheFolder, tools));
    for (const title of new Set(places.map((place) => place.title))) {
      const titleId = titleIdOf(title);
      files.push({ titleId, titleName: title, path, name: basename(path), sha256, print, isNew: false });
    }
  }
  return findDuplicates(files);
}

function bytesOf(print: string | null | undefined): Uint8Array | null {
  return print === undefined || print === null || print === '' ? null : Buffer.from(print, 'base64');
}

function scanNotes({ file, warnings }: MediaScan): ImportNote[] {
  return warnings.map((warning) => ({ path: file.path, severity: 'warning', ...warning }));
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

function picturesOf({ scan, itemId }: LocatedScan): ItemPictures[] {
  const cuts = scan.streams.flatMap(({ index, cutsSec }) =>
    cutsSec === undefined ? [] : [{ streamIndex: index, cutsSec }],
  );
  const proxyPath = scan.proxyPath ?? null;
  return cuts.length === 0 && proxyPath === null ? [] : [{ itemId, proxyPath, cuts }];
}

function usedItems(plan: ImportPlan): Set<string> {
  const shots = plan.titles.flatMap((title) => title.shots);
  return new Set(shots.flatMap((shot) => [shot.video.itemId, ...shot.tracks.map((track) => track.itemId)]));
}

function toItem({ scan, itemId }: LocatedScan): MediaItem {
  return { id: itemId, ...scan.file, sha256: scan.sha256, durationSec: scan.durationSec };
}
