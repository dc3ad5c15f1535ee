/** Faults made in sounds in memory, each of a strength drawn from a stream. */
import type { CheckInput } from '../../../core/checks/check-input.ts';
import type { FindingCode } from '../../../core/domain/finding.ts';
import type { RandomStream } from '../../../core/rng.ts';
import { reencode } from '../align/reencode.ts';

const RATE_HZ = 48_000;

/** The sounds of a project by track id, mono, 48 kHz. */
export type Sounds = Map<string, Float32Array>;

/** A track that a fault is made in, and what else there is. */
export type Place = {
  samples: Float32Array;
  original: Float32Array;
  /** Another dub of the shot. */
  otherDub: Float32Array;
  /** A track of another title. */
  foreign: Float32Array;
  random: RandomStream;
};

/** One kind of fault. */
export type PlantKind = {
  name: string;
  codes: FindingCode[];
  /** The faulty sound; null where this place cannot carry the fault. */
  plant: (place: Place) => Promise<Float32Array | null> | Float32Array | null;
};

const AAC_64 = ['-c:a', 'aac', '-b:a', '64k'];

/** All kinds that are planted. */
export const KINDS: readonly PlantKind[] = [
  {
    name: 'other title',
    codes: ['shares-nothing'],
    plant: ({ samples, foreign }) => cutTo(foreign, samples.length),
  },
  { name: 'duplicate', codes: ['duplicate-track'], plant: ({ otherDub }) => otherDub.slice() },
  {
    name: 'duplicate, -6 dB, AAC 64k',
    codes: ['duplicate-track'],
    plant: ({ otherDub }) =>
      reencode(
        otherDub.map((x) => x / 2),
        AAC_64,
        'm4a',
      ),
  },
  { name: 'silence', codes: ['silent'], plant: ({ samples }) => new Float32Array(samples.length) },
  { name: 'dropout', codes: ['dropout'], plant: plantDropout },
  {
    name: 'dropout, AAC 64k',
    codes: ['dropout'],
    plant: async (place) => {
      const broken = plantDropout(place);
      return broken === null ? null : reencode(broken, AAC_64, 'm4a');
    },
  },
  { name: 'clipping', codes: ['clipped'], plant: plantClipping },
  {
    name: 'clipping, AAC 64k',
    codes: ['clipped'],
    plant: (place) => reencode(plantClipping(place, 1), AAC_64, 'm4a'),
  },
  { name: 'truncation', codes: ['truncated'], plant: (place) => plantEnd(place)?.cut ?? null },
  { name: 'truncation by silence', codes: ['truncated'], plant: (place) => plantEnd(place)?.zeroed ?? null },
  {
    name: 'through 16 kHz',
    codes: ['low-bandwidth'],
    plant: ({ samples }) => reencode(samples, ['-ar', '16000', '-c:a', 'pcm_s16le'], 'wav'),
  },
];

function cutTo(samples: Float32Array, length: number): Float32Array {
  const cut = new Float32Array(length);
  cut.set(samples.subarray(0, length));
  return cut;
}

/** 100 to 500 ms of nothing where dub and original sound. */
function plantDropout({ samples, original, random }: Place): Float32Array | null {
  const length = Math.round(RATE_HZ * (0.1 + 0.4 * random.uniform()));
  for (let tries = 0; tries < 60; tries += 1) {
    const at = Math.floor(random.uniform() * Math.max(0, samples.length - length));
    const beside = Math.min(rmsDb(samples, at - 960, at), rmsDb(samples, at + length, at + length + 960));
    const inside = [0, 1, 2, 3].map((k) => {
      const from = at + (k * length) / 4;
      return Math.min(rmsDb(original, from, from + length / 4), rmsDb(samples, from, from + length / 4));
    });
    // A gap in what cannot be heard is none.
    if (Math.min(beside, ...inside) < -48) continue;
    return samples.map((x, i) => (i >= at && i < at + length ? 0 : x));
  }
  return null;
}

/** Driven 9 to 18 dB into a ceiling. */
function plantClipping({ samples, random }: Place, ceiling = 0.3 + 0.7 * random.uniform()): Float32Array {
  const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const gain = (ceiling * 10 ** ((9 + 9 * random.uniform()) / 20)) / peak;
  return samples.map((x) => Math.max(-ceiling, Math.min(ceiling, gain * x)));
}

/** The last 0.4 to 1 s gone, if the original sounds in 0.35 s of them. */
function plantEnd({ samples, original, random }: Place): { cut: Float32Array; zeroed: Float32Array } | null {
  const length = Math.round(RATE_HZ * (0.4 + 0.6 * random.uniform()));
  const end = samples.length - length;
  let sounding = 0;
  for (let at = end; at < original.length; at += 960) {
    if (rmsDb(original, at, at + 960) > -50) sounding += 0.02;
  }
  if (sounding < 0.36 || end < 1.5 * RATE_HZ || rmsDb(samples, end - 1920, end) < -55) return null;
  return { cut: samples.slice(0, end), zeroed: samples.map((x, i) => (i >= end ? 0 : x)) };
}

function rmsDb(samples: Float32Array, from: number, to: number): number {
  let sum = 0;
  const start = Math.max(0, Math.floor(from));
  const end = Math.min(samples.length, Math.floor(to));
  for (let i = start; i < end; i += 1) sum += samples[i]! * samples[i]!;
  return 10 * Math.log10(sum / Math.max(1, end - start) + 1e-20);
}

/** One planted fault. */
export type Planted = { kind: PlantKind; shotId: string; trackId: string; language: string };

/** Plants one fault in each shot (none in some), in a copy of the sounds. */
export async function plantRound(
  input: CheckInput,
  clean: Sounds,
  kinds: readonly PlantKind[],
  random: RandomStream,
): Promise<{ sounds: Sounds; planted: Planted[] }> {
  const sounds: Sounds = new Map(clean);
  const planted: Planted[] = [];
  for (const title of input.titles) {
    const others = input.titles.filter((other) => other !== title);
    for (const shot of title.shots) {
      const dubs = shot.tracks.filter(({ role }) => role === 'dub');
      const track = random.pick(dubs);
      const otherTrack = random.pick(dubs.filter((dub) => dub !== track));
      const foreignTrack = random.pick(random.pick(random.pick(others).shots).tracks);
      const kind = random.pick(kinds);
      const samples = await kind.plant({
        samples: clean.get(track.trackId)!,
        original: clean.get(shot.tracks.find(({ role }) => role === 'original')!.trackId)!,
        otherDub: clean.get(otherTrack.trackId)!,
        foreign: clean.get(foreignTrack.trackId)!,
        random,
      });
      if (samples === null) continue;
      sounds.set(track.trackId, samples);
      planted.push({ kind, shotId: shot.shotId, trackId: track.trackId, language: track.language });
    }
  }
  return { sounds, planted };
}
