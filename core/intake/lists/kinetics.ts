/** Kinetics (400, 600, 700): a part of a YouTube video with one label. */
import type { DatasetList, ListEntry } from './list-entry.ts';
import { namedRows, sixDigits } from './table.ts';

const LISTS = /(kinetics.*|train|test|val|validate)\.csv$/i;

/** A table with the columns label, youtube_id, time_start, time_end, split. */
export const KINETICS: DatasetList = {
  kind: 'kinetics',
  files: 'train.csv, val.csv, test.csv with label, youtube_id, time_start, time_end, split',
  isThis: (names) => names.some((name) => /kinetics.*\.csv$/i.test(name)),
  entries,
};

async function* entries(files: readonly string[]): AsyncGenerator<ListEntry> {
  for (const path of files.filter((file) => LISTS.test(file))) {
    for await (const { label = '', youtube_id: id, time_start, time_end, split } of namedRows(path)) {
      const [startSec, endSec] = [Number(time_start), Number(time_end)];
      if (id === undefined || !(endSec > startSec)) continue;
      const isTrain = /train/i.test(split ?? '');
      yield {
        names: [`${id}_${sixDigits(startSec)}_${sixDigits(endSec)}`, `${id}_${startSec}_${endSec}`],
        title: id,
        shot: String(startSec),
        labels: label === '' ? [] : [`class:${label}`],
        split: isTrain ? 'train' : /val|test/i.test(split ?? '') ? 'heldout' : null,
        whole: { names: [id], window: { startSec, endSec } },
      };
    }
  }
}
