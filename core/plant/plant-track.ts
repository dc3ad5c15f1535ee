/** One dub as it is to be written: its own sound, with its fault in it. */
import { InvariantError } from '../domain/errors.ts';
import type { RandomStream } from '../rng.ts';
import type { PlantedFault } from './key.ts';
import {
  clipped,
  compressed,
  faster,
  gap,
  later,
  levelDb,
  louder,
  loudestStart,
  lowPassed,
  mixed,
  recut,
  shortened,
  silence,
} from './transform.ts';

/** How a dub is coded. */
export type PlantCodec = 'flac' | 'opus-64k' | 'aac-64k';

/** A dub ready to be written: one or two channels at 48 kHz. */
export type PlantedSound = {
  channels: Float32Array[];
  /** A change of speed that keeps the pitch is left to ffmpeg: `atempo` by this; 1 for none. */
  tempo: number;
  /** Null: whatever the corpus deals out. */
  codec: PlantCodec | null;
};

/** What a fault may take its sound from. All mono, 48 kHz. */
export type PlantSounds = {
  own: () => Promise<Float32Array>;
  original: () => Promise<Float32Array>;
  /** The shot's dub in another language. */
  dub: (language: string) => Promise<Float32Array>;
  /** Another language of the shot, the same at every call; null where there is none. */
  otherLanguage: string | null;
  /** A dub in the same language from another title. */
  elsewhere: () => Promise<Float32Array>;
  random: RandomStream;
};

/** Dubs that keep their pitch at another speed are left to ffmpeg; where the hole falls, and whose copy
 * a duplicate is, is set into the fault. */
export async function plantTrack(fault: PlantedFault | null, sounds: PlantSounds): Promise<PlantedSound> {
  if (fault === null) return mono(await sounds.own());
  const { kind } = fault;
  const number = (name: string): number => Number(fault.numbers[name]);
  switch (kind) {
    case 'pal-speed':
    case 'speed':
      return fault.numbers.pitch === 'kept'
        ? { ...mono(await sounds.own()), tempo: number('ratio') }
        : mono(faster(await sounds.own(), number('ratio')));
    case 'channels':
      return twoChannels(await sounds.own(), fault.numbers.what === 'one-dead');
    case 'duplicate':
      fault.numbers.soundOf = sounds.otherLanguage ?? fault.language;
      return coded(await sounds.dub(fault.numbers.soundOf), fault);
    case 'original-again':
      return coded(await sounds.original(), fault);
    case 'other-title':
      return mono(await sounds.elsewhere());
    case 'language':
      return mono(await sounds.dub(String(fault.numbers.soundOf)));
    case 'original-under':
    case 'commentary':
      return mono(await overlaid(fault, sounds));
    default:
      return mono(plantSamples(fault, await sounds.own(), sounds.random));
  }
}

function mono(samples: Float32Array): PlantedSound {
  return { channels: [samples], tempo: 1, codec: null };
}

function twoChannels(samples: Float32Array, isDead: boolean): PlantedSound {
  const second = isDead ? new Float32Array(samples.length) : samples.map((sample) => -sample);
  return { channels: [samples, second], tempo: 1, codec: 'flac' };
}

function coded(samples: Float32Array, fault: PlantedFault): PlantedSound {
  return { ...mono(louder(samples, Number(fault.numbers.gainDb))), codec: 'aac-64k' };
}

/** `original-under`: the original's sound below the dub; `commentary`: somebody talks over the original. */
async function overlaid(fault: PlantedFault, sounds: PlantSounds): Promise<Float32Array> {
  const original = await sounds.original();
  const voice = fault.kind === 'commentary' ? await sounds.elsewhere() : await sounds.own();
  const gainDb = Number(fault.numbers.gainDb);
  return fault.kind === 'commentary'
    ? mixed(original, voice, levelDb(original) - levelDb(voice) + 3 + gainDb)
    : mixed(voice, original, levelDb(voice) - levelDb(original) + gainDb);
}

/** Faults that need the dub's own samples only. */
function plantSamples(fault: PlantedFault, own: Float32Array, random: RandomStream): Float32Array {
  const number = (name: string): number => Number(fault.numbers[name]);
  switch (fault.kind) {
    case 'offset':
      return later(own, number('offsetMs'));
    case 'silent':
      return silence(own.length, number('noiseDb'), random);
    case 'dropout':
      fault.numbers.startSec = loudestStart(own, number('lengthSec'), 0.4);
      return gap(own, number('startSec'), number('lengthSec'));
    case 'clipped':
      return clipped(own, number('driveDb'));
    case 'truncated':
      return shortened(own, number('missingSec'));
    case 'level':
      return louder(own, number('gainDb'));
    case 'cut':
      return recut(
        own,
        fault.numbers.what === 'removed' ? 'removed' : 'inserted',
        number('atSec'),
        number('lengthSec'),
      );
    case 'low-pass':
      return lowPassed(own, number('cutoffHz'));
    case 'compressed':
      return compressed(own, number('power'));
    default:
      throw new InvariantError(`No sound is made for a fault of kind ${fault.kind}.`);
  }
}
