/** Which clips a step sees. A pure function of the seed and the epoch: nothing to save, nothing to drift. */
import type { RandomStream, Rng } from '../rng.ts';

/**
 * Steps of an epoch. An epoch shows every clip once. Its batches differ in size by one at most and hold no more than
 * `batchSize` clips, so there is no small last batch with few negatives; the one exception is that a batch never
 * holds a single clip (a batch may then be larger than asked for: 3 clips at `batchSize` 2 are one step).
 */
export function stepsPerEpoch(clipCount: number, batchSize: number): number {
  return Math.max(1, Math.min(Math.ceil(clipCount / batchSize), Math.floor(clipCount / 2)));
}

/** What an epoch is cut from, and how. */
export type SamplerSettings = {
  clipCount: number;
  batchSize: number;
  /** Title of each clip; needed for `clipsPerTitle`. */
  titles?: readonly string[];
  /** Clips of one title that stay together; 0 or 1: each falls where it may (paper-facts 1.5). Default 0. */
  clipsPerTitle?: number;
};

/**
 * Indexes of the clips of one step. Clips are shuffled anew each epoch, titles mixed: clips of one title may fall
 * into one batch, where they are each other's hardest negatives. With `clipsPerTitle` above 1 they come in groups of
 * so many (a title's last group may be smaller): batches then differ in size by about a group, and a group is cut in
 * two only where no size of the batch would keep it whole.
 * @param place `stepInEpoch` is 0-based
 */
export function batchIndexes(
  rng: Rng,
  place: { epoch: number; stepInEpoch: number },
  settings: SamplerSettings,
): number[] {
  const { clipCount, batchSize, titles, clipsPerTitle = 0 } = settings;
  const steps = stepsPerEpoch(clipCount, batchSize);
  const random = rng.stream('order', place.epoch);
  const order = random.shuffled(Array.from({ length: clipCount }, (_, i) => i));
  if (titles === undefined || clipsPerTitle <= 1) {
    const edge = (step: number): number => Math.floor((clipCount * step) / steps);
    return order.slice(edge(place.stepInEpoch), edge(place.stepInEpoch + 1));
  }
  const groups = groupsByTitle(order, titles, clipsPerTitle, random);
  const [start, end] = groupedEdges(groups, { steps, batchSize }, place.stepInEpoch);
  return groups.flat().slice(start, end);
}

/** Groups of `clipsPerTitle` clips of one title, in random order. */
function groupsByTitle(
  order: readonly number[],
  titles: readonly string[],
  clipsPerTitle: number,
  random: RandomStream,
): number[][] {
  const groups: number[][] = [];
  const open = new Map<string, number[]>();
  for (const index of order) {
    const title = titles[index]!;
    let group = open.get(title);
    if (group === undefined || group.length === clipsPerTitle) {
      group = [];
      groups.push(group);
      open.set(title, group);
    }
    group.push(index);
  }
  return random.shuffled(groups);
}

/** First clip of a step and the one after its last: the group's end nearest to an even cut that leaves enough over. */
function groupedEdges(
  groups: readonly number[][],
  { steps, batchSize }: { steps: number; batchSize: number },
  stepInEpoch: number,
): [number, number] {
  const ends: number[] = [];
  for (const group of groups) ends.push((ends.at(-1) ?? 0) + group.length);
  const clipCount = ends.at(-1) ?? 0;
  const largest = Math.max(batchSize, Math.ceil(clipCount / steps));
  let start = 0;
  let end = 0;
  for (let step = 0; step <= stepInEpoch; step += 1) {
    start = end;
    const after = steps - step - 1;
    const least = Math.max(start + 2, clipCount - after * largest);
    const most = Math.min(start + largest, clipCount - 2 * after);
    const even = start + Math.floor((clipCount - start) / (after + 1));
    end = nearest(ends, even, least, most);
  }
  return [start, end];
}

/** The member of `ends` within `least..most` that is nearest to `wanted`; `wanted` itself where there is none. */
function nearest(ends: readonly number[], wanted: number, least: number, most: number): number {
  let best: number | null = null;
  for (const end of ends) {
    if (end < least || end > most) continue;
    if (best === null || Math.abs(end - wanted) < Math.abs(best - wanted)) best = end;
  }
  return best ?? wanted;
}
