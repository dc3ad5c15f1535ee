/** Files of the project that share a title with files that are taken in: a new dub finds its original among them. */
import type { KnownItem } from './known-items.ts';
import { type Place, type PlaceRules, placesOf } from './place.ts';
import type { LocatedScan } from './shot-files.ts';

/** A file of the project, with the places it has there. */
export type Companion = { item: KnownItem; places: readonly Place[] };

/** The files of every title that `placed` touches, but for those in `placed` themselves. */
export function companionsOf(
  placed: readonly LocatedScan[],
  known: readonly KnownItem[],
  rules: PlaceRules,
): Companion[] {
  if (known.length === 0) return [];
  const touched = new Set<string>();
  for (const { scan, parts } of placed) {
    for (const { title } of placesOf({ path: scan.file.path, parts }, rules)) touched.add(title);
  }
  const here = new Set(placed.map(({ itemId }) => itemId));
  return known.flatMap((item) => {
    const places = item.places.filter(({ title }) => touched.has(title));
    return here.has(item.itemId) || places.length === 0 ? [] : [{ item, places }];
  });
}
