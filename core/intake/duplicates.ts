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

/** Keys that so many files have say nothing (black frames, logos). */
const MOST_FILES_A_KEY = 50;
/** Keys in common from which two prints are compared. */
const LEAST_COMMON_KEYS = 2;

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
  const withPrint = [
    ...new Map(
      files.filter(({ print }) => print !== null).map((f) => [`${f.titleId} ${f.sha256}`, f]),
    ).values(),
  ];
  const byKey = new Map<string, number[]>();
  for (const [i, { print }] of withPrint.entries()) {
    for (const key of printKeys(print!)) {
      const list = byKey.get(key);
      if (list === undefined) byKey.set(key, [i]);
      else if (list.length <= MOST_FILES_A_KEY) list.push(i);
    }
  }
  const common = new Map<number, number>();
  for (const list of byKey.values()) {
    if (list.length < 2 || list.length > MOST_FILES_A_KEY) continue;
    for (const i of list) {
      for (const j of list) {
        if (i < j) common.set(i * withPrint.length + j, (common.get(i * withPrint.length + j) ?? 0) + 1);
      }
    }
  }
  const pairs = new Map<string, [OwnedFile, OwnedFile]>();
  for (const [code, count] of common) {
    if (count < LEAST_COMMON_KEYS) continue;
    const a = withPrint[Math.floor(code / withPrint.length)]!;
    const b = withPrint[code % withPrint.length]!;
    if (a.titleId === b.titleId || a.sha256 === b.sha256 || (!a.isNew && !b.isNew)) continue;
    const key = [a.titleId, b.titleId].sort().join(' ');
    if (!pairs.has(key) && isSamePicture(a.print!, b.print!)) pairs.set(key, [a, b]);
  }
  return [...pairs.values()];
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
