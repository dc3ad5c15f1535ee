/** VGGSound: ten seconds of a YouTube video with one label; the list has no header. */
import { basename } from 'node:path';
import type { DatasetList, ListEntry } from './list-entry.ts';
import { sixDigits, tableRows } from './table.ts';

const CLIP_SEC = 10;

/** `vggsound.csv`: id, start, label, split. */
export const VGGSOUND: DatasetList = {
  kind: 'vggsound',
  files: 'vggsound.csv',
  isThis: (names) => names.includes('vggsound.csv'),
  entries,
};

async function* entries(files: readonly string[]): AsyncGenerator<ListEntry> {
  for (const path of files.filter((file) => basename(file) === 'vggsound.csv')) {
    for await (const [id, start, label, split] of tableRows(path)) {
      const startSec = Number(start);
      if (id === undefined || label === undefined || !Number.isFinite(startSec)) continue;
      yield {
        names: [`${id}_${sixDigits(startSec)}`, `${id}_${startSec}`],
        title: id,
        shot: String(startSec),
        labels: [`class:${label}`],
        split: split === 'train' ? 'train' : split === 'test' ? 'heldout' : null,
        whole: { names: [id], window: { startSec, endSec: startSec + CLIP_SEC } },
      };
    }
  }
}
