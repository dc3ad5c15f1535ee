/** Import: every file is looked at, decoded once in full, and put where it belongs. Nothing of the source is written. */
import { basename, join } from 'node:path';
import type { Fingerprint } from '../align/fingerprint.ts';
import { printOf } from '../align/track-print.ts';
import { hasCode } from '../domain/errors.ts';
import type { LanguageTag } from '../domain/language-tag.ts';
import type { MediaItem } from '../domain/media.ts';
import { visibleText } from '../domain/visible-text.ts';
import { initFft } from '../dsp/fft.ts';
import { removeHalfMade } from '../files/make-folder.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import { nameNotes } from '../media/name-notes.ts';
import type { MediaScan } from '../media/scan.ts';
import { keptPrint, openTrack, scanIntoCache } from '../media/scan-cache.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { type Listen, placesByContent } from './by-content.ts';
import { type Companion, companionsOf } from './companions.ts';
import { type Duplicates, findDuplicates, type OwnedFile } from './duplicates.ts';
import { type ImportRequest, type Located, type OnFile, openWork, sharing } from './go-through.ts';
import { type KnownItem, type Recognised, recognise } from './known-items.ts';
import type { RefusedFile } from './list-files.ts';
import type { ImportNote } from './note.ts';
import type { Place, PlaceRules } from './place.ts';
import { type ImportPlan, planImport, titleIdOf } from './plan.ts';
import type { LocatedScan } from './shot-files.ts';

export type { ImportRequest } from './go-through.ts';

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

/** The cuts of a file's pictures, and its proxy. */
export type ItemPictures = {
  itemId: string;
  /** A copy that a browser plays, in the project's cache folder; null where it plays the file itself. */
  proxyPath: string | null;
  /** When the first frame of each shot but the first is shown, s, of each video stream. */
  cuts: { streamIndex: number; cutsSec: number[] }[];
};

/** Looks at everything, decodes it and plans. A file that cannot be used costs itself and nothing else. */
export async function importMedia(
  request: ImportRequest,
  tools: MediaTools,
  { signal, onProgress = noProgress, onFile }: WorkOptions & { onFile?: OnFile | undefined } = {},
): Promise<ImportResult> {
  const { cacheFolder, known = [] } = request;
  await removeHalfMade(join(cacheFolder, 'heard'));
  const work = await openWork(request, { signal, onProgress, step: 'decoding', onFile });
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
  const originalLanguage = request.originalLanguage as LanguageTag | null;
  const allRules = { ...rules, fixed: companions.places };
  const { plan, notes } = await planWithContent(
    placed,
    { originalLanguage, rules: allRules },
    (scan, streamIndex) => listenTo(scan, streamIndex, cacheFolder, tools, signal),
  );
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
    warnings: shown([
      ...scans.flatMap(scanNotes),
      ...nameNotes(scans.map(({ file }) => file.path)),
      ...recognised.notes,
      ...notes,
      ...plan.remarks,
      ...duplicates.notes,
      ...work.problems,
    ]),
    pictures: placed.flatMap(picturesOf),
    families: duplicates.families,
  };
}

/** Warnings first; what names and tags hold is made visible. */
function shown(notes: readonly ImportNote[]): ImportNote[] {
  const safe = notes.map((note) => ({ ...note, message: visibleText(note.message) }));
  return safe.sort((a, b) => Number(a.severity === 'info') - Number(b.severity === 'info'));
}

/** Plans by names; then once more with what content says of the files that names leave over, where that is of use. */
async function planWithContent(
  placed: readonly LocatedScan[],
  options: { originalLanguage: LanguageTag | null; rules: PlaceRules },
  listen: Listen,
): Promise<{ plan: ImportPlan; notes: ImportNote[] }> {
  const byName = planImport(placed, options);
  const content = await placesByContent(placed, byName, options.rules, listen);
  if (content.notes.size === 0) return { plan: byName, notes: [] };
  const fixed = new Map([...(options.rules.fixed ?? []), ...content.places]);
  const plan = planImport(placed, { ...options, rules: { ...options.rules, fixed } });
  const used = usedItems(plan);
  if (used.size <= usedItems(byName).size) return { plan: byName, notes: [] };
  const paths = new Set(placed.filter(({ itemId }) => used.has(itemId)).map(({ scan }) => scan.file.path));
  return { plan, notes: [...content.notes.values()].filter(({ path }) => paths.has(path)) };
}

async function listenTo(
  { file, sha256 }: MediaScan,
  streamIndex: number,
  cacheFolder: string,
  tools: MediaTools,
  signal: AbortSignal | undefined,
): Promise<Fingerprint> {
  await initFft();
  const { sound } = await openTrack({ path: file.path, streamIndex, sha256 }, cacheFolder, tools, { signal });
  return printOf(sound, { signal });
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
  return warnings.map((warning) => ({ path: file.path, ...warning }));
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
