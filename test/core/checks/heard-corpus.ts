/** Two titles as files, one of them too long to be held, for what is heard in threads and kept. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { CheckInput, CheckTrack, OpenTrack } from '../../../core/checks/check-input.ts';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import { hashFile } from '../../../core/media/scan.ts';
import { openTrack } from '../../../core/media/scan-cache.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';

const LANGUAGES = ['en', 'de', 'fr'] as const;
const SHORT_SHOTS = 3;
const LONG_SEC = 45;

/** Makes the files in `folder`: three short shots in a file a shot, and one long shot, three tracks each. */
export async function makeCorpus(folder: string): Promise<CheckInput> {
  const titles: CheckInput['titles'] = [];
  for (const [name, shots, durationSec] of [
    ['short', SHORT_SHOTS, 3],
    ['long', 1, LONG_SEC],
  ] as const) {
    const title = { titleId: name, name, originalLanguage: 'en' as LanguageTag, shots: [] as never[] };
    const made: CheckInput['titles'][number] = title;
    for (let shot = 0; shot < shots; shot += 1) {
      const path = join(folder, `${name}-${shot}.mkv`);
      makeFile(path, durationSec, 10 * shot + durationSec);
      const tracks = await tracksOf(path);
      made.shots.push({ shotId: `${name}/${shot}`, name: `${shot}`, durationSec, tracks });
    }
    titles.push(made);
  }
  return { titles };
}

/** Opens tracks as checks do; `opened` counts. */
export function countingOpener(cacheFolder: string): { open: OpenTrack; opened: () => number } {
  const tools = locateMediaTools();
  let count = 0;
  const open: OpenTrack = (source) => {
    count += 1;
    return openTrack(source, cacheFolder, tools);
  };
  return { open, opened: () => count };
}

/** One noise under all, and another one, coming and going, for each language; the last language is late. */
function makeFile(path: string, durationSec: number, seed: number): void {
  const noise = (n: number, colour: string, more = ''): string[] => [
    '-f',
    'lavfi',
    '-i',
    `anoisesrc=d=${durationSec}:c=${colour}:r=48000:seed=${seed + n}:a=0.2${more}`,
  ];
  const voices = LANGUAGES.flatMap((_, i) => noise(i + 1, 'white', `,tremolo=f=${0.7 + 0.3 * i}:d=1`));
  const mixes = LANGUAGES.map((_, i) => {
    const late = i === LANGUAGES.length - 1 ? ',adelay=120' : '';
    return `[b${i}][${i + 1}]amix=2:normalize=0${late}[t${i}]`;
  });
  const split = `[0]asplit=${LANGUAGES.length}${LANGUAGES.map((_, i) => `[b${i}]`).join('')}`;
  const maps = LANGUAGES.flatMap((_, i) => ['-map', `[t${i}]`]);
  execFileSync(locateMediaTools().ffmpegPath, [
    ...['-nostdin', '-v', 'error', '-y', ...noise(0, 'pink'), ...voices],
    ...['-filter_complex', [split, ...mixes].join(';'), ...maps, '-c:a', 'flac', path],
  ]);
}

async function tracksOf(path: string): Promise<CheckTrack[]> {
  const sha256 = await hashFile(path);
  return LANGUAGES.map((language, streamIndex) => ({
    trackId: `${path}:${streamIndex}`,
    language: language as LanguageTag,
    role: streamIndex === 0 ? 'original' : 'dub',
    source: { path, streamIndex, sha256 },
  }));
}
