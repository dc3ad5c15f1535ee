/** Names that other systems cannot hold, or cannot tell apart. */
import { expect, it } from 'vitest';
import { nameNotes } from '../../../core/media/name-notes.ts';

const codes = (...paths: string[]): string[] => nameNotes(paths).map(({ path, code }) => `${path} ${code}`);

it.each([
  'CON.mp4',
  'nul',
  'aux.tar.mkv',
  'lpt9.wav',
  'a:b.mkv',
  'what?.mkv',
  'ends.',
  'ends ',
  'x\u0001.mkv',
])('%j cannot exist on Windows', (name) => {
  expect(codes(`/m/${name}`)).toContain(`/m/${name} NAME_NOT_PORTABLE`);
});

it.each(['console.mp4', 'com10.mkv', 'nullmeridian.mkv', '.hidden', 'dots..mkv', 'é 日本 😀.mkv'])(
  '%j can',
  (name) => {
    expect(codes(`/m/${name}`)).toEqual([]);
  },
);

it('names collide within a folder by capitals and by accents, not across folders', () => {
  expect(codes('/m/A.mkv', '/m/a.mkv', '/n/a.mkv')).toEqual([
    '/m/A.mkv NAME_COLLISION',
    '/m/a.mkv NAME_COLLISION',
  ]);
  const [composed, apart] = nameNotes(['/m/caf\u00e9.mkv', '/m/cafe\u0301.mkv']);
  expect(composed?.message).toContain('café.mkv and cafe\u0301.mkv (accents apart) differ only');
  expect(apart?.code).toBe('NAME_COLLISION');
});
