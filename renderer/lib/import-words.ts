/** The import page's texts that hold numbers, in one place. */
import type { ImportedFile, NamePreview, PlannedImport } from '../../core/domain/planned-import.ts';
import { clockText, plural } from './words.ts';

/** What a plan comes to: "2 titles, 6 shots, 30 pairs; 1 file left over". */
export function planSentence({ files, titles, leftovers, refused }: PlannedImport): string {
  const shots = titles.flatMap((title) => title.shots);
  const pairs = shots.reduce((sum, shot) => sum + shot.pairs, 0);
  const counts = [plural(titles.length, 'title'), plural(shots.length, 'shot'), plural(pairs, 'pair')];
  const amiss = [
    leftovers.length === 0 ? '' : `${leftovers.length.toLocaleString('en')} left over`,
    refused.length === 0 ? '' : `${refused.length.toLocaleString('en')} refused`,
  ].filter((text) => text !== '');
  return `${plural(files, 'file')} would make ${counts.join(', ')}${amiss.length === 0 ? '' : `; ${amiss.join(', ')}`}.`;
}

/** How the names fit: "All 12 files fit", "10 of 12 files fit". */
export function fitSentence({ files, fitting }: NamePreview): string {
  if (files === 0) return 'No file is there that could be media.';
  if (fitting === files) return `All ${plural(files, 'file')} fit.`;
  return `${fitting.toLocaleString('en')} of ${plural(files, 'file')} fit; the others would be left over.`;
}

/** How far a file is, in words. */
export function fileStateText(file: ImportedFile | null): string {
  if (file === null) return 'waiting';
  if (file.state === 'done') return 'done';
  if (file.state === 'refused') return `refused ${file.code ?? ''}`.trim();
  return file.sec === null ? 'reading' : `reading, ${clockText(file.sec)}`;
}

/** A path's last part. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** Lines of a field as a list, without empty ones. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
