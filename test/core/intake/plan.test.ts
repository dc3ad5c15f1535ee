/** Which files make which title, on made-up scans: no decoder takes part. */
import { describe, expect, it } from 'vitest';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import { type ImportPlan, itemIdOf, planImport } from '../../../core/intake/plan.ts';
import type { MediaScan, ScannedStream } from '../../../core/media/scan.ts';

type Track = { language?: string; dispositions?: string[]; title?: string };
type Picture = { width?: number; height?: number; lastSec?: number };

/** A file as a scan would describe it; without `picture` it is sound only. */
function file(name: string, picture: Picture | null, ...tracks: Track[]): MediaScan {
  const { width = 320, height = 180, lastSec = 6 } = picture ?? {};
  const common = {
    codec: 'any',
    decodedCount: 1,
    durationSec: lastSec,
    lastSec,
    sampleRateHz: 48_000,
    channels: 2,
  };
  const kinds = [...(picture === null ? [] : ['video' as const]), ...tracks.map(() => 'audio' as const)];
  const streams = kinds.map((kind, index): ScannedStream => {
    const track = kind === 'audio' ? tracks[index - (picture === null ? 0 : 1)]! : {};
    const language = (track.language ?? 'und') as LanguageTag;
    const { title = '', dispositions = [] } = track;
    return { ...common, index, kind, language, title, dispositions, width, height };
  });
  const path = `/media/${name}`;
  return {
    file: { path, name, sizeBytes: 1, modifiedMs: 1 },
    sha256: name,
    durationSec: lastSec,
    streams,
    warnings: [],
  };
}

const plan = (files: MediaScan[], originalLanguage: string | null = null): ImportPlan =>
  planImport(
    files.map((scan) => ({ scan, itemId: itemIdOf(scan), parts: ['media', scan.file.name] })),
    { originalLanguage: originalLanguage as LanguageTag | null },
  );

/** `title shot: language role, ...` of each shot. */
function shape({ titles }: ImportPlan): string[] {
  return titles.flatMap((title) =>
    title.shots.map((shot) => {
      const tracks = shot.tracks.map(({ language, role }) => `${language} ${role}`);
      return `${title.name} ${shot.name}: ${tracks.join(', ')}`;
    }),
  );
}

const reasons = ({ leftovers }: ImportPlan): string[] =>
  leftovers.map(({ path, reason }) => `${path}: ${reason}`);

describe('the original language', () => {
  const several = [
    file('film_1.mkv', {}, { language: 'de' }, { language: 'ja' }),
    file('film_2.mkv', {}, { language: 'ja' }, { language: 'de' }),
    file('film_3.mkv', {}, { language: 'ja' }, { language: 'de' }),
  ];

  it('is what most shots have as their first track', () => {
    expect(plan(several).titles[0]?.originalLanguage).toBe('ja');
    expect(shape(plan(several))).toEqual([
      'film 1: ja original, de dub',
      'film 2: ja original, de dub',
      'film 3: ja original, de dub',
    ]);
  });

  it('is what a person says, where the title has it', () => {
    expect(plan(several, 'de').titles[0]?.originalLanguage).toBe('de');
    expect(plan(several, 'fr').titles[0]?.originalLanguage).toBe('ja');
  });

  it('is the track that is marked, wherever it stands', () => {
    const marked = file('film_1.mkv', {}, { language: 'de' }, { language: 'ko', dispositions: ['original'] });
    expect(shape(plan([marked]))).toEqual(['film 1: ko original, de dub']);
  });

  it('is not that of a commentary, a description or a dub that comes first', () => {
    const first: Track[] = [
      { language: 'en', title: 'Commentary by the director' },
      { language: 'en', dispositions: ['comment'] },
      { language: 'en', dispositions: ['visual_impaired'] },
      { language: 'en', dispositions: ['dub'] },
    ];
    for (const track of first) {
      const one = plan([file('film_1.mkv', {}, track, { language: 'fr' }, { language: 'it' })]);
      expect(one.titles[0]?.originalLanguage).toBe('fr');
    }
  });

  it('is English where each language has its own picture, else the first by name', () => {
    const of = (...languages: string[]) => languages.map((language) => file(`f_1_${language}.mp4`, {}, {}));
    expect(shape(plan(of('de', 'en', 'fr')))).toEqual(['f 1: en original, de dub, fr dub']);
    expect(shape(plan(of('fr', 'de', 'ja')))).toEqual(['f 1: de original, fr dub, ja dub']);
  });

  it('may be unknown, as long as the dubs are not', () => {
    const unknown = plan([file('f_1.mp4', {}, {}), file('f_1.de.opus', null, {})]);
    expect(shape(unknown)).toEqual(['f 1: und original, de dub']);
  });
});

describe('what fits nowhere is named', () => {
  it('a dub in no known language', () => {
    const found = plan([file('f_1.mkv', {}, { language: 'en' }, {}, { language: 'de' })]);
    expect(shape(found)).toEqual(['f 1: en original, de dub']);
    expect(reasons(found)).toEqual([expect.stringMatching(/f_1\.mkv \(track 2\): .*language/)]);
  });

  it('a second track of a language, of the original and of a dub', () => {
    const found = plan([file('f_1.mkv', {}, ...['en', 'de', 'de', 'en'].map((language) => ({ language })))]);
    expect(shape(found)).toEqual(['f 1: en original, de dub']);
    expect(reasons(found)).toEqual([
      expect.stringMatching(/track 3.*German/),
      expect.stringMatching(/track 4.*English original/),
    ]);
  });

  it('sound without picture, picture without dub, too short, too small', () => {
    const found = plan([
      file('a_1.en.opus', null, {}),
      file('a_1.de.opus', null, {}),
      file('b_1.mkv', {}, { language: 'en' }),
      file('c_1.mkv', { lastSec: 0.8 }, { language: 'en' }, { language: 'de' }),
      file('d_1.mkv', { width: 2, height: 2 }, { language: 'en' }, { language: 'de' }),
      file('e_1.mkv', {}),
    ]);
    expect(found.titles).toEqual([]);
    expect(reasons(found)).toEqual([
      expect.stringContaining('a_1.de.opus: no picture'),
      expect.stringContaining('a_1.en.opus: no picture'),
      expect.stringContaining('b_1.mkv: it has no dub'),
      expect.stringMatching(/c_1\.mkv: its picture lasts 0\.80 s; at least 1 s/),
      expect.stringMatching(/d_1\.mkv: its picture is 2x2; at least 64/),
      expect.stringContaining('e_1.mkv: it has no sound'),
    ]);
  });
});

describe('shots', () => {
  it('take the picture of the original, and its length', () => {
    const files = [file('f_1_de.mp4', { lastSec: 8 }, {}), file('f_1_en.mp4', { lastSec: 6 }, {})];
    const [shot] = plan(files).titles[0]!.shots;
    expect(shot!.durationSec).toBe(6);
    expect(shot!.tracks[0]!.itemId).toBe(shot!.video.itemId);
    expect(shot!.clips.map(({ timeWindow }) => timeWindow)).toEqual([
      { startSec: 0, endSec: 3 },
      { startSec: 3, endSec: 6 },
    ]);
  });

  it('have the same ids however often and in whatever order the files come', () => {
    const files = ['de', 'en', 'fr'].map((language) => file(`f_1_${language}.mp4`, {}, {}));
    expect(plan([...files].reverse())).toEqual({ ...plan(files), leftovers: [] });
    const ids = plan(files).titles[0]!.shots.flatMap((s) => [s.id, ...s.tracks.map((t) => t.id)]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('believe a name before a container, which says "und" or English by habit', () => {
    const files = [file('f_1_en.mp4', {}, { language: 'en' }), file('f_1_de.mp4', {}, { language: 'en' })];
    expect(shape(plan(files))).toEqual(['f 1: en original, de dub']);
  });
});
