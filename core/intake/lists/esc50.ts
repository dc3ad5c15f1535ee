/** ESC-50: sounds of the environment in five folds; clips of one recording share a fold. The fifth fold is held out. */
import { basename } from 'node:path';
import type { DatasetList, ListEntry } from './list-entry.ts';
import { namedRows } from './table.ts';

const HELD_OUT_FOLD = '5';

/** `esc50.csv`: filename, fold, target, category, esc10, src_file, take. */
export const ESC50: DatasetList = {
  kind: 'esc50',
  files: 'esc50.csv',
  isThis: (names) => names.includes('esc50.csv'),
  entries,
};

async function* entries(files: readonly string[]): AsyncGenerator<ListEntry> {
  for (const path of files.filter((file) => basename(file) === 'esc50.csv')) {
    for await (const {
      filename = '',
      fold = '',
      category = '',
      src_file: source = '',
      take = '',
    } of namedRows(path)) {
      const name = filename.replace(/\.\w+$/, '');
      if (name === '') continue;
      yield {
        names: [name],
        title: `${fold}-${source}`,
        shot: take === '' ? name : `${take}-${name.split('-').at(-1) ?? ''}`,
        labels: [`class:${category}`, `fold:${fold}`],
        split: fold === HELD_OUT_FOLD ? 'heldout' : 'train',
      };
    }
  }
}
