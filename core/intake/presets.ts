/** Ways of naming that are met often, by name. Their patterns are tried in order; the first that fits counts. */
import { AppError } from '../domain/errors.ts';
import type { NamingPreset } from '../domain/planned-import.ts';
import { type Pattern, parsePattern } from './pattern.ts';

/** Every preset, in the order they are told. */
export const PRESETS: readonly NamingPreset[] = [
  {
    name: 'names',
    about: '<title>_<shot>_<lang>, one file a language, all in one folder',
    patterns: ['<title>_<shot>_<lang>', '<title>_<shot>.<lang>', '<title>_<shot>'],
  },
  {
    name: 'folders',
    about: '<title>/<lang>/<shot>, one folder a language',
    patterns: ['<title>/<lang>/<shot>'],
  },
  {
    name: 'sidecars',
    about: '<title>.<lang>, sounds beside a picture of the same name',
    patterns: ['<title>.<lang>', '<title>'],
  },
  {
    name: 'vocals',
    about:
      '<title>/vocals-<lang> and <title>/no_vocals beside <title>, as a separator and a voice maker leave them',
    patterns: [
      '<title>/vocals-<lang>-resampled-matched :: role=synthetic',
      '<title>/vocals-<lang>-resampled :: role=synthetic',
      '<title>/vocals-<lang> :: role=synthetic',
      '<title>/no_vocals :: role=music-and-effects',
      '<title>',
    ],
  },
  {
    name: 'lvu',
    about: 'videos/<title>, audios/<title>, audios_sep/<title>/no_vocals and video_*/<title>_<lang>',
    patterns: [
      'audios_sep/<title>/vocals-<lang> :: role=synthetic',
      'audios_sep/<title>/no_vocals :: role=music-and-effects',
      'audios_sep/mdx_extra/<title>/vocals-<lang> :: role=synthetic',
      'audios_sep/mdx_extra/<title>/no_vocals :: role=music-and-effects',
      'video_*/<title>_<lang> :: role=synthetic',
      'videos/<title> :: role=original lang=en',
    ],
  },
];

/** The patterns of a preset. @throws AppError PATTERN_INVALID where there is no such preset. */
export function presetPatterns(name: string): Pattern[] {
  const preset = PRESETS.find((known) => known.name === name);
  if (preset === undefined) {
    throw new AppError(
      'PATTERN_INVALID',
      `There is no preset "${name.slice(0, 100)}". Nothing was imported. There are ${PRESETS.map((known) => known.name).join(', ')}.`,
    );
  }
  return preset.patterns.map(parsePattern);
}
