/** Files that a project knows: which of them came again, changed, or lie elsewhere now. */
import { stat } from 'node:fs/promises';
import type { MediaScan } from '../media/scan.ts';
import type { ImportNote } from './note.ts';
import type { Place } from './place.ts';
import { itemIdOf } from './plan.ts';

/** A file as the project has it, with every place it fills. */
export type KnownItem = {
  itemId: string;
  path: string;
  sha256: string;
  places: (Place & { titleId: string })[];
};

/** What is known of scanned files. */
export type Recognised = {
  /** By path of the scan. */
  itemIds: Map<string, string>;
  /** Places of files that lie elsewhere now, by their new path. */
  moved: Map<string, readonly Place[]>;
  notes: ImportNote[];
};

/**
 * Gives every scanned file its id: that of the known file at its path; else that of a known file with the same content
 * that is no longer where it was; else one of its own.
 */
export async function recognise(
  scans: readonly MediaScan[],
  known: readonly KnownItem[],
): Promise<Recognised> {
  const byPath = new Map(known.map((item) => [item.path, item]));
  const byContent = Map.groupBy(known, ({ sha256 }) => sha256);
  const result: Recognised = { itemIds: new Map(), moved: new Map(), notes: [] };
  const found = new Set<string>();
  for (const scan of scans) {
    const here = byPath.get(scan.file.path);
    if (here === undefined) continue;
    found.add(here.itemId);
    result.itemIds.set(scan.file.path, here.itemId);
    if (here.sha256 !== scan.sha256) result.notes.push(changedNote(scan));
  }
  for (const scan of scans) {
    if (result.itemIds.has(scan.file.path)) continue;
    const gone = await firstGone(byContent.get(scan.sha256) ?? [], found);
    if (gone === null) {
      result.itemIds.set(scan.file.path, itemIdOf(scan));
      continue;
    }
    found.add(gone.itemId);
    result.itemIds.set(scan.file.path, gone.itemId);
    if (gone.places.length > 0) result.moved.set(scan.file.path, gone.places);
    result.notes.push(movedNote(scan, gone));
  }
  return result;
}

async function firstGone(items: readonly KnownItem[], found: ReadonlySet<string>): Promise<KnownItem | null> {
  for (const item of items) {
    if (!found.has(item.itemId) && (await stat(item.path).catch(() => null)) === null) return item;
  }
  return null;
}

function changedNote({ file }: MediaScan): ImportNote {
  return {
    path: file.path,
    severity: 'warning',
    code: 'MEDIA_CHANGED',
    message: `${file.name} has changed since it was imported. Its pairs and their decisions were kept and now mean the new content. Check its title again.`,
  };
}

function movedNote({ file }: MediaScan, { path }: KnownItem): ImportNote {
  return {
    path: file.path,
    severity: 'info',
    code: 'MEDIA_MOVED',
    message: `${file.name} lay at ${path} before: its content is the same. Its pairs were kept and point to the new place.`,
  };
}
