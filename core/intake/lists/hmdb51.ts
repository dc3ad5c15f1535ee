/** HMDB51: classes of action, cut from films and videos. The first of its three splits; clips that it leaves out count to neither. */
import { basename } from 'node:path';
import type { Split } from '../../domain/title.ts';
import type { DatasetList, ListEntry } from './list-entry.ts';
import { tableRows } from './table.ts';

const LISTS = /^(.+)_test_split1\.txt$/;
const SPLITS: Readonly<Record<string, Split>> = { 1: 'train', 2: 'heldout' };

/** `<class>_test_split1.txt`. */
export const HMDB51: DatasetList = {
  kind: 'hmdb51',
  files: '<class>_test_split1.txt',
  isThis: (names) => names.some((name) => LISTS.test(name)),
  entries,
};

async function* entries(files: readonly string[]): AsyncGenerator<ListEntry> {
  for (const path of files) {
    const className = LISTS.exec(basename(path))?.[1];
    if (className === undefined) continue;
    for await (const [file = '', use = ''] of tableRows(path, { delimiter: ' ' })) {
      const name = file.replace(/\.avi$/i, '');
      if (name === '') continue;
      // `<source>_<class>_<body parts and quality>_<number>`: the source comes before the class.
      const at = name.lastIndexOf(`_${className}_`);
      const title = at > 0 ? name.slice(0, at) : name;
      const labels = [`class:${className}`];
      yield {
        names: [name],
        title,
        shot: name.slice(title.length + 1) || '1',
        labels,
        split: SPLITS[use] ?? null,
      };
    }
  }
}
