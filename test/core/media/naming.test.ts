import { expect, it } from 'vitest';
import { clipWindows } from '../../../core/media/clip-windows.ts';
import { parseShotName } from '../../../core/media/naming.ts';

it.each([
  ['81056348_139_de.mp4', '81056348', '139', 'de'],
  ['my_film_02_pt-BR.mp4', 'my_film', '02', 'pt-BR'],
  ['my_film_de.mp4', 'my_film', '1', 'de'],
  ['scene_07.mkv', 'scene', '07', null],
  ['scene_07.de.opus', 'scene', '07', 'de'],
  ['scene_07.jpn.flac', 'scene', '07', 'ja'],
  ['scene_07.Deutsch.flac', 'scene', '07', 'de'],
  ['scene_07_français.mka', 'scene', '07', 'fr'],
  ['scene_07.director.flac', 'scene', '07.director', null],
  ['holiday.mp4', 'holiday', '1', null],
  ['the_end.mp4', 'the_end', '1', null],
  ['-version.mp4', '-version', '1', null],
  ['a_1_xq.mp4', 'a_1_xq', '1', null],
] as const)('%s', (name, title, shot, language) => {
  expect(parseShotName(name)).toEqual({ title, shot, language });
});

it('cuts clips as the official inference does', () => {
  expect(clipWindows(3.96)).toEqual([{ startSec: 0, endSec: 3 }]);
  // GolfSwing_g02_c01: 140 frames at 29.97 a second give 2 clips.
  const golf = clipWindows(139 / 29.97);
  expect(golf).toHaveLength(2);
  expect(golf[1]?.endSec).toBeCloseTo(139 / 29.97, 9);
  expect(clipWindows(3)).toEqual([{ startSec: 0, endSec: 3 }]);
  expect(clipWindows(1.7)).toEqual([{ startSec: 0, endSec: 1.7 }]);
  expect(clipWindows(10.9)).toHaveLength(4);
});
