/** What patterns find in names, and what a wrong one is told. */
import { describe, expect, it } from 'vitest';
import { hasCode } from '../../../core/domain/errors.ts';
import { parsePattern } from '../../../core/intake/pattern.ts';
import { PRESETS, presetPatterns } from '../../../core/intake/presets.ts';

const fields = (pattern: string, path: string): unknown => {
  const found = parsePattern(pattern).match(path.split('/'));
  return found && [found.title, found.shot, found.language, found.role];
};

describe('a pattern', () => {
  it.each([
    ['<title>_<shot>_<lang>', 'media/my_old_film_03_de.mp4', ['my_old_film', '03', 'de', null]],
    ['<title>_<shot>_<lang>', 'film_1_xx.mp4', null],
    ['<title>_<shot>_<lang>', 'film_1_Deutsch.mp4', ['film', '1', 'de', null]],
    ['<title>_<shot>_<lang>', 'film-1-de.mp4', null],
    ['<shot> - <title> [<lang>]', '3 - A - B.mkv', null],
    ['<shot> - <title>[ (<lang>)]', '3 - A - B.mkv', ['A - B', '3', null, null]],
    ['<shot> - <title>[ (<lang>)]', '3 - A (fr).mkv', ['A (fr)', '3', null, null]],
    ['<title>/<lang>/<shot>', 'corpus/Film/de/0001.flac', ['Film', '0001', 'de', null]],
    ['<title>/<lang>/<shot>', 'de/0001.flac', null],
    ['<title>/audio_*_<lang>', 'Film/audio_final mix_FR.wav', ['Film', null, 'fr', null]],
    ['<title>.<lang>.<role>', 'Film.de.commentary.ac3', ['Film', null, 'de', 'commentary']],
    ['<title>.<lang>.<role>', 'Film.de.nothing.ac3', null],
    ['<title>.m2ts', 'Film.M2TS', ['Film', null, null, null]],
    ['<title>_M+E :: role=music-and-effects', 'Film_m+e.wav', ['Film', null, null, 'music-and-effects']],
    ['<title>_OV :: role=original lang=ja', 'Film_OV.wav', ['Film', null, 'ja', 'original']],
    ['\\<<title>\\>', '<Film>.wav', ['Film', null, null, null]],
  ])('%s of %s', (pattern, path, expected) => {
    expect(fields(pattern, path)).toEqual(expected);
  });

  it.each([
    ['film', /no field/],
    ['<film>', /"<film" is no field/],
    ['<title', /is no field/],
    ['<title>_<title>', /twice/],
    ['<title>[_<lang>', /"\[" without/],
    ['<title>]', /"\]" without/],
    ['<title>*a*b*c*', /more than 4/],
    ['<title>/', /empty/],
    ['<title> :: role=hero', /"hero" is no role/],
    ['<title> :: lang=zz9', /"zz9" is no language/],
    ['<title> :: shot=1', /neither lang= nor role=/],
    ['<title> :: role=dub :: lang=de', /more than once/],
    [`<title>${'x'.repeat(400)}`, /longer/],
  ])('%s is refused', (pattern, why) => {
    const attempt = (): unknown => parsePattern(pattern);
    expect(attempt).toThrow(why);
    expect(attempt).toThrow(/Nothing was imported/);
  });

  it('that does not fit ends soon, however hard the name', () => {
    expect(fields('<title>_<shot>_<lang>_<role>', `${'a_'.repeat(120)}.wav`)).toBeNull();
  });
});

describe('presets', () => {
  const find = (preset: string, path: string): unknown => {
    for (const pattern of presetPatterns(preset)) {
      const found = pattern.match(path.split('/'));
      if (found !== null) return [found.title, found.shot, found.language, found.role];
    }
    return null;
  };

  it.each([
    ['names', 'a/film_x_02_en.mp4', ['film_x', '02', 'en', null]],
    ['names', 'a/film_x_02.de.opus', ['film_x', '02', 'de', null]],
    ['names', 'a/film_x_02.mkv', ['film_x', '02', null, null]],
    ['folders', 'Film/de/12.wav', ['Film', '12', 'de', null]],
    ['sidecars', 'a/A Film (1999).pt-BR.ac3', ['A Film (1999)', null, 'pt-BR', null]],
    ['vocals', 'mdx_extra/Q0m-1_x/vocals-spa.wav', ['Q0m-1_x', null, 'es', 'synthetic']],
    ['vocals', 'mdx_extra/Q0m-1_x/vocals-fra-resampled-matched.wav', ['Q0m-1_x', null, 'fr', 'synthetic']],
    ['vocals', 'mdx_extra/Q0m-1_x/no_vocals.wav', ['Q0m-1_x', null, null, 'music-and-effects']],
    ['vocals', 'videos/Q0m-1_x.mp4', ['Q0m-1_x', null, null, null]],
    ['lvu', 'LVU-D/videos/Q0m-1_x.mp4', ['Q0m-1_x', null, 'en', 'original']],
    ['lvu', 'LVU-D/video_20240101_120000/Q0m-1_x_jpn.mp4', ['Q0m-1_x', null, 'ja', 'synthetic']],
    ['lvu', 'LVU-D/audios_sep/mdx_extra/Q0m-1_x/no_vocals.wav', ['Q0m-1_x', null, null, 'music-and-effects']],
  ])('%s reads %s', (preset, path, expected) => {
    expect(find(preset, path)).toEqual(expected);
  });

  it('are named where one does not exist', () => {
    try {
      presetPatterns('mine');
      expect.unreachable();
    } catch (error) {
      expect(hasCode(error, 'PATTERN_INVALID')).toBe(true);
      for (const { name } of PRESETS) expect(String(error)).toContain(name);
    }
  });
});
