/** What patterns make of files' names, before anything is opened: quick enough to follow a pattern as it is typed. */
import type { NamedFile, NamePreview } from '../domain/planned-import.ts';
import { listFiles } from './list-files.ts';
import { parsePattern } from './pattern.ts';
import { type PlaceRules, placesOf } from './place.ts';
import { BY_NAME } from './plan.ts';
import { presetPatterns } from './presets.ts';
import type { NamingWishes } from './read-rules.ts';

/** Files that are shown, of those that fit and of those that don't. */
const MOST_ROWS = 100;

/**
 * Lists the files below `inputs` and reads their names by the patterns, the preset's, or as names usually are.
 * @throws AppError PATTERN_INVALID.
 */
export async function previewNames(
  inputs: readonly string[],
  { patterns, preset }: Pick<NamingWishes, 'patterns' | 'preset'>,
): Promise<NamePreview> {
  const all = [...patterns.map(parsePattern), ...(preset === null ? [] : presetPatterns(preset))];
  const rules: PlaceRules = { ...BY_NAME, patterns: all };
  const { files } = await listFiles(inputs);
  const rows = files.map(({ path, parts }): NamedFile => {
    const [place] = placesOf({ path, parts }, rules);
    const name = parts.slice(-3).join('/');
    if (place === undefined) {
      return { path, name, fits: false, pattern: null, title: null, shot: null, language: null, role: null };
    }
    const pattern = all.find((one) => one.match(parts) !== null)?.text ?? null;
    const { title, shot, language, role } = place;
    return { path, name, fits: true, pattern, title, shot, language, role };
  });
  const fitting = rows.filter(({ fits }) => fits);
  const strangers = rows.filter(({ fits }) => !fits);
  return {
    files: rows.length,
    fitting: fitting.length,
    rows: [...strangers.slice(0, MOST_ROWS), ...fitting.slice(0, MOST_ROWS)],
  };
}
