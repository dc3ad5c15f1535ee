/** UCF101: classes of action; clips of one group come from one video and stay together. The first of its three splits. */
import { basename } from 'node:path';
import type { DatasetList, ListEntry } from './list-entry.ts';
import { tableRows } from './table.ts';

const LISTS = /^(train|test)list01\.txt$/;

/** `trainlist01.txt`, `testlist01.txt`. */
export const UCF101: DatasetList = {
  kind: 'ucf101',
  files: 'trainlist01.txt, testlist01.txt',
  isThis: (names) => names.some((name) => LISTS.test(name)),
  entries,
};

async function* entries(files: readonly string[]): AsyncGenerator<ListEntry> {
  for (const path of files.filter((file) => LISTS.test(basename(file)))) {
    const split = basename(path).startsWith('train') ? 'train' : 'heldout';
    for await (const [listed = ''] of tableRows(path, { delimiter: ' ' })) {
      const [, name, group, label, clip] =
        /(?:^|\/)((v_([A-Za-z0-9]+)_g\d+)_(c\d+))\.\w+$/.exec(listed) ?? [];
      if (name === undefined || group === undefined || clip === undefined) continue;
      const className = label ?? '';
      yield { names: [name], title: group, shot: clip, labels: [`class:${className}`], split };
    }
  }
}
