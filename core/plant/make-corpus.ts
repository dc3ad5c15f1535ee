/** Writes a planted corpus: one Matroska file a shot with picture and original, one file a dub, and the key. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { Alignment, FindingDraft } from '../domain/finding.ts';
import { atomicWrite } from '../files/atomic-write.ts';
import { noProgress, type WorkOptions } from '../jobs/progress.ts';
import type { MediaTools } from '../process/media-tools.ts';
import { createRng } from '../rng.ts';
import { KEY_FILE, type PlantedFault, type PlantedKey, type PlantedOffset } from './key.ts';
import type { PlantOptions } from './plan.ts';
import { planFaults } from './plan.ts';
import { type PlantCodec, plantTrack } from './plant-track.ts';
import { SoundLibrary } from './sound-library.ts';
import { dubsOf, joinShots, type SourceShot, type SourceTitle } from './source.ts';
import { plantedOffsetMs } from './transform.ts';
import { writePicture, writeSound } from './write-media.ts';

/** Everything a corpus is made from. */
export type CorpusRequest = PlantOptions & {
  titles: readonly SourceTitle[];
  /** What the checks say of the source itself. */
  said: { alignments: readonly Alignment[]; findings: readonly FindingDraft[] };
  /** New or empty. */
  outFolder: string;
  /** Shots are joined until they last this long, s; 0: as they are. */
  joinSec: number;
};

const CODECS: readonly PlantCodec[] = ['flac', 'opus-64k', 'aac-64k'];
/** Faults after which a dub no longer has one shift. */
const WITHOUT_OFFSET = ['pal-speed', 'speed', 'language'];

/**
 * Plants and writes. The key is written last, so a folder without one is no finished corpus.
 * @throws AppError ARGUMENT_INVALID where the folder holds something or the source has no dubs; what decoding throws.
 */
export async function makeCorpus(
  request: CorpusRequest,
  tools: MediaTools,
  { signal, onProgress = noProgress }: WorkOptions = {},
): Promise<PlantedKey> {
  await requireEmpty(request.outFolder);
  const titles = request.joinSec > 0 ? joinShots(request.titles, request.joinSec) : request.titles;
  const faults = planFaults(titles, request);
  if (faults.length === 0) {
    throw new AppError(
      'ARGUMENT_INVALID',
      'No dub of the source can hold a fault of the kinds asked for. Nothing was written. Use longer media, or other kinds.',
    );
  }
  const rng = createRng(request.seed);
  const shots = titles.flatMap((title) => title.shots.map((shot) => ({ title, shot })));
  for (const [i, { title, shot }] of shots.entries()) {
    signal?.throwIfAborted();
    const library = new SoundLibrary(titles, tools, signal);
    await writePicture(
      shot,
      await library.original(shot),
      join(request.outFolder, `${stemOf(title, shot)}.mkv`),
      tools,
      signal,
    );
    for (const [n, dub] of dubsOf(shot).entries()) {
      const fault = faultOf(faults, title, shot, dub.language);
      const sound = await plantTrack(fault, {
        own: () => library.track(shot, dub.language),
        original: () => library.original(shot),
        dub: (language) => library.track(shot, language),
        otherLanguage: dubsOf(shot).find(({ language }) => language !== dub.language)?.language ?? null,
        elsewhere: () => library.elsewhere(title, shot, dub.language, rng.stream('elsewhere', i, n)),
        random: rng.stream('noise', i, n),
      });
      const codec = sound.codec ?? rng.stream('codec', i, n).pick(CODECS);
      await writeSound(
        sound,
        codec,
        join(request.outFolder, `${stemOf(title, shot)}.${dub.language}`),
        tools,
        signal,
      );
    }
    onProgress({ step: 'plant', done: i + 1, total: shots.length, unit: 'shots', detail: title.name });
  }
  const key = keyOf(request, titles, faults);
  await atomicWrite(join(request.outFolder, KEY_FILE), `${JSON.stringify(key, null, 2)}\n`);
  return key;
}

async function requireEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length === 0) return;
  throw new AppError(
    'ARGUMENT_INVALID',
    `${folder} is not empty. Nothing was written. Name a new folder for the planted corpus.`,
  );
}

/** A shot's name in file names, as the import reads it back: `<title>_<shot>`. */
function stemOf(title: SourceTitle, shot: SourceShot): string {
  return `${title.name}_${shot.name}`.replaceAll(/[\\/:*?"<>|]/g, '-');
}

function faultOf(
  faults: readonly PlantedFault[],
  title: SourceTitle,
  shot: SourceShot,
  language: string,
): PlantedFault | null {
  const isHere = (fault: PlantedFault): boolean =>
    fault.title === title.name &&
    fault.language === language &&
    (fault.shot === null || fault.shot === shot.name);
  return faults.find(isHere) ?? null;
}

function keyOf(request: CorpusRequest, titles: readonly SourceTitle[], faults: PlantedFault[]): PlantedKey {
  const { seed, strength, said } = request;
  const names = new Map(request.titles.map((title) => [title.id, title]));
  const known = said.findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ titleId, shotId, language, code }) => {
      const title = names.get(titleId);
      // A joined scene has no name of its own in the source: what was said of a part holds for the title.
      const shot = request.joinSec > 0 ? undefined : title?.shots.find(({ id }) => id === shotId);
      return { title: title?.name ?? titleId, shot: shot?.name ?? null, language, code };
    });
  return {
    format: 'dubscope-planted',
    version: 1,
    seed,
    strength,
    faults,
    offsets: titles.flatMap((title) => offsetsOf(title, faults, said.alignments)),
    known,
  };
}

function offsetsOf(
  title: SourceTitle,
  faults: readonly PlantedFault[],
  alignments: readonly Alignment[],
): PlantedOffset[] {
  const languages = [...new Set(title.shots.flatMap((shot) => dubsOf(shot).map(({ language }) => language)))];
  return languages.flatMap((language) => {
    const whole = faults.find(
      (fault) => fault.title === title.name && fault.language === language && fault.shot === null,
    );
    if (whole !== undefined && WITHOUT_OFFSET.includes(whole.kind)) return [];
    const own = alignments.find((a) => a.titleId === title.id && a.language === language);
    const plantedMs = whole?.kind === 'offset' ? plantedOffsetMs(Number(whole.numbers.offsetMs)) : 0;
    return [{ title: title.name, language, plantedMs, ownMs: own?.offsetMs ?? null }];
  });
}
