/**
 * A manifest: a table that says which file is what (docs/import.md). Rows are about one file each (`path`), or about one
 * pair each (`video`, `dub`, perhaps `original`, `start`, `end`). A row that is wrong costs itself.
 */
import { basename, dirname } from 'node:path';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import { type LanguageTag, UNKNOWN_LANGUAGE } from '../domain/language-tag.ts';
import { languageOf } from '../domain/language-words.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import type { Claims } from './claim.ts';
import { ClaimsBuilder } from './claims-builder.ts';
import { listedPath } from './listed-path.ts';
import { type Cell, manifestRows } from './manifest-rows.ts';
import { ONLY_SHOT } from './place.ts';
import {
  COLUMNS,
  type Column,
  cut,
  hashIn,
  labelsIn,
  RowProblem,
  rawTextIn,
  roleIn,
  splitIn,
  streamIn,
  textIn,
  windowIn,
} from './row-values.ts';

/** Newest form of manifests that this build reads. */
const SCHEMA = 1;
const MOST_PROBLEMS = 1000;
const PROGRESS_EACH = 20_000;
/**
 * Reads a manifest. `roots`: folders that its files may lie in, besides its own.
 * @throws AppError MANIFEST_FORMAT, MANIFEST_SYNTAX, MANIFEST_ENCODING, MANIFEST_DUPLICATE_KEY, MANIFEST_UNKNOWN_KEY,
 *   MANIFEST_MISSING, MANIFEST_TOO_NEW, NOTHING_TO_IMPORT, PATH_NOT_FOUND.
 */
export async function readManifest(
  path: string,
  roots: readonly string[] = [],
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<Claims> {
  const reader = new ManifestReader(path, roots);
  let row = 0;
  for await (const found of manifestRows(path, signal)) {
    row = found.row;
    if (row % PROGRESS_EACH === 0) {
      signal?.throwIfAborted();
      onProgress({ step: 'reading the manifest', done: row, total: null, unit: 'rows' });
    }
    if ('values' in found) reader.take(found.row, found.values);
    else reader.refuse(found.row, found.code, found.message);
  }
  if (row > 0) return reader.finish();
  throw new AppError(
    'NOTHING_TO_IMPORT',
    `${basename(path)} has no rows. Nothing was imported. Write one row a file or a pair below the header.`,
  );
}

class ManifestReader {
  readonly #path: string;
  readonly #base: string;
  readonly #roots: readonly string[];
  readonly #builder = new ClaimsBuilder(true);
  readonly #paths = new Map<string, string>();
  readonly #languages = new Map<string, LanguageTag>();
  readonly #ids = new Map<string, number>();
  #checkedKeys = '';
  #problems = 0;

  constructor(path: string, roots: readonly string[]) {
    this.#path = path;
    this.#base = dirname(path);
    this.#roots = roots;
  }

  refuse(row: number, code: ErrorCode, message: string): void {
    this.#problems += 1;
    if (this.#problems <= MOST_PROBLEMS) this.#builder.addProblem({ path: this.#path, row, code, message });
  }

  take(row: number, values: Record<string, Cell>): void {
    this.#checkColumns(values);
    try {
      if (values.path === undefined) this.#takePair(row, values);
      else this.#takeFile(row, values);
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      this.refuse(row, error.code, `Row ${row}: ${error.message}. It was passed over; mend the row.`);
    }
  }

  finish(): Claims {
    if (this.#problems > MOST_PROBLEMS) {
      const message = `${this.#problems - MOST_PROBLEMS} more rows were passed over; the first ${MOST_PROBLEMS} are told.`;
      this.#builder.addProblem({ path: this.#path, row: null, code: 'MANIFEST_SYNTAX', message });
    }
    return this.#builder.finish();
  }

  #takeFile(row: number, values: Record<string, Cell>): void {
    const file = {
      path: this.#pathOf(values, 'path'),
      streamIndex: streamIn(values, 'stream'),
      language: this.#languageOf(values, 'language'),
      role: roleIn(values),
      sha256: hashIn(values),
    };
    const window = windowIn(values);
    const shot = this.#shotOf(row, values);
    this.#builder.addFile(shot, file);
    if (window !== null) this.#builder.addWindow(shot, window.startSec, window.endSec, null);
    for (const label of labelsIn(values)) shot.labels.add(label);
  }

  #takePair(row: number, values: Record<string, Cell>): void {
    const originalLanguage = this.#languageOf(values, 'original_language');
    const language = this.#languageOf(values, 'language');
    if (language === null || language === UNKNOWN_LANGUAGE) {
      throw new RowProblem('LANG_INVALID', '"language" of the dub is empty; use a code such as "de"');
    }
    const [video, dub] = [this.#pathOf(values, 'video'), this.#pathOf(values, 'dub')];
    const original = textIn(values, 'original') === '' ? null : this.#pathOf(values, 'original');
    const originalStream = streamIn(values, 'original_stream') ?? ('first' as const);
    const dubStream = streamIn(values, 'stream');
    if (dub === (original ?? video) && dubStream === null) {
      throw new RowProblem('MANIFEST_MISSING', '"stream" must say which track of the file is the dub');
    }
    const role = roleIn(values) ?? 'dub';
    const window = windowIn(values);
    const sha256 = hashIn(values);
    const shot = this.#shotOf(row, values);
    const builder = this.#builder;
    if (original !== null)
      builder.addFile(shot, { path: video, streamIndex: null, language: null, role: 'video', sha256: null });
    const sound = { path: original ?? video, streamIndex: originalStream, language: originalLanguage };
    builder.addFile(shot, { ...sound, role: 'original', sha256: null });
    builder.addFile(shot, { path: dub, streamIndex: dubStream ?? 'first', language, role, sha256 });
    if (window !== null) builder.addWindow(shot, window.startSec, window.endSec, language);
    for (const label of labelsIn(values)) shot.labels.add(label);
  }

  #shotOf(row: number, values: Record<string, Cell>) {
    const title = textIn(values, 'title');
    if (title === '') throw new RowProblem('MANIFEST_MISSING', '"title" is empty');
    this.#requireNewId(row, textIn(values, 'id'));
    const split = splitIn(values);
    const originalLanguage = this.#languageOf(values, 'original_language');
    const shot = this.#builder.shotOf(title, textIn(values, 'shot') || ONLY_SHOT, {
      originalLanguage,
      split,
    });
    if (shot !== null) return shot;
    throw new RowProblem(
      'MANIFEST_CONFLICT',
      `title "${cut(title)}" was in the other split before; a title is in one split, since its scenes look alike`,
    );
  }

  /** The same text for a person is the same id, in whatever case or normal form. */
  #requireNewId(row: number, id: string): void {
    if (id === '') return;
    const folded = id.normalize('NFC').toLowerCase();
    const before = this.#ids.get(folded);
    if (before !== undefined)
      throw new RowProblem('ID_DUPLICATE', `"id" ${cut(id)} stands in row ${before} too`);
    this.#ids.set(folded, row);
  }

  #pathOf(values: Record<string, Cell>, column: Column): string {
    const text = rawTextIn(values, column);
    const known = this.#paths.get(text);
    if (known !== undefined) return known;
    const found = listedPath(text, this.#base, this.#roots);
    if ('why' in found) throw new RowProblem(found.code, `"${column}" ${found.why}`);
    this.#paths.set(text, found.path);
    return found.path;
  }

  #languageOf(values: Record<string, Cell>, column: Column): LanguageTag | null {
    const text = textIn(values, column).trim();
    if (text === '') return null;
    const known = this.#languages.get(text);
    if (known !== undefined) return known;
    const language = languageOf(text);
    if (language === null) {
      throw new RowProblem('LANG_INVALID', `"${column}" is "${cut(text)}"; use a code such as "de"`);
    }
    this.#languages.set(text, language);
    return language;
  }

  /** Columns are told at the first row that has others than the row before. */
  #checkColumns(values: Record<string, Cell>): void {
    const keys = Object.keys(values);
    const joined = keys.join('\n');
    if (joined === this.#checkedKeys) return;
    const name = basename(this.#path);
    const unknown = keys.find((key) => !COLUMNS.includes(key) && !/^(x_|note)/.test(key));
    if (unknown !== undefined) {
      throw new AppError(
        'MANIFEST_UNKNOWN_KEY',
        `${name} has a column "${cut(unknown)}" that is not known. Nothing was imported. Rename it to x_${cut(unknown)} to keep it for yourself, or use one of: ${COLUMNS.join(', ')}.`,
      );
    }
    if (
      !keys.includes('title') ||
      (!keys.includes('path') && !(keys.includes('video') && keys.includes('dub')))
    ) {
      throw new AppError(
        'MANIFEST_MISSING',
        `${name} lacks columns: "title", and "path" (one row a file) or "video" and "dub" (one row a pair) are needed. Nothing was imported. Add them.`,
      );
    }
    if (Number(values.schema ?? SCHEMA) > SCHEMA) {
      throw new AppError(
        'MANIFEST_TOO_NEW',
        `${name} has schema ${String(values.schema)}; this version reads up to ${SCHEMA}. Nothing was imported. Use a newer version.`,
      );
    }
    this.#checkedKeys = joined;
  }
}
