/** What the towers make of a data set: one embedding a picture, one a clip and language. */
import type { DatasetClip } from '../domain/dataset.ts';

/** The sounds of one language. */
export type LanguageEmbeddings = {
  /** Which clips have the language: rising indexes into `clips`, one a row of `data`. */
  clipIndexes: number[];
  /** L2-normalised // [clipIndexes.length, dim] */
  data: Float32Array;
};

/** Embeddings of all clips of a data set in all their languages. */
export type Embeddings = {
  clips: DatasetClip[];
  /** Numbers in an embedding. */
  dim: number;
  /** Languages of originals first, then those of dubs; each part sorted by tag. */
  languages: string[];
  /** L2-normalised // [clips.length, dim] */
  video: Float32Array;
  audio: Map<string, LanguageEmbeddings>;
};

/**
 * Languages of the clips in the order in which everything lists them: those that are an original somewhere, then
 * the others, each part sorted by tag.
 */
export function languagesOf(clips: readonly DatasetClip[]): { languages: string[]; originals: string[] } {
  const originals = [...new Set(clips.map((clip) => clip.original.language))].toSorted(byTag);
  const dubs = new Set(clips.flatMap((clip) => clip.dubs.map((dub) => dub.language)));
  const others = [...dubs].filter((language) => !originals.includes(language)).toSorted(byTag);
  return { languages: [...originals, ...others], originals };
}

function byTag(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
