/** Reliability.md 4.2: names that shells, terminals and other systems stumble over, and things that are no files. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { type Case, type Expected, IMPORTED, type Kit, refused, told, warned } from './kit.ts';

const isWindows = process.platform === 'win32';
const NO_SUCH_NAME = 'Windows cannot hold it';
const NOT_PORTABLE = warned(
  'NAME_NOT_PORTABLE',
  /cannot exist on Windows: .+\. It was imported; the project stores its own id/,
);
const ESCAPED = told('NAME_ESCAPED', /\\u[0-9a-f]{4,}.* cannot be seen or that turn text around/);
const COLLIDES = warned('NAME_COLLISION', /differ only in capitals or in how accents are written/);

/** A good file under this name. */
function named(file: string, ...expect: Expected[]): Case {
  const make = ({ save, mkv }: Kit): string | undefined => {
    if (isWindows && expect.includes(NOT_PORTABLE)) return NO_SUCH_NAME;
    save(`n/${file}`, mkv);
    return undefined;
  };
  return { row: `4.2 ${JSON.stringify(file)}`, file: `n/${file}`, make, expect };
}

function link(what: string, file: string, target: string, expected: Expected): Case {
  const make = ({ path }: Kit): string | undefined => {
    if (isWindows) return 'links need rights there';
    symlinkSync(target, path(`n/${file}`));
    return undefined;
  };
  return { row: `4.2 ${what}`, file: `n/${file}`, make, expect: [expected] };
}

const NO_FILE = refused('PATH_NOT_REGULAR_FILE', /is not a plain file/);
const NOWHERE = refused('PATH_NOT_FOUND', /is not there, or is a link that leads nowhere/);
const DEEP = Array.from({ length: 15 }, (_, i) => `${i}`.padStart(200, 'd')).join('/');

/** Names that are taken as they are. */
export const NAMES: readonly Case[] = [
  ...[
    '-version.mkv',
    ' leading.mkv',
    'trailing .mkv',
    'dot..mkv',
    ';&.mkv',
    "quote'quote.mkv",
    '%03d.mkv',
    '#a.mkv',
    '$(touch x).mkv',
    '`touch y`.mkv',
    '~.mkv',
    '--.mkv',
    'é.mkv',
    '日本.mkv',
    '😀.mkv',
  ].map((name) => named(name, IMPORTED)),
  ...[
    'a|b.mkv',
    'd"q.mkv',
    'tab\there.mkv',
    'back\\slash.mkv',
    'w?.mkv',
    '<script>alert(2)<',
    'http:evil.mkv',
    'concat:a|b.mkv',
    'file:x.mkv',
    'pipe:0',
    'new\nline.mkv',
    'CON.mkv',
    'nul.mkv',
    'COM1.mkv',
    'aux.tar.mkv',
    'ends.',
    'ends ',
  ].map((name) => named(name, NOT_PORTABLE, IMPORTED)),
  ...['rtl\u202emp4.mkv', 'zero\u200bwidth.mkv', 'bom\ufeff.mkv'].map((name) =>
    named(name, ESCAPED, IMPORTED),
  ),
  named('ansi\u001b[31m.mkv', ESCAPED, NOT_PORTABLE),
  ...['caf\u00e9.mkv', 'cafe\u0301.mkv', 'A_case.mkv', 'a_case.mkv'].map((name) => named(name, COLLIDES)),
  named(`${'l'.repeat(247)}.mkv`, IMPORTED),
  named(`${DEEP}/${'p'.repeat(200)}.mkv`, IMPORTED),
  {
    row: '4.2 name that is not UTF-8',
    file: 'n/bytes-\ufffd\ufffd.mkv',
    make: ({ save, mkv }) => {
      if (process.platform !== 'linux') return 'file systems here keep UTF-8 only';
      save(Buffer.from('n/bytes-\u00ff\u00fe.mkv', 'latin1'), mkv);
      return undefined;
    },
    expect: [refused('PATH_UNSUPPORTED', /bytes-\\xFF\\xFE\.mkv has a name that is not UTF-8\. .*Rename it/)],
  },
];

/** What is no plain file. */
export const NO_FILES: readonly Case[] = [
  {
    row: '4.2 pipe that nobody writes to',
    file: 'n/pipe.mkv',
    make: ({ path }) =>
      spawnSync('mkfifo', [path('n/pipe.mkv')]).status === 0 ? undefined : 'no mkfifo here',
    expect: [NO_FILE],
  },
  link('link to itself', 'loop.mkv', 'loop.mkv', NOWHERE),
  link('link to nowhere', 'nowhere.mkv', 'not-there.mkv', NOWHERE),
  link('link to its folder', 'folder-link.mkv', '.', NO_FILE),
  link('link to /dev/zero', 'zero.mkv', '/dev/zero', NO_FILE),
  // Links are followed, since whole data sets are made of them; what they lead to is judged like any file.
  link('link to /etc/passwd', 'passwd.mkv', '/etc/passwd', refused('MEDIA_UNKNOWN', /it looks like text/)),
  {
    row: '4.2 file that may not be read',
    file: 'n/secret.mkv',
    make: ({ save, path, mkv }) => {
      if (isWindows || process.getuid?.() === 0) return 'this account may read everything';
      save('n/secret.mkv', mkv);
      chmodSync(path('n/secret.mkv'), 0);
      return undefined;
    },
    expect: [refused('PATH_DENIED', /may not be read/)],
  },
  {
    row: '4.2 folder named like a file',
    file: 'n/folder.mkv/inside.mkv',
    make: ({ save, path, mkv }) => {
      mkdirSync(path('n/folder.mkv'));
      save('n/folder.mkv/inside.mkv', mkv);
    },
    expect: [IMPORTED],
  },
];
