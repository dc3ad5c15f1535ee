/**
 * What an evaluation found of each clip. Means over clips hide which clips they come from; two evaluations of the same
 * clips can only be compared clip by clip. Kept as clips.json beside evaluation.json.
 */
import { AppError } from '../domain/errors.ts';
import { measureCommon, rowsOf } from './cell-sums.ts';
import { dot } from './dot.ts';
import type { Embeddings } from './embeddings.ts';
import type { LanguageRanks } from './retrieval.ts';

/** Version of clips.json that this build writes, and the only one that it reads. */
const VERSION = 1;
/** Cosines are kept to a millionth: far below what a mean over clips can tell. */
const DIGITS = 6;

/**
 * Rank of a clip's match in one language, 1 is best. `similarity`: cosine of the clip's picture and its sound in that
 * language, the pair's model score; older files lack it.
 */
export type ClipRanks = {
  language: string;
  isDub: boolean;
  videoToAudio: number;
  audioToVideo: number;
  similarity?: number;
};

/** One clip. */
export type ClipMeasure = {
  clipId: string;
  /** Title and shot that the clip is cut from. */
  shot: string;
  /** Mean cosine with itself in another language, over its pairs of languages; null with one language. */
  sameClip: number | null;
  /** As sameClip, with the other clips of each pair of languages; null where there is none. */
  otherClip: number | null;
  ranks: ClipRanks[];
};

/** All clips of an evaluation, in its order. */
export type ClipMeasures = { version: 1; clips: ClipMeasure[] };

/**
 * Measures every clip. For clip c and languages a and b, with C the n clips that exist in both (as in the language
 * matrix, so that the means of a cell are the means over its clips):
 *
 *     sameClip(c)  = x(c, a) . x(c, b)
 *     otherClip(c) = 1/(2(n-1)) sum over d != c in C of ( x(c, a) . x(d, b) + x(d, a) . x(c, b) )
 *
 * each then averaged over the pairs of languages of the clip, every pair once (our choice).
 */
export function measureClips(embeddings: Embeddings, ranks: readonly LanguageRanks[]): ClipMeasures {
  const sums = embeddings.clips.map(() => ({ same: 0, sameCount: 0, other: 0, otherCount: 0 }));
  for (const [i, a] of embeddings.languages.entries()) {
    for (const b of embeddings.languages.slice(i + 1)) addLanguagePair(embeddings, a, b, sums);
  }
  const ranksOfClips = clipRanks(embeddings, ranks);
  return {
    version: VERSION,
    clips: embeddings.clips.map((clip, index) => {
      const { same, sameCount, other, otherCount } = sums[index]!;
      return {
        clipId: clip.clipId,
        shot: `${clip.titleId}/${clip.shotName}`,
        sameClip: sameCount === 0 ? null : rounded(same / sameCount),
        otherClip: otherCount === 0 ? null : rounded(other / otherCount),
        ranks: ranksOfClips[index]!,
      };
    }),
  };
}

/** Text of clips.json. */
export function encodeClipMeasures(measures: ClipMeasures): string {
  return `${JSON.stringify(measures)}\n`;
}

/** Reads clips.json. @throws AppError PROJECT_DAMAGED for anything that `encodeClipMeasures` did not write. */
export function decodeClipMeasures(text: string): ClipMeasures {
  let value: Partial<ClipMeasures> | null = null;
  try {
    value = JSON.parse(text) as Partial<ClipMeasures> | null;
  } catch {
    // Told below, with what is no measures at all.
  }
  if (value?.version === VERSION && Array.isArray(value.clips)) return value as ClipMeasures;
  throw new AppError(
    'PROJECT_DAMAGED',
    'The measures of single clips (clips.json) are damaged or of another version. Nothing was changed. Evaluate the run again to make them anew.',
  );
}

type Sums = { same: number; sameCount: number; other: number; otherCount: number };

function addLanguagePair(embeddings: Embeddings, a: string, b: string, sums: Sums[]): void {
  const left = rowsOf(embeddings, a);
  const right = rowsOf(embeddings, b);
  measureCommon(left, right, embeddings.dim, (clip, same, part) => {
    const sum = sums[clip]!;
    sum.same += same;
    sum.sameCount += 1;
    if (part === null) return;
    sum.other += part / 2;
    sum.otherCount += 1;
  });
}

function clipRanks(
  { clips, video, audio, dim }: Embeddings,
  languages: readonly LanguageRanks[],
): ClipRanks[][] {
  const result = clips.map((): ClipRanks[] => []);
  const pictures = Float64Array.from(video);
  for (const { language, clipIndexes, ranks } of languages) {
    const sounds = Float64Array.from(audio.get(language)?.data ?? []);
    for (const [row, index] of clipIndexes.entries()) {
      result[index]!.push({
        language,
        isDub: clips[index]!.original.language !== language,
        videoToAudio: ranks.videoToAudio[row]!,
        audioToVideo: ranks.audioToVideo[row]!,
        similarity: rounded(dot(pictures, index * dim, sounds, row * dim, dim)),
      });
    }
  }
  return result;
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}
