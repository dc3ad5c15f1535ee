/** Remarks about files' names: what other systems cannot hold, what cannot be told apart, what cannot be seen. */
import { basename, dirname } from 'node:path';
import { type MediaNote, mediaNote } from '../domain/media-note.ts';
import { visibleText } from '../domain/visible-text.ts';

/** Names that Windows keeps for devices, with any ending (Microsoft, "Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Windows forbids them, so they are what is looked for.
const FORBIDDEN = /[<>:"/\\|?*\u0000-\u001f]/;
/** Bytes of a name that ext4 and most others hold; Windows counts 255 UTF-16 units. */
const LONGEST_NAME_UNITS = 255;

/** Remarks about the names of the files that were taken in. */
export function nameNotes(paths: readonly string[]): (MediaNote & { path: string })[] {
  const notes = paths.flatMap((path) => ownNotes(basename(path)).map((note) => ({ path, ...note })));
  const groups = Map.groupBy(paths, (path) => `${dirname(path)}\n${folded(basename(path))}`);
  for (const same of groups.values()) {
    if (same.length < 2) continue;
    for (const path of same) {
      const others = same.filter((other) => other !== path).map((other) => shownName(other));
      const message = `${shownName(path)} and ${others.join(', ')} differ only in capitals or in how accents are written: a disk of Windows or macOS holds one of them. All were imported and are kept apart. Rename one before you copy them.`;
      notes.push({ path, ...mediaNote('NAME_COLLISION', message) });
    }
  }
  return notes;
}

function ownNotes(name: string): MediaNote[] {
  const notes: MediaNote[] = [];
  const shown = visibleText(name);
  if (shown !== name) {
    const count = [...name].filter((character) => visibleText(character) !== character).length;
    const message = `${shown} has ${count} characters in its name that cannot be seen or that turn text around; they are shown by number. It was imported under the name it has.`;
    notes.push(mediaNote('NAME_ESCAPED', message));
  }
  const why = notPortable(name);
  if (why !== null) {
    const message = `${shown} cannot exist on Windows: ${why}. It was imported; the project stores its own id, so nothing breaks here. Rename it before you copy it there.`;
    notes.push(mediaNote('NAME_NOT_PORTABLE', message));
  }
  return notes;
}

function notPortable(name: string): string | null {
  if (DEVICE.test(name)) return 'the name is that of a device';
  const character = FORBIDDEN.exec(name)?.[0];
  if (character !== undefined) return `the name holds ${visibleText(character)}`;
  if (/[. ]$/.test(name)) return 'the name ends in a dot or a space';
  if (name.length > LONGEST_NAME_UNITS) return `the name is ${name.length} characters long`;
  return null;
}

/** As a disk that ignores capitals and ways of writing accents compares names. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** A file's name for people; of names that look the same, the way that they are written. */
function shownName(path: string): string {
  const name = basename(path);
  return name === name.normalize('NFC') ? visibleText(name) : `${visibleText(name)} (accents apart)`;
}
