/** A data set's own lists as claims: titles with labels and no dubs. */

import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { Split } from '../../domain/title.ts';
import { noProgress, type WorkOptions } from '../../jobs/progress.ts';
import type { Claims } from '../claim.ts';
import { ClaimsBuilder } from '../claims-builder.ts';
import { listFiles } from '../list-files.ts';
import { withoutEnding } from '../pattern.ts';
import { AUDIOSET } from './audioset.ts';
import { ESC50 } from './esc50.ts';
import { HMDB51 } from './hmdb51.ts';
import { KINETICS } from './kinetics.ts';
import type { DatasetList, ListEntry } from './list-entry.ts';
import { LVU } from './lvu.ts';
import { UCF101 } from './ucf101.ts';
import { VGGSOUND } from './vggsound.ts';

/** Every data set whose lists are read. */
export const DATASET_LISTS: readonly DatasetList[] = [
  AUDIOSET,
  VGGSOUND,
  KINETICS,
  UCF101,
  HMDB51,
  ESC50,
  LVU,
];

const LIST_ENDING = /\.(csv|txt|tsv)$/i;
const PROGRESS_EACH = 50_000;
const TOLD = 3;

/**
 * Reads the lists in a folder (and below) and finds the media that they name there.
 * @param kind one of `DATASET_LISTS`, or `auto` where the lists' names tell
 * @throws AppError ARGUMENT_INVALID where there is no such kind; NOTHING_TO_IMPORT where no list or no listed file is
 *   there; MANIFEST_SYNTAX.
 */
export async function readList(
  folder: string,
  kind: string,
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<Claims> {
  const lists = await listsIn(folder);
  const dataset = datasetOf(kind, lists);
  const media = await mediaByName(folder);
  const builder = new ClaimsBuilder(false);
  const absent: string[] = [];
  const found: { entry: ListEntry; path: string; isWhole: boolean }[] = [];
  let count = 0;
  for await (const entry of dataset.entries(lists)) {
    count += 1;
    if (count % PROGRESS_EACH === 0) {
      signal?.throwIfAborted();
      onProgress({ step: 'reading the lists', done: count, total: null, unit: 'rows' });
    }
    const own = firstOf(media, entry.names);
    const path = own ?? firstOf(media, entry.whole?.names ?? []);
    if (path === undefined) absent.push(entry.names[0]!);
    else found.push({ entry, path, isWhole: own === undefined });
  }
  if (found.length === 0) throw nothingFound(folder, dataset, count);
  const splits = splitsOf(found.map(({ entry }) => entry));
  for (const { entry, path, isWhole } of found) {
    const words = { originalLanguage: null, split: splits.get(entry.title) ?? null };
    const shot = builder.shotOf(entry.title, entry.shot, words)!;
    builder.addFile(shot, { path, streamIndex: 'first', language: null, role: null, sha256: null });
    for (const label of entry.labels) shot.labels.add(label);
    if (isWhole && entry.whole !== undefined) {
      const { startSec, endSec } = entry.whole.window;
      builder.addWindow(shot, startSec, endSec, null);
    }
  }
  if (absent.length > 0) builder.addProblem(absentNote(folder, dataset, absent, count));
  return builder.finish();
}

/** A source that any of its clips holds out is held out: a title is never divided. */
function splitsOf(entries: readonly ListEntry[]): Map<string, Split> {
  const splits = new Map<string, Split>();
  for (const { title, split } of entries) {
    if (split !== null && splits.get(title) !== 'heldout') splits.set(title, split);
  }
  return splits;
}

function datasetOf(kind: string, lists: readonly string[]): DatasetList {
  const kinds = DATASET_LISTS.map((dataset) => dataset.kind).join(', ');
  const names = lists.map((path) => basename(path));
  const found =
    kind === 'auto'
      ? DATASET_LISTS.find((dataset) => dataset.isThis(names, lists))
      : DATASET_LISTS.find((dataset) => dataset.kind === kind);
  if (found !== undefined) return found;
  throw new AppError(
    'ARGUMENT_INVALID',
    kind === 'auto'
      ? `The folder's lists are those of no data set that is known. Nothing was imported. Say which it is: ${kinds}.`
      : `"${kind.slice(0, 60)}" is no data set that is known. Nothing was imported. There are ${kinds}, or auto.`,
  );
}

async function listsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw new AppError(
      'PATH_NOT_FOUND',
      `${folder} is no folder that can be read. Nothing was imported. Check the path.`,
    );
  });
  return entries
    .filter((entry) => entry.isFile() && LIST_ENDING.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Media below a folder, by name without ending; of two with one name the first by path. */
async function mediaByName(folder: string): Promise<Map<string, string>> {
  const { files } = await listFiles([folder]);
  const byName = new Map<string, string>();
  for (const { path } of files) {
    const name = withoutEnding(basename(path));
    if (!byName.has(name)) byName.set(name, path);
  }
  return byName;
}

function firstOf(media: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  const name = names.find((one) => media.has(one));
  return name === undefined ? undefined : media.get(name);
}

function nothingFound(folder: string, { kind, files }: DatasetList, count: number): AppError {
  const what =
    count === 0
      ? `${folder} has no list of ${kind} (${files})`
      : `none of the ${count} clips that the lists of ${kind} name lies below ${folder}`;
  return new AppError(
    'NOTHING_TO_IMPORT',
    `${what}. Nothing was imported. Give the folder that holds both lists and media.`,
  );
}

function absentNote(folder: string, { kind }: DatasetList, absent: readonly string[], count: number) {
  const told = absent.slice(0, TOLD).join(', ');
  const more = absent.length > TOLD ? ' ...' : '';
  return {
    path: folder,
    row: null,
    code: 'PATH_NOT_FOUND' as const,
    message: `${absent.length} of the ${count} clips that the lists of ${kind} name are not there (${told}${more}). The others were imported. Add them and import again.`,
  };
}
