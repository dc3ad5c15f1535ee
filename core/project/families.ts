/** Titles that hold the same pictures or sounds: they stay in one split, else what is trained on is measured on. */
import { createHash } from 'node:crypto';
import type { Split } from '../domain/title.ts';
import { stableId } from '../stable-id.ts';
import type { ProjectDatabase } from './database.ts';
import type { RowChange } from './journal.ts';

/** One title in four is held out, by a hash of its name: our choice, the same in every project. */
const HELD_OUT_PERCENT = 25;

/** A title that is taken in. */
export type TitleToPlace = { id: string; name: string; split: Split | null };

/** Family and split of a title. */
export type TitlePlace = { family: string | null; split: Split };

type KnownTitle = { id: string; split: Split; family: string | null };

/**
 * Where titles go: what the project has stays; else what was said; else by a hash of the name. A family goes where its
 * first title is.
 * @param families ids of titles that belong together, new and known
 */
export function placeTitles(
  db: ProjectDatabase,
  titles: readonly TitleToPlace[],
  families: readonly (readonly string[])[],
): Map<string, TitlePlace> {
  const known = new Map(
    (db.prepare('SELECT id, split, family FROM title').all() as KnownTitle[]).map((row) => [row.id, row]),
  );
  const isNew = new Map(titles.map((title) => [title.id, title]));
  const places = new Map<string, TitlePlace>();
  for (const title of titles) {
    const before = known.get(title.id);
    const split = before?.split ?? title.split ?? defaultSplit(title.name);
    places.set(title.id, { family: before?.family ?? null, split });
  }
  for (const group of families) {
    const old = new Set(group.flatMap((id) => known.get(id)?.family ?? []));
    const relatives = [...known.values()].filter((row) => row.family !== null && old.has(row.family));
    const members = [...new Set([...group, ...relatives.map(({ id }) => id)])].filter(
      (id) => known.has(id) || isNew.has(id),
    );
    const family = [...old].sort()[0] ?? stableId('f', members[0]!);
    const first =
      members.find((id) => known.has(id)) ?? members.find((id) => isNew.get(id)?.split) ?? members[0]!;
    const split = known.get(first)?.split ?? places.get(first)!.split;
    for (const id of members) places.set(id, { family, split });
  }
  return places;
}

/** What changes of titles that the project has and that are not taken in now. */
export function familyChanges(
  db: ProjectDatabase,
  places: ReadonlyMap<string, TitlePlace>,
  takenIn: ReadonlySet<string>,
): RowChange[] {
  const read = db.prepare('SELECT * FROM title WHERE id = ?');
  return [...places].flatMap(([id, { family, split }]): RowChange[] => {
    const before = takenIn.has(id)
      ? undefined
      : (read.get(id) as NonNullable<RowChange['before']> | undefined);
    if (before === undefined || (before.family === family && before.split === split)) return [];
    return [{ table: 'title', before, after: { ...before, family, split } }];
  });
}

function defaultSplit(titleName: string): Split {
  const draw = createHash('sha256').update(`split\n${titleName}`).digest().readUInt32BE(0) % 100;
  return draw < HELD_OUT_PERCENT ? 'heldout' : 'train';
}
