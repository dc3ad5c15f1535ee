/** Where a file belongs: what a manifest, a pattern or its own name says of it, in this order. */
import type { LanguageTag } from '../domain/language-tag.ts';
import type { PlacedWish } from '../domain/planned-import.ts';
import { parseShotName } from '../media/naming.ts';
import type { Claim, Claims } from './claim.ts';
import type { Pattern } from './pattern.ts';
import type { NamedRole } from './role-name.ts';

/** What is said of a file's place; a file may have several, one for each of its streams. */
export type Place = {
  title: string;
  shot: string;
  language: LanguageTag | null;
  role: NamedRole | null;
  /** As ffprobe counts; `first`: the first sound; null: whatever the file holds. */
  streamIndex: number | 'first' | null;
  /** SHA-256 that the file must have, hex; null: any. */
  sha256: string | null;
};

/** A file that may get a place. `parts`: from the given folder (with its name) to the file's name. */
export type PlacedFile = { path: string; parts: readonly string[] };

/** How files find their places. */
export type PlaceRules = {
  claims: Claims;
  /** Tried in order; empty: the usual names (`parseShotName`). */
  patterns: readonly Pattern[];
  /** Files of the project that lie elsewhere now, by their new path: they keep their places. */
  moved: ReadonlyMap<string, readonly Place[]>;
  /** Files that have their places already, whatever a list says: of the project, or found by content. */
  fixed?: ReadonlyMap<string, readonly Place[]>;
  /** What a person says of single tracks, by path. */
  wishes?: ReadonlyMap<string, readonly PlacedWish[]>;
};

/** The shot of a file that says none. */
export const ONLY_SHOT = '1';

/** Finds a file's places; empty where the rules say nothing of it. */
export function placesOf(file: PlacedFile, { claims, patterns, moved, fixed }: PlaceRules): readonly Place[] {
  const own = fixed?.get(file.path);
  if (own !== undefined) return own;
  const claimed = claims.files.length === 0 ? [] : (claimsByPath(claims).get(file.path) ?? []);
  if (claims.files.length > 0) return claimed;
  const before = moved.get(file.path);
  if (before !== undefined) return before;
  const name = file.parts.at(-1) ?? '';
  if (patterns.length === 0) {
    const { title, shot, language } = parseShotName(name);
    return [{ title, shot, language, role: null, streamIndex: null, sha256: null }];
  }
  for (const pattern of patterns) {
    const fields = pattern.match(file.parts);
    if (fields === null) continue;
    const title = fields.title ?? file.parts.at(-2) ?? name;
    const { language, role } = fields;
    return [{ title, shot: fields.shot ?? ONLY_SHOT, language, role, streamIndex: null, sha256: null }];
  }
  return [];
}

const byPath = new WeakMap<Claims, Map<string, Claim[]>>();

function claimsByPath(claims: Claims): Map<string, Claim[]> {
  const known = byPath.get(claims);
  if (known !== undefined) return known;
  const made = Map.groupBy(claims.files, ({ path }) => path);
  byPath.set(claims, made);
  return made;
}
