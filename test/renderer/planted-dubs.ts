/** Real dubs with a fault planted in some of them, as media to import. */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeAudio } from '../../core/media/decode-audio.ts';
import type { PlantedFault } from '../../core/plant/key.ts';
import { plantTrack } from '../../core/plant/plant-track.ts';
import { writeSound } from '../../core/plant/write-media.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { createRng } from '../../core/rng.ts';
import { REAL_DUBS } from '../fixtures/media.ts';

/** What is done to the dub of one shot. `elsewhere`: the shot that a foreign sound is taken from. */
export type Planted = {
  shot: string;
  language: string;
  kind: PlantedFault['kind'];
  numbers?: PlantedFault['numbers'];
  elsewhere?: string;
};

const TOOLS = locateMediaTools();

/** Copies the shots (`<title>_<shot>`) into a new folder; planted dubs become sound files of their own. */
export async function writePlanted(
  folder: string,
  shots: readonly string[],
  planted: readonly Planted[],
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const isPlanted = (name: string): boolean =>
    planted.some(({ shot, language }) => name === `${shot}_${language}.mp4`);
  for (const name of readdirSync(REAL_DUBS)) {
    const isWanted = shots.some((shot) => name.startsWith(`${shot}_`));
    if (isWanted && !isPlanted(name)) cpSync(join(REAL_DUBS, name), join(folder, name));
  }
  for (const { shot, language, kind, numbers = {}, elsewhere = shot } of planted) {
    const dub = (of: string, from = shot): Promise<Float32Array> =>
      decodeAudio(
        { path: join(REAL_DUBS, `${from}_${of}.mp4`), streamIndex: 1, sha256: '' },
        { sampleRateHz: 48_000 },
        TOOLS,
      );
    const fault: PlantedFault = {
      id: `${shot} ${language}`,
      kind,
      title: shot,
      shot,
      language,
      codes: ['silent'],
      numbers: { ...numbers },
    };
    const sound = await plantTrack(fault, {
      own: () => dub(language),
      original: () => dub('en'),
      dub,
      otherLanguage: typeof numbers.soundOf === 'string' ? numbers.soundOf : null,
      elsewhere: () => dub(language, elsewhere),
      random: createRng(11).stream(fault.id),
    });
    await writeSound(sound, sound.codec ?? 'flac', join(folder, `${shot}_${language}`), TOOLS, undefined);
  }
}

/** One fault of every kind that has a picture. */
export const PLANTED: readonly Planted[] = [
  { shot: '81215414_12', language: 'de', kind: 'dropout', numbers: { lengthSec: 0.5, startSec: 0 } },
  { shot: '81215414_12', language: 'es', kind: 'level', numbers: { gainDb: -20 } },
  { shot: '81215414_12', language: 'fr', kind: 'clipped', numbers: { driveDb: 18 } },
  { shot: '81215414_12', language: 'it', kind: 'truncated', numbers: { missingSec: 3 } },
  { shot: '81215414_12', language: 'ja', kind: 'silent', numbers: { noiseDb: -80 } },
  { shot: '80114859_228', language: 'fr', kind: 'duplicate', numbers: { soundOf: 'es', gainDb: -3 } },
  { shot: '80114859_228', language: 'it', kind: 'original-again', numbers: { gainDb: -2 } },
  { shot: '80114859_228', language: 'ja', kind: 'other-title', elsewhere: '81215414_12' },
  { shot: '80114859_228', language: 'de', kind: 'original-under', numbers: { gainDb: -2 } },
  { shot: '80114859_541', language: 'de', kind: 'original-under', numbers: { gainDb: -2 } },
];

/** The shots they are in. */
export const PLANTED_SHOTS = ['81215414_12', '81215414_176', '80114859_228', '80114859_541'];
