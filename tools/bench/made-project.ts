/** A project of as many pairs as wanted, made through the import's own store; no media, nothing measured here. */
import { systemClock } from '../../core/clock.ts';
import type { FindingDraft } from '../../core/domain/finding.ts';
import type { LanguageTag } from '../../core/domain/language-tag.ts';
import type { ImportResult } from '../../core/intake/import-media.ts';
import type { ImportedTitle } from '../../core/intake/plan.ts';
import { storeImport } from '../../core/project/import-store.ts';
import { createProject } from '../../core/project/project.ts';
import { storeCheckResult } from '../../core/project/queries/findings.ts';
import { createRng } from '../../core/rng.ts';

const LANGUAGES = ['de', 'es', 'fr', 'it', 'ja'] as LanguageTag[];
const SHOTS = 20;
const CLIPS = 5;

/** Titles that hold at least so many pairs: each has 20 shots of 5 clips in 5 dubs. */
export function titlesFor(pairs: number): number {
  return Math.ceil(pairs / (SHOTS * CLIPS * LANGUAGES.length));
}

/** Makes a project in `folder` and closes it. */
export function makeProject(folder: string, pairs: number): void {
  const made = createProject(folder, { program: 'bench', clock: systemClock });
  const imported = madeImport(titlesFor(pairs));
  storeImport(made.db, systemClock, imported, { label: 'Import', by: 'bench' });
  const titleIds = imported.titles.map(({ id }) => id);
  storeCheckResult(made.db, titleIds, { alignments: [], findings: madeFindings(imported.titles) });
  made.close();
}

/** What an import of such titles would have found. */
export function madeImport(titleCount: number): ImportResult {
  const result: ImportResult = {
    items: [],
    titles: [],
    pictures: [],
    refused: [],
    leftovers: [],
    warnings: [],
    families: [],
    remarks: [],
  };
  for (let t = 0; t < titleCount; t += 1) {
    const id = `t_${t}`;
    const name = `Title ${String(t).padStart(5, '0')}`;
    const shots = Array.from({ length: SHOTS }, (_, s) => madeShot(t, s));
    for (const { video } of shots) {
      result.items.push({
        id: video.itemId,
        path: `/m/${video.itemId}.mkv`,
        name: `${video.itemId}.mkv`,
        sizeBytes: 1,
        modifiedMs: 1,
        sha256: video.itemId,
        durationSec: 15,
      });
    }
    result.titles.push({ id, name, originalLanguage: 'en' as LanguageTag, shots, labels: [], split: null });
  }
  return result;
}

function madeShot(t: number, s: number): ImportedTitle['shots'][number] {
  const id = `s_${t}_${s}`;
  const itemId = `i_${t}_${s}`;
  const track = (language: LanguageTag, i: number) => ({
    id: `k_${t}_${s}_${language}`,
    itemId,
    shotId: id,
    streamIndex: i + 1,
    language,
    role: i === 0 ? ('original' as const) : ('dub' as const),
    sampleRateHz: 48_000,
    channels: 2,
    durationSec: 15,
  });
  return {
    id,
    name: String(s),
    durationSec: 15,
    video: { itemId, streamIndex: 0 },
    tracks: (['en', ...LANGUAGES] as LanguageTag[]).map(track),
    labels: [],
    clips: Array.from({ length: CLIPS }, (_, c) => ({
      id: `c_${t}_${s}_${c}`,
      shotId: id,
      timeWindow: { startSec: 3 * c, endSec: 3 * c + 3 },
      languages: null,
    })),
  };
}

/** Two shots in a hundred have a fault in some language, every fifth language of a title an offset that can't be told. */
export function madeFindings(titles: readonly ImportedTitle[]): FindingDraft[] {
  const random = createRng(1).stream('bench');
  const draft = (
    title: ImportedTitle,
    language: LanguageTag,
    rest: Pick<FindingDraft, 'code' | 'severity' | 'shotId' | 'trackId'>,
  ): FindingDraft => ({
    titleId: title.id,
    language,
    sentence: 'Made for the benchmark.',
    numbers: {},
    ...rest,
  });
  return titles.flatMap((title) => [
    ...LANGUAGES.filter(() => random.uniform() < 0.2).map((language) =>
      draft(title, language, { code: 'offset-unknown', severity: 'info', shotId: null, trackId: null }),
    ),
    ...title.shots.flatMap((shot) =>
      LANGUAGES.filter(() => random.uniform() < 0.02).map((language) =>
        draft(title, language, {
          code: random.pick(['silent', 'clipped', 'dropout']),
          severity: 'fault',
          shotId: shot.id,
          trackId: shot.tracks.find((track) => track.language === language)!.id,
        }),
      ),
    ),
  ]);
}
