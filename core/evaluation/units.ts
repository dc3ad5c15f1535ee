/**
 * What is drawn anew to see how sure a mean is. Clips of one title share speakers, music and mix, and so are not
 * independent: whole titles are drawn (A. Davison, D. Hinkley, "Bootstrap Methods and their Application", 1997,
 * section 3.8). Where there are too few titles for that, shots are, and the interval then speaks of these titles only.
 */
import { createHash } from 'node:crypto';
import type { DatasetClip } from '../domain/dataset.ts';
import type { Resampling } from '../domain/evaluation.ts';

/** With fewer titles, shots are drawn (our choice: below, an interval over titles is hardly one). */
export const FEWEST_TITLES = 10;
/** More units are put together at random, so that work and files stay small; intervals hardly change (our choice). */
export const MOST_UNITS = 1000;

/** To which unit each clip belongs. */
export type Units = {
  resampling: Resampling;
  /** Name of each unit: equal in two evaluations for the same titles or shots // [count] */
  names: string[];
  /** [clips] */
  ofClip: Int32Array;
};

/** The units of clips: titles, or shots where there are fewer than FEWEST_TITLES titles. */
export function unitsOf(clips: readonly Pick<DatasetClip, 'titleId' | 'shotName'>[]): Units {
  const titles = new Set(clips.map((clip) => clip.titleId));
  const unit = titles.size >= FEWEST_TITLES ? 'titles' : 'shots';
  const keys = clips.map((clip) => (unit === 'titles' ? clip.titleId : `${clip.titleId}/${clip.shotName}`));
  const isMany = new Set(keys).size > MOST_UNITS;
  const places = new Map<string, number>();
  const ofClip = Int32Array.from(keys, (key) => {
    const name = isMany ? bucketOf(key) : key;
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    return place;
  });
  return { resampling: { unit, count: places.size }, names: [...places.keys()], ofClip };
}

/** Which of MOST_UNITS a title or shot falls into: the same one in every evaluation. */
function bucketOf(key: string): string {
  return `#${createHash('sha256').update(key).digest().readUInt32BE(0) % MOST_UNITS}`;
}
