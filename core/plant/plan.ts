/** Which fault goes where: a pure function of the source's names and the seed. */
import { createRng, type Rng } from '../rng.ts';
import type { PlantedFault } from './key.ts';
import { KIND_RULES, PLANT_KINDS, type PlantKind } from './kinds.ts';
import { dubsOf, type SourceShot, type SourceTitle } from './source.ts';

/** How a corpus is planted. */
export type PlantOptions = {
  seed: number;
  /** How strong every fault is, 0..1; null: drawn for each. */
  strength: number | null;
  /** Kinds to plant; default all. */
  kinds: readonly PlantKind[];
  /** Share of the dub tracks that get a fault, 0..1. */
  share: number;
};

type Place = { title: SourceTitle; shots: readonly SourceShot[]; shot: string | null; language: string };

/** Share of the dub tracks with a fault unless told otherwise: most stay clean, since false alarms are counted on them. */
export const DEFAULT_SHARE = 0.35;

/**
 * Deals the kinds out in turn, each to a random dub that is still clean and can hold it, until the share is reached or
 * nothing fits. At most half of a shot's dubs are touched, so that the others can witness.
 */
export function planFaults(titles: readonly SourceTitle[], options: PlantOptions): PlantedFault[] {
  const rng = createRng(options.seed);
  const dealer = new Dealer(titles, rng);
  const most = Math.max(1, Math.floor(options.share * dealer.trackCount));
  const faults: PlantedFault[] = [];
  let open = PLANT_KINDS.filter((kind) => options.kinds.includes(kind));
  while (open.length > 0 && dealer.touched.size < most) {
    const stillOpen: PlantKind[] = [];
    for (const kind of open) {
      const place = dealer.touched.size < most ? dealer.take(kind) : null;
      if (place === null) continue;
      stillOpen.push(kind);
      const fault = faultAt(kind, place, faults.length, rng, options.strength);
      if (kind !== 'language') {
        faults.push(fault);
        continue;
      }
      const other = dealer.takeOther(place);
      if (other !== null) faults.push(...swapped(fault, other, faults.length));
    }
    open = stillOpen;
  }
  return faults;
}

function faultAt(
  kind: PlantKind,
  place: Place,
  index: number,
  rng: Rng,
  strength: number | null,
): PlantedFault {
  const random = rng.stream('fault', index);
  const rule = KIND_RULES[kind];
  const drawn = random.uniform();
  const numbers = rule.draw({
    durationSec: Math.min(...place.shots.map((shot) => shot.durationSec)),
    strength: strength ?? drawn,
    random,
  });
  const { title, shot, language } = place;
  return {
    id: faultId(index),
    kind,
    title: title.name,
    shot,
    language,
    codes: [...rule.codes],
    numbers,
  };
}

/** Two dubs of a title that are filed under each other's language are two faults. */
function swapped(fault: PlantedFault, other: string, index: number): PlantedFault[] {
  return [
    { ...fault, numbers: { soundOf: other } },
    { ...fault, id: faultId(index + 1), language: other, numbers: { soundOf: fault.language } },
  ];
}

function faultId(index: number): string {
  return `fault-${String(index + 1).padStart(4, '0')}`;
}

/** Knows which dubs are still clean. */
class Dealer {
  /** Names of the dub tracks with a fault. */
  readonly touched = new Set<string>();
  readonly trackCount: number;
  readonly #titles: readonly SourceTitle[];
  readonly #rng: Rng;
  #draws = 0;

  constructor(titles: readonly SourceTitle[], rng: Rng) {
    this.#titles = titles;
    this.#rng = rng;
    this.trackCount = titles.flatMap(({ shots }) => shots.flatMap(dubsOf)).length;
  }

  /** A clean dub that can hold the kind, now no longer clean; null where there is none. */
  take(kind: PlantKind): Place | null {
    const places = this.#titles.flatMap((title) => this.#placesIn(title, kind));
    if (places.length === 0) return null;
    this.#draws += 1;
    const place = this.#rng.stream('place', this.#draws).pick(places);
    for (const shot of place.shots) this.touched.add(trackName(place.title, shot, place.language));
    return place;
  }

  /** Another clean dub of the same title; null where there is none. */
  takeOther({ title, language }: Place): string | null {
    const place = this.#placesIn(title, 'language').find((candidate) => candidate.language !== language);
    if (place === undefined) return null;
    for (const shot of place.shots) this.touched.add(trackName(title, shot, place.language));
    return place.language;
  }

  #placesIn(title: SourceTitle, kind: PlantKind): Place[] {
    const { scope, leastSec } = KIND_RULES[kind];
    if (kind === 'other-title' && this.#titles.length < 2) return [];
    const languages = [
      ...new Set(title.shots.flatMap((shot) => dubsOf(shot).map(({ language }) => language))),
    ].sort();
    return languages.flatMap((language): Place[] => {
      const shots = title.shots.filter((shot) => dubsOf(shot).some((dub) => dub.language === language));
      const isFree = (shot: SourceShot): boolean =>
        shot.durationSec >= leastSec && this.#hasRoom(title, shot, language);
      if (kind === 'duplicate' && shots.some((shot) => dubsOf(shot).length < 2)) return [];
      if (scope === 'language') return shots.every(isFree) ? [{ title, shots, shot: null, language }] : [];
      return shots.filter(isFree).map((shot) => ({ title, shots: [shot], shot: shot.name, language }));
    });
  }

  #hasRoom(title: SourceTitle, shot: SourceShot, language: string): boolean {
    if (this.touched.has(trackName(title, shot, language))) return false;
    const dubs = dubsOf(shot);
    const used = dubs.filter((dub) => this.touched.has(trackName(title, shot, dub.language))).length;
    return used < Math.max(1, Math.floor(dubs.length / 2));
  }
}

/** Name of a dub of a shot in sets. */
export function trackName(title: { name: string }, shot: { name: string }, language: string): string {
  return JSON.stringify([title.name, shot.name, language]);
}
