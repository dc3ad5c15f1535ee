/**
 * Retrieval across modalities: given a picture, which of all sounds of one language is its own, and the other way
 * round. Exact, over every clip that has the language. Not for comparing languages with different candidate counts
 * without looking at the chance levels beside them.
 */
import type { RetrievalRow } from '../domain/evaluation.ts';
import type { WorkOptions } from '../jobs/progress.ts';
import { type Draws, ratioInterval } from './bootstrap.ts';
import { breathe } from './breathe.ts';
import { dot } from './dot.ts';
import type { Embeddings } from './embeddings.ts';
import type { Units } from './units.ts';

/** Similarities computed between two looks at the cancel signal. */
const SIMILARITIES_PER_BREATH = 200_000;

/** Ranks of the matching thing, 1 is best; one entry a query. */
export type Ranks = { videoToAudio: Int32Array; audioToVideo: Int32Array };

/**
 * Ranks of `count` matching rows. `video` and `audio`: [count, dim], row i of one belongs to row i of the other.
 *
 * Ties count against the model (our choice): the rank is 1 + the number of other candidates that are at least as
 * similar as the match. So embeddings that have collapsed onto one point get the last rank everywhere, never a
 * perfect score; what is not a number counts as a tie.
 * @throws CancelledError (the signal's reason) when stopped.
 */
export async function rankMatches(
  video: Float32Array,
  audio: Float32Array,
  dim: number,
  options: WorkOptions = {},
): Promise<Ranks> {
  const count = video.length / dim;
  // Widened once: doing it in every product takes twice the time.
  const pictures = Float64Array.from(video);
  const sounds = Float64Array.from(audio);
  const own = Float64Array.from({ length: count }, (_, i) => dot(pictures, i * dim, sounds, i * dim, dim));
  const videoToAudio = new Int32Array(count).fill(1);
  const audioToVideo = new Int32Array(count).fill(1);
  const rowsPerBreath = Math.max(1, Math.floor(SIMILARITIES_PER_BREATH / Math.max(1, count)));
  for (let i = 0; i < count; i += 1) {
    if (i % rowsPerBreath === 0) await breathe(options.signal);
    for (let j = 0; j < count; j += 1) {
      if (i === j) continue;
      const similarity = dot(pictures, i * dim, sounds, j * dim, dim);
      // "not below" instead of "at least": a NaN must count against the model too.
      if (!(similarity < own[i]!)) videoToAudio[i]! += 1;
      if (!(similarity < own[j]!)) audioToVideo[j]! += 1;
    }
  }
  return { videoToAudio, audioToVideo };
}

/**
 * Share of queries whose match is among the first `k`, 0..1; NaN without queries.
 */
export function recallAt(ranks: Int32Array, k: number): number {
  let hits = 0;
  for (const rank of ranks) if (rank <= k) hits += 1;
  return hits / ranks.length;
}

/** Middle rank; the mean of the two middle ones when their number is even. NaN without queries. */
export function medianRank(ranks: Int32Array): number {
  const sorted = ranks.toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What guessing reaches among `candidates`: the match is at every rank equally often. */
export function chanceLevels(
  candidates: number,
): Pick<RetrievalRow, 'chanceAt1' | 'chanceAt5' | 'chanceAt10' | 'chanceMedianRank'> {
  return {
    chanceAt1: Math.min(1, 1 / candidates),
    chanceAt5: Math.min(1, 5 / candidates),
    chanceAt10: Math.min(1, 10 / candidates),
    chanceMedianRank: (candidates + 1) / 2,
  };
}

/** Ranks of every clip that has a language, one entry a clip of `clipIndexes`. */
export type LanguageRanks = { language: string; clipIndexes: readonly number[]; ranks: Ranks };

/**
 * Both directions for every language, in the order of `embeddings.languages`, video-to-audio first.
 * @throws CancelledError (the signal's reason) when stopped.
 */
export async function measureRetrieval(
  embeddings: Embeddings,
  options: WorkOptions = {},
): Promise<RetrievalRow[]> {
  return retrievalRows(await rankLanguages(embeddings, options));
}

/**
 * Two rows a language: video-to-audio, then audio-to-video. With `uncertainty` also intervals of the shares: the
 * candidates stay as they are, the queries are drawn anew (our choice).
 */
export function retrievalRows(
  languages: readonly LanguageRanks[],
  uncertainty?: { units: Units; draws: Draws },
): RetrievalRow[] {
  return languages.flatMap(({ language, clipIndexes, ranks }) =>
    (
      [
        ['video-to-audio', ranks.videoToAudio],
        ['audio-to-video', ranks.audioToVideo],
      ] as const
    ).map(([direction, list]) => ({
      ...toRow(language, direction, list),
      ...(uncertainty === undefined ? {} : { intervals: recallIntervals(clipIndexes, list, uncertainty) }),
    })),
  );
}

function recallIntervals(
  clipIndexes: readonly number[],
  ranks: Int32Array,
  { units, draws }: { units: Units; draws: Draws },
): NonNullable<RetrievalRow['intervals']> {
  const counts = new Float64Array(units.names.length);
  for (const clip of clipIndexes) counts[units.ofClip[clip]!]! += 1;
  const intervalAt = (k: number) => {
    const hits = new Float64Array(units.names.length);
    for (const [row, clip] of clipIndexes.entries()) if (ranks[row]! <= k) hits[units.ofClip[clip]!]! += 1;
    return ratioInterval(hits, counts, draws);
  };
  return { recallAt1: intervalAt(1), recallAt5: intervalAt(5), recallAt10: intervalAt(10) };
}

/**
 * Ranks in every language that has a clip, in the order of `embeddings.languages`. A language's candidates are the
 * clips that have it; the pictures searched are those of the same clips.
 * @throws CancelledError (the signal's reason) when stopped.
 */
export async function rankLanguages(
  embeddings: Embeddings,
  options: WorkOptions = {},
): Promise<LanguageRanks[]> {
  const languages: LanguageRanks[] = [];
  for (const [index, language] of embeddings.languages.entries()) {
    options.onProgress?.({
      step: 'Retrieval',
      done: index,
      total: embeddings.languages.length,
      unit: 'languages',
    });
    const audio = embeddings.audio.get(language);
    if (audio === undefined || audio.clipIndexes.length === 0) continue;
    const video = gatherRows(embeddings.video, audio.clipIndexes, embeddings.dim);
    const ranks = await rankMatches(video, audio.data, embeddings.dim, options);
    languages.push({ language, clipIndexes: audio.clipIndexes, ranks });
  }
  const total = embeddings.languages.length;
  options.onProgress?.({ step: 'Retrieval', done: total, total, unit: 'languages' });
  return languages;
}

function toRow(language: string, direction: RetrievalRow['direction'], ranks: Int32Array): RetrievalRow {
  return {
    language,
    direction,
    candidates: ranks.length,
    recallAt1: recallAt(ranks, 1),
    recallAt5: recallAt(ranks, 5),
    recallAt10: recallAt(ranks, 10),
    medianRank: medianRank(ranks),
    ...chanceLevels(ranks.length),
  };
}

/** The rows of `data` [rows, dim] that `indexes` name, in that order: [indexes.length, dim]. */
function gatherRows(data: Float32Array, indexes: readonly number[], dim: number): Float32Array {
  const gathered = new Float32Array(indexes.length * dim);
  for (const [row, index] of indexes.entries()) {
    gathered.set(data.subarray(index * dim, (index + 1) * dim), row * dim);
  }
  return gathered;
}
