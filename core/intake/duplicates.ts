/** Files that are one another's copies, and titles that must not be divided between training and held-out for it. */
import { isSamePicture, likenessOf, printKeys } from '../media/picture-print.ts';
import type { ImportNote } from './note.ts';

/** A file in a title, for comparing. */
export type OwnedFile = {
  titleId: string;
  titleName: string;
  path: string;
  name: string;
  sha256: string;
  /** Of its picture (core/media/picture-print.ts); null without one. */
  print: Uint8Array | null;
  /** Whether it is part of this import; files of the project that are not are compared with, never told about. */
  isNew: boolean;
};

/** What was found: remarks, and titles that belong together, each group by id. */
export type Duplicates = { notes: ImportNote[]; families: string[][] };

/** Of the files that have a key in common, so many are remembered: the next are compared with those. */
const MOST_FILES_A_KEY = 16;
/** Keys in common from which two prints are compared. */
const LEAST_COMMON_KEYS = 2;
/** A file is compared with so many others, those that have most keys in common with it. */
const MOST_COMPARED = 8;

/** Finds byte-identical files and pictures that look the same in different titles. */
export function findDuplicates(files: readonly OwnedFile[]): Duplicates {
  const notes: ImportNote[] = [];
  const links: [string, string][] = [];
  for (const same of Map.groupBy(files, ({ sha256 }) => sha256).values()) {
    const distinct = [...new Map(same.map((file) => [file.path, file])).values()].sort(byAge);
    const first = distinct[0]!;
    for (const copy of distinct.slice(1)) if (copy.isNew) notes.push(exactNote(copy, first));
    for (const other of same) if (other.titleId !== first.titleId) links.push([first.titleId, other.titleId]);
  }
  for (const [a, b] of nearPairs(files)) {
    const [first, copy] = [a, b].sort(byAge) as [OwnedFile, OwnedFile];
    links.push([first.titleId, copy.titleId]);
    if (copy.isNew) notes.push(nearNote(copy, first));
  }
  return { notes, families: join(links) };
}

/** Pictures of different titles that look the same; one pair for each two titles. */
function nearPairs(files: readonly OwnedFile[]): [OwnedFile, OwnedFile][] {
  // Copies byte for byte are linked already: one of each will do.
  const bySha = Map.groupBy(
    files.filter(({ print }) => print !== null),
    ({ sha256 }) => sha256,
  );
  const distinct = [...bySha.values()].map((same) => same.sort(byAge)[0]!).sort(byAge);
  const byKey = new Map<string, number[]>();
  const pairs = new Map<string, [OwnedFile, OwnedFile]>();
  for (const [i, file] of distinct.entries()) {
    const elsewhere = likeliest(printKeys(file.print!), byKey, i).filter(
      (j) => distinct[j]!.titleId !== file.titleId,
    );
    for (const other of elsewhere.slice(0, MOST_COMPARED).map((j) => distinct[j]!)) {
      const key = [other.titleId, file.titleId].sort().join(' ');
      if (!file.isNew || pairs.has(key)) continue;
      if (isSamePicture(other.print!, file.print!)) pairs.set(key, [other, file]);
    }
  }
  return [...pairs.values()];
}

/** Which earlier files have most of these keys, most first; puts the file itself in the index. */
function likeliest(keys: readonly string[], byKey: Map<string, number[]>, own: number): number[] {
  const common = new Map<number, number>();
  for (const key of keys) {
    const list = byKey.get(key) ?? [];
    for (const j of list) common.set(j, (common.get(j) ?? 0) + 1);
    if (list.length < MOST_FILES_A_KEY) byKey.set(key, [...list, own]);
  }
  return [...common]
    .filter(([, count]) => count >= LEAST_COMMON_KEYS)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([j]) => j);
}

/** Groups of titles that are linked, directly or by way of others. */
function join(links: readonly (readonly [string, string])[]): string[][] {
  const parent = new Map<string, string>();
  const rootOf = (id: string): string => {
    const above = parent.get(id);
    return above === undefined || above === id ? id : rootOf(above);
  };
  for (const [a, b] of links) {
    const [first, second] = [rootOf(a), rootOf(b)].sort() as [string, string];
    parent.set(second, first);
    parent.set(first, first);
  }
  const groups = Map.groupBy([...parent.keys()], rootOf);
  return [...groups.values()].map((group) => group.sort()).filter((group) => group.length > 1);
}

/** What the project had first comes first, then by path. */
function byAge(a: OwnedFile, b: OwnedFile): number {
  return Number(a.isNew) - Number(b.isNew) || (a.path < b.path ? -1 : 1);
}

function exactNote(copy: OwnedFile, first: OwnedFile): ImportNote {
  const linked =
    copy.titleId === first.titleId
      ? ''
      : ` "${copy.titleName}" and "${first.titleName}" will stay in one split.`;
  return {
    path: copy.path,
    severity: 'info',
    code: 'DUPLICATE',
    message: `${copy.name} is the same file as ${first.path}, byte for byte. It was decoded once and linked.${linked}`,
  };
}

function nearNote(copy: OwnedFile, first: OwnedFile): ImportNote {
  const percent = Math.floor(100 * likenessOf(copy.print!, first.print!));
  return {
    path: copy.path,
    severity: 'warning',
    code: 'NEAR_DUPLICATE',
    message: `${copy.name} looks like ${first.path} (${percent} % of its picture). Both were imported; "${copy.titleName}" and "${first.titleName}" will stay in one split. Reject the pairs of one if it is a copy.`,
  };
}
