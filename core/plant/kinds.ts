/** The kinds of fault that can be planted, how strong each can be, and by which findings it may be told. */
import type { FindingCode } from '../domain/finding.ts';
import type { RandomStream } from '../rng.ts';

/** Every kind, in the order in which they are dealt out. */
export const PLANT_KINDS = [
  'offset',
  'other-title',
  'silent',
  'dropout',
  'clipped',
  'truncated',
  'duplicate',
  'original-again',
  'level',
  'pal-speed',
  'cut',
  'speed',
  'channels',
  'low-pass',
  'compressed',
  'language',
  'original-under',
  'commentary',
] as const;

/** A kind of planted fault. */
export type PlantKind = (typeof PLANT_KINDS)[number];

/** What was done, with units in the names. */
export type PlantNumbers = Record<string, number | string>;

/** What the draw of a fault may depend on. */
export type PlantPlace = {
  /** Length of the shot; of the shortest one where the fault is in all, s. */
  durationSec: number;
  /** 0 (hardly there) to 1. */
  strength: number;
  random: RandomStream;
};

/** How one kind is planted. */
export type KindRule = {
  /** `language`: in every shot of a title's dub; `shot`: in one. */
  scope: 'language' | 'shot';
  /** Any of these findings, as a warning or a fault, tells it. `offset` is judged by its number. */
  codes: readonly FindingCode[];
  /** Shorter shots cannot hold it, s. */
  leastSec: number;
  /** What exactly is done. */
  draw: (place: PlantPlace) => PlantNumbers;
};

/** The six named speeds at which dubs are found: dub over original. */
const PAL_SPEEDS = { '25/24': 25 / 24, '24/25': 24 / 25, '25/23.976': 25.025 / 24, '23.976/25': 24 / 25.025 };
const SLIGHT_SPEEDS = { '24/23.976': 1.001, '23.976/24': 1 / 1.001 };

const between = (least: number, most: number, at: number): number =>
  Number((least + (most - least) * at).toFixed(4));
/** Even steps in proportion: 5 to 2000 has 100 in the middle. */
const betweenLog = (least: number, most: number, at: number): number =>
  Number((least * (most / least) ** at).toFixed(3));
const sign = (random: RandomStream): number => (random.uniform() < 0.5 ? -1 : 1);

function speedOf(speeds: Record<string, number>, random: RandomStream): PlantNumbers {
  const [name, ratio] = random.pick(Object.entries(speeds));
  return { speed: name, ratio, pitch: random.pick(['shifted', 'kept']) };
}

/** Somewhere inside, at least `edgeSec` from both ends, s. */
function somewhere({ durationSec, random }: PlantPlace, edgeSec: number, lengthSec: number): number {
  return between(edgeSec, Math.max(edgeSec, durationSec - edgeSec - lengthSec), random.uniform());
}

/** How each kind is planted. The ranges are our choice: from what can just be heard to what nobody misses. */
export const KIND_RULES: Record<PlantKind, KindRule> = {
  offset: {
    scope: 'language',
    codes: ['offset'],
    leastSec: 0,
    draw: ({ strength, random }) => ({ offsetMs: sign(random) * betweenLog(5, 2000, strength) }),
  },
  'other-title': { scope: 'shot', codes: ['shares-nothing'], leastSec: 2, draw: () => ({}) },
  silent: {
    scope: 'shot',
    codes: ['silent'],
    leastSec: 0,
    draw: ({ strength }) => ({ noiseDb: strength > 0.5 ? -200 : -80 }),
  },
  dropout: {
    scope: 'shot',
    codes: ['dropout'],
    leastSec: 2,
    draw: (place) => {
      const lengthSec = between(0.12, 0.6, place.strength);
      return { startSec: somewhere(place, 0.4, lengthSec), lengthSec };
    },
  },
  clipped: {
    scope: 'shot',
    codes: ['clipped'],
    leastSec: 0,
    draw: ({ strength }) => ({ driveDb: between(9, 20, strength) }),
  },
  truncated: {
    scope: 'shot',
    codes: ['truncated'],
    leastSec: 2.5,
    draw: ({ strength, durationSec }) => ({
      missingSec: between(0.5, Math.min(3, 0.4 * durationSec), strength),
    }),
  },
  duplicate: {
    scope: 'shot',
    codes: ['duplicate-track', 'same-as-original'],
    leastSec: 1.5,
    draw: ({ strength }) => ({ gainDb: between(0, -6, 1 - strength), codec: 'aac-64k' }),
  },
  'original-again': {
    scope: 'shot',
    codes: ['same-as-original', 'duplicate-track'],
    leastSec: 1.5,
    draw: ({ strength }) => ({ gainDb: between(0, -6, 1 - strength), codec: 'aac-64k' }),
  },
  level: {
    scope: 'shot',
    codes: ['level-difference'],
    leastSec: 1,
    draw: ({ strength }) => ({ gainDb: between(-20, -30, strength) }),
  },
  'pal-speed': {
    scope: 'language',
    codes: ['drift'],
    leastSec: 3,
    draw: ({ random }) => speedOf(PAL_SPEEDS, random),
  },
  speed: {
    scope: 'language',
    codes: ['drift'],
    leastSec: 120,
    draw: ({ random }) => speedOf(SLIGHT_SPEEDS, random),
  },
  cut: {
    scope: 'shot',
    codes: ['different-cut'],
    leastSec: 12,
    draw: (place) => {
      const lengthSec = betweenLog(0.2, 4, place.strength);
      return { what: place.random.pick(['removed', 'inserted']), atSec: somewhere(place, 5, 0), lengthSec };
    },
  },
  channels: {
    scope: 'shot',
    codes: ['channels'],
    leastSec: 0,
    draw: ({ random }) => ({ what: random.pick(['one-dead', 'out-of-phase']) }),
  },
  'low-pass': {
    scope: 'shot',
    codes: ['low-bandwidth'],
    leastSec: 1,
    draw: ({ strength }) => ({ cutoffHz: between(5000, 2500, strength) }),
  },
  compressed: {
    scope: 'shot',
    codes: ['loudness-range'],
    leastSec: 20,
    draw: ({ strength }) => ({ power: between(0.5, 0.2, strength) }),
  },
  language: { scope: 'language', codes: ['language-mismatch'], leastSec: 2, draw: () => ({}) },
  'original-under': {
    scope: 'language',
    codes: ['original-speech'],
    leastSec: 2,
    draw: ({ strength }) => ({ gainDb: between(-18, -4, strength) }),
  },
  commentary: {
    scope: 'shot',
    codes: ['commentary', 'original-speech'],
    leastSec: 3,
    draw: () => ({ gainDb: 0 }),
  },
};
