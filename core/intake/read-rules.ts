/** What a person said of how files find their titles, read and ready. */
import type { PlacedWish } from '../domain/planned-import.ts';
import type { WorkOptions } from '../jobs/progress.ts';
import { noClaims } from './claim.ts';
import { readList } from './lists/read-list.ts';
import { parsePattern } from './pattern.ts';
import type { PlaceRules } from './place.ts';
import { presetPatterns } from './presets.ts';
import { readManifest } from './read-manifest.ts';

/** What a person said; all absent: files' own names. */
export type NamingWishes = {
  /** In the language of core/intake/pattern.ts; tried in order, before the preset's. */
  patterns: readonly string[];
  /** Name of a preset (core/intake/presets.ts). */
  preset: string | null;
  /** Absolute path of a manifest: then only the files that it names count. */
  manifest: string | null;
  /** A data set's own lists: where they lie, absolute, and which data set it is. */
  list: { path: string; kind: string } | null;
  /** What a person says of single tracks; wins over everything else, the first one first. Default nothing. */
  tracks?: readonly PlacedWish[];
};

/** Nothing was said. */
export const NO_WISHES: NamingWishes = { patterns: [], preset: null, manifest: null, list: null };

/**
 * Reads patterns, presets, manifests and lists. `roots`: folders that a manifest's files may lie in, besides its own.
 * @throws AppError PATTERN_INVALID; what the readers throw.
 */
export async function readRules(
  { patterns, preset, manifest, list, tracks = [] }: NamingWishes,
  roots: readonly string[] = [],
  options: WorkOptions = {},
): Promise<PlaceRules> {
  const rest = { moved: new Map(), wishes: Map.groupBy(tracks, ({ path }) => path) };
  if (manifest !== null) {
    return { claims: await readManifest(manifest, roots, options), patterns: [], ...rest };
  }
  if (list !== null) {
    return { claims: await readList(list.path, list.kind, options), patterns: [], ...rest };
  }
  const presets = preset === null ? [] : presetPatterns(preset);
  return { claims: noClaims(), patterns: [...patterns.map(parsePattern), ...presets], ...rest };
}
