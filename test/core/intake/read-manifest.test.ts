/** Manifests in every form, good and bad: reliability.md's rows 70 to 88. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Claims, shotKey } from '../../../core/intake/claim.ts';
import { readManifest } from '../../../core/intake/read-manifest.ts';

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (content: string | Uint8Array, ending = 'csv', roots: string[] = []): Promise<Claims> => {
  count += 1;
  const path = join(folder, `m${count}.${ending}`);
  await writeFile(path, content);
  return readManifest(path, roots);
};
const codes = ({ problems }: Claims): [number | null, string][] =>
  problems.map(({ row, code }) => [row, code]);
const at = (name: string): string => join(folder, name);
const shotOf = (claims: Claims, title: string, shot: string) => claims.shots.get(shotKey(title, shot));

const FILES = `title,shot,path,language,role,split,labels
Film,1,film.mkv,,,train,drama;1999
Film,1,film.de.flac,German,,,
Film,1,film.me.flac,,music and effects,,
Other,7,o.mkv,,video,heldout,
`;
const PAIRS = `title,shot,video,dub,language,original_language,start,end
Film,1,film.mkv,film_de.flac,de,en,0,3
Film,1,film.mkv,film_fr.flac,fra,en,0,3
Film,1,film.mkv,film_de.flac,de,en,3,6.5
`;

describe('rows about files', () => {
  it('name title, shot, language and role, and what holds for the title', async () => {
    const claims = await read(FILES);
    expect(claims.problems).toEqual([]);
    expect(
      claims.files.map(({ path, title, shot, language, role }) => [path, title, shot, language, role]),
    ).toEqual([
      [at('film.mkv'), 'Film', '1', null, null],
      [at('film.de.flac'), 'Film', '1', 'de', null],
      [at('film.me.flac'), 'Film', '1', null, 'music-and-effects'],
      [at('o.mkv'), 'Other', '7', null, 'video'],
    ]);
    expect(claims.titles.get('Film')).toMatchObject({ split: 'train', needsDub: true });
    expect(claims.titles.get('Other')).toMatchObject({ split: 'heldout' });
    expect(shotOf(claims, 'Film', '1')!.labels).toEqual(['1999', 'drama']);
  });
});

describe('rows about pairs', () => {
  it('name picture, original and dub once, and gather the windows of a shot', async () => {
    const claims = await read(PAIRS);
    expect(
      claims.files.map(({ path, role, language, streamIndex }) => [path, role, language, streamIndex]),
    ).toEqual([
      [at('film.mkv'), 'original', 'en', 'first'],
      [at('film_de.flac'), 'dub', 'de', 'first'],
      [at('film_fr.flac'), 'dub', 'fr', 'first'],
    ]);
    expect(shotOf(claims, 'Film', '1')!.windows).toEqual([
      { timeWindow: { startSec: 0, endSec: 3 }, languages: ['de', 'fr'] },
      { timeWindow: { startSec: 3, endSec: 6.5 }, languages: ['de'] },
    ]);
  });

  it('say which track where picture and dub are one file, else it is asked for', async () => {
    const claims = await read('title,video,dub,stream,language\nA,a.mkv,a.mkv,2,de\nA,a.mkv,a.mkv,,fr\n');
    expect(claims.files.map(({ role, streamIndex }) => [role, streamIndex])).toEqual([
      ['original', 'first'],
      ['dub', 2],
    ]);
    expect(codes(claims)).toEqual([[2, 'MANIFEST_MISSING']]);
  });

  it('take the picture alone where the original is a file of its own', async () => {
    const claims = await read('title,video,original,dub,language\nA,a.mp4,a_en.wav,a_de.wav,de\n');
    expect(claims.files.map(({ path, role }) => [path, role])).toEqual([
      [at('a.mp4'), 'video'],
      [at('a_en.wav'), 'original'],
      [at('a_de.wav'), 'dub'],
    ]);
  });
});

describe('the same rows', () => {
  const lines = FILES.trim()
    .split('\n')
    .map((line) => line.split(','));
  const objects = lines
    .slice(1)
    .map((cells) => Object.fromEntries(cells.map((cell, i) => [lines[0]![i]!, cell])));

  it.each([
    ['as TSV', 'tsv', FILES.replaceAll(',', '\t')],
    ['between semicolons', 'csv', FILES.replaceAll(';', '|').replaceAll(',', ';')],
    ['with a byte order mark and other line ends', 'csv', `\uFEFF${FILES.replaceAll('\n', '\r\n')}`],
    ['in UTF-16', 'csv', Buffer.from(`\uFEFF${FILES}`, 'utf16le')],
    ['in UTF-16, the large end first', 'csv', Buffer.from(`\uFEFF${FILES}`, 'utf16le').swap16()],
    ['as JSON lines', 'jsonl', objects.map((row) => JSON.stringify(row)).join('\n')],
  ])('%s say the same', async (_name, ending, content) => {
    const [claims, plain] = [await read(content, ending), await read(FILES)];
    expect(claims).toEqual(plain);
  });

  it('as Parquet say the same', async () => {
    const columnData = lines[0]!.map((name, i) => ({
      name,
      data: lines.slice(1).map((cells) => cells[i]!),
      type: 'STRING' as const,
    }));
    const content = new Uint8Array(parquetWriteBuffer({ columnData }));
    expect(await read(content, 'parquet')).toEqual(await read(FILES));
  });
});

describe('a row that is wrong costs itself', () => {
  const row = (cells: Partial<Record<string, string>>): string => {
    const all = { title: 'T', video: 'v.mkv', dub: 'd.wav', language: 'de', start: '0', end: '3', ...cells };
    return JSON.stringify(all);
  };
  const json = (line: string): Promise<Claims> =>
    read(`${row({})}\n${line}\n${row({ shot: '9' })}\n`, 'jsonl');

  it.each([
    ['no JSON', '{"title": "T",}', 'MANIFEST_SYNTAX'],
    ['no object', '[1]', 'MANIFEST_SYNTAX'],
    ['a key twice', '{"title":"T","video":"a","video":"/etc/passwd","dub":"b"}', 'MANIFEST_DUPLICATE_KEY'],
    ['nested', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'MANIFEST_TOO_DEEP'],
    ['NaN', '{"title": NaN}', 'MANIFEST_SYNTAX'],
    ['no finite number', row({ start: '1e999' }), 'MANIFEST_NUMBER'],
    ['a word as time', row({ end: 'soon' }), 'MANIFEST_NUMBER'],
    ['a truth as time', row({}).replace('"end":"3"', '"end":true'), 'MANIFEST_NUMBER'],
    ['a number as id', row({}).replace('"T"', '9007199254740993'), 'MANIFEST_ID_TYPE'],
    ['no title', row({ title: '' }), 'MANIFEST_MISSING'],
    ['a path up', row({ dub: '../d.wav' }), 'PATH_OUTSIDE_ROOT'],
    ['a path elsewhere', row({ dub: '/etc/passwd' }), 'PATH_OUTSIDE_ROOT'],
    ['a path up, the other way round', row({ dub: '..\\d.wav' }), 'PATH_OUTSIDE_ROOT'],
    ['a hidden path up', row({ dub: '%2e%2e/d.wav' }), 'PATH_OUTSIDE_ROOT'],
    ['a drive', row({ dub: 'C:\\d.wav' }), 'PATH_OUTSIDE_ROOT'],
    ['a network path', row({ dub: '\\\\host\\share\\d.wav' }), 'PATH_UNC'],
    ['a device', row({ dub: 'x/NUL.wav' }), 'PATH_RESERVED'],
    ['NUL', row({ dub: 'd\0.wav' }), 'PATH_NUL'],
    ['an address', row({ dub: 'http://169.254.1.1/d.wav' }), 'PATH_IS_URL'],
    ['a file address', row({ dub: 'file:///etc/passwd' }), 'PATH_IS_URL'],
    ['a protocol of ffmpeg', row({ dub: 'concat:a|b' }), 'PATH_IS_URL'],
    ['no language', row({ language: '../en' }), 'LANG_INVALID'],
    ['an empty language', row({ language: '' }), 'LANG_INVALID'],
    ['a huge language', row({ language: 'd'.repeat(10_000) }), 'LANG_INVALID'],
    ['an end before the start', row({ start: '3', end: '1' }), 'TIME_RANGE'],
    ['a time below zero', row({ start: '-1' }), 'TIME_RANGE'],
    ['no length', row({ start: '3', end: '3' }), 'TIME_RANGE'],
    ['half a window', row({ end: '' }), 'TIME_RANGE'],
    ['a split that is none', row({ split: 'maybe' }), 'MANIFEST_CONFLICT'],
    ['a role that is none', row({ role: 'hero' }), 'MANIFEST_CONFLICT'],
    ['a hash that is none', row({ sha256: '00' }), 'MANIFEST_CONFLICT'],
    ['a track that is none', row({ stream: '-1' }), 'MANIFEST_NUMBER'],
  ])('%s', async (_name, line, code) => {
    const claims = await json(line);
    expect(codes(claims)).toEqual([[2, code]]);
    expect(claims.problems[0]!.message).toMatch(/^Row 2\b.*passed over/s);
    expect(claims.problems[0]!.message.length).toBeLessThan(400);
    expect(shotOf(claims, 'T', '9')).toBeDefined();
  });

  it('a ragged line of CSV, and cells that would be formulas or markup are plain text', async () => {
    const claims = await read(`${FILES}Film,2\n=cmd|' /C calc'!A0,1,x.wav,de,,,<b>\n`);
    expect(codes(claims)).toEqual([[5, 'MANIFEST_SYNTAX']]);
    expect(claims.titles.has("=cmd|' /C calc'!A0")).toBe(true);
  });

  it('an id twice, in whatever case or form; both rows are named', async () => {
    const claims = await read(
      'title,path,id\nA,a.wav,one\nA,b.wav,ONE\nA,c.wav,caf\u00e9\nA,d.wav,cafe\u0301\nA,e.wav,__proto__\nA,f.wav,constructor\n',
    );
    expect(codes(claims)).toEqual([
      [2, 'ID_DUPLICATE'],
      [4, 'ID_DUPLICATE'],
    ]);
    expect(claims.problems[0]!.message).toContain('row 1');
    expect(claims.files).toHaveLength(4);
  });

  it('a title in two splits', async () => {
    const claims = await read('title,path,split\nA,a.wav,train\nA,b.wav,test\n');
    expect(codes(claims)).toEqual([[2, 'MANIFEST_CONFLICT']]);
  });

  it('of thousands, a thousand are told and the rest counted', async () => {
    const claims = await read(`title,path\nA,a.wav\n${'A,../x\n'.repeat(1500)}`);
    expect(claims.problems).toHaveLength(1001);
    expect(claims.problems.at(-1)).toMatchObject({ row: null, message: expect.stringContaining('500 more') });
  });
});

describe('a manifest that cannot be used', () => {
  it.each([
    ['empty', '', 'csv', 'NOTHING_TO_IMPORT'],
    ['only a header', 'title,path\n', 'csv', 'NOTHING_TO_IMPORT'],
    ['an open quote', 'title,path\nA,"b\n', 'csv', 'MANIFEST_SYNTAX'],
    ['Latin-1', Buffer.from('title,path\ncaf\u00e9,a.wav\n', 'latin1'), 'csv', 'MANIFEST_ENCODING'],
    ['a column twice', 'title,path,Path\nA,b,c\n', 'csv', 'MANIFEST_DUPLICATE_KEY'],
    ['a column of its own', 'title,path,mood\nA,b,c\n', 'csv', 'MANIFEST_UNKNOWN_KEY'],
    ['__proto__', 'title,path,__proto__\nA,b,c\n', 'csv', 'MANIFEST_UNKNOWN_KEY'],
    ['no path', 'title,shot\nA,1\n', 'csv', 'MANIFEST_MISSING'],
    ['of a later version', 'title,path,schema\nA,b,999\n', 'csv', 'MANIFEST_TOO_NEW'],
    ['JSON in one piece', '[{"title":"A"}]', 'json', 'MANIFEST_FORMAT'],
    ['no Parquet', 'PAR1 but not really PAR1', 'parquet', 'MANIFEST_SYNTAX'],
  ])('%s: is refused as a whole', async (_name, content, ending, code) => {
    await expect(read(content, ending)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('Nothing was imported'),
    });
  });

  it('names the byte that is not UTF-8', async () => {
    const content = Buffer.from('title,path\ncaf\u00e9,a.wav\n', 'latin1');
    await expect(read(content)).rejects.toThrow('at byte 14');
  });

  it('is not there', async () => {
    await expect(readManifest(at('nothing.csv'))).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
  });
});

it('columns for oneself are passed over, and files may lie in a folder that was named', async () => {
  const claims = await read('title,path,x_mood,note\nA,/data/a.wav,sad,why\n', 'csv', ['/data']);
  expect([codes(claims), claims.files[0]!.path]).toEqual([[], '/data/a.wav']);
});
