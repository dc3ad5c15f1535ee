/**
 * LVU: nine tasks about long videos (paper-facts 5.3), each with lists of its own. Tasks divide videos differently, so
 * each label says in which part of its task it is, and a video that any task holds out is held out.
 */
import { basename, dirname } from 'node:path';
import type { DatasetList, ListEntry } from './list-entry.ts';
import { tableRows } from './table.ts';

const TASKS = [
  'relationship',
  'way_speaking',
  'scene',
  'director',
  'writer',
  'year',
  'genre',
  'like_ratio',
  'view_count',
];
const LISTS = /^(train|val|test)\.csv$/i;

/** `<task>/train.csv`, `<task>/val.csv`, `<task>/test.csv`, separated by spaces. */
export const LVU: DatasetList = {
  kind: 'lvu',
  files: '<task>/train.csv, val.csv and test.csv, e.g. scene/train.csv',
  isThis: (_names, paths) => paths.some((path) => LISTS.test(basename(path)) && taskOf(path) !== undefined),
  entries,
};

async function* entries(files: readonly string[]): AsyncGenerator<ListEntry> {
  for (const path of files.filter((file) => LISTS.test(basename(file)))) {
    const task = taskOf(path);
    if (task === undefined) continue;
    const part = basename(path).toLowerCase().replace('.csv', '');
    for await (const cells of tableRows(path, { delimiter: ' ' })) {
      // The video's id is the last cell but one; what stands before it is the answer.
      const id = cells.at(-2);
      if (id === undefined || cells.length < 3 || /youtube/i.test(id)) continue;
      const answer = task === 'like_ratio' ? cells.slice(0, 2).join('/') : cells.at(-3)!;
      yield {
        names: [id],
        title: id,
        shot: '1',
        labels: [`${task}:${answer}`, `${task}-part:${part}`],
        split: part === 'train' ? 'train' : 'heldout',
      };
    }
  }
}

function taskOf(path: string): string | undefined {
  const folder = basename(dirname(path)).toLowerCase();
  return TASKS.find((known) => folder === known || folder.endsWith(`_${known}`));
}
