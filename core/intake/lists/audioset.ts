/** AudioSet: segments of YouTube videos with machine ids as labels; `class_labels_indices.csv` gives their names. */
import { basename } from 'node:path';
import type { DatasetList, ListEntry } from './list-entry.ts';
import { namedRows, sixDigits, tableRows } from './table.ts';

const SEGMENTS = /(_segments|^(eval|balanced_train|unbalanced_train))\.csv$/i;
const NAMES = 'class_labels_indices.csv';

/** `eval_segments.csv`, `balanced_train_segments.csv`, `unbalanced_train_segments.csv`. */
export const AUDIOSET: DatasetList = {
  kind: 'audioset',
  files: 'eval_segments.csv, balanced_train_segments.csv, unbalanced_train_segments.csv',
  isThis: (names) => names.some((name) => SEGMENTS.test(name)),
  entries,
};

async function* entries(files: readonly string[]): AsyncGenerator<ListEntry> {
  const classes = new Map<string, string>();
  const named = files.find((path) => basename(path) === NAMES);
  if (named !== undefined) {
    for await (const row of namedRows(named)) classes.set(row.mid ?? '', row.display_name ?? '');
  }
  for (const path of files.filter((file) => SEGMENTS.test(basename(file)))) {
    const split = /eval/i.test(basename(path)) ? 'heldout' : 'train';
    for await (const [id, start, end, ids] of tableRows(path, { comment: '#', ltrim: true })) {
      const [startSec, endSec] = [Number(start), Number(end)];
      if (id === undefined || ids === undefined || !(endSec > startSec)) continue;
      const labels = ids.split(',').map((mid) => `class:${classes.get(mid.trim()) ?? mid.trim()}`);
      const times = [
        `${id}_${startSec}`,
        `${id}_${startSec}_${endSec}`,
        `${id}_${startSec}.000_${endSec}.000`,
      ];
      yield {
        names: [...times, `${id}_${sixDigits(startSec)}`, `${id}_${1000 * startSec}`, `Y${id}`],
        title: id,
        shot: String(startSec),
        labels,
        split,
        whole: { names: [id], window: { startSec, endSec } },
      };
    }
  }
}
