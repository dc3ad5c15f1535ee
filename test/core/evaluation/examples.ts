/** Made data for the tests of evaluation: clips, embeddings and results with known properties. */
import type { DatasetAudio, DatasetClip } from '../../../core/domain/dataset.ts';
import type { EvaluationResult } from '../../../core/domain/evaluation.ts';
import type { Embeddings } from '../../../core/evaluation/embeddings.ts';
import { languagesOf } from '../../../core/evaluation/embeddings.ts';
import { chanceLevels } from '../../../core/evaluation/retrieval.ts';
import { createRng, type RandomStream } from '../../../core/rng.ts';

/** A clip with an original and dubs in the given languages. */
export function exampleClip(index: number, original: string, dubs: readonly string[]): DatasetClip {
  const audio = (language: string, pairId: string | null): DatasetAudio => ({
    language,
    source: { path: `/media/clip-${index}-${language}.mp4`, streamIndex: 1, sha256: `${index}${language}` },
    offsetMs: 0,
    pairId,
  });
  return {
    clipId: `c${index}`,
    titleId: `t${index}`,
    titleName: `title ${index}`,
    shotName: '1',
    split: 'heldout',
    timeWindow: { startSec: 0, endSec: 3 },
    video: { path: `/media/clip-${index}.mp4`, streamIndex: 0, sha256: `${index}` },
    original: audio(original, null),
    dubs: dubs.map((language) => audio(language, `p${index}-${language}`)),
  };
}

/** A random direction. */
export function unitVector(dim: number, stream: RandomStream): number[] {
  const values = Array.from({ length: dim }, () => stream.normal());
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

/**
 * Embeddings of clips that each have some of the languages: the sound of clip i leans towards its picture by
 * `pull` (0: not at all).
 */
export function exampleEmbeddings(
  clips: readonly DatasetClip[],
  { dim = 8, seed = 1, pull = 1 }: { dim?: number; seed?: number; pull?: number } = {},
): Embeddings {
  const stream = createRng(seed).stream('example embeddings');
  const { languages } = languagesOf(clips);
  const video = clips.map(() => unitVector(dim, stream));
  const audio = new Map(
    languages.map((language) => {
      const clipIndexes = clips.flatMap((clip, i) =>
        [clip.original, ...clip.dubs].some((sound) => sound.language === language) ? [i] : [],
      );
      const rows = clipIndexes.map((i) => {
        const noise = unitVector(dim, stream);
        const mixed = noise.map((value, d) => value + pull * video[i]![d]!);
        const length = Math.hypot(...mixed);
        return mixed.map((value) => value / length);
      });
      return [language, { clipIndexes, data: Float32Array.from(rows.flat()) }];
    }),
  );
  return { clips: [...clips], dim, languages, video: Float32Array.from(video.flat()), audio };
}

/** A result over `languages` in which Japanese has too few clips for a claim. */
export function exampleResult(
  languages: readonly string[] = ['en', 'de', 'es', 'fr', 'ja'],
  clipCount = 28,
): EvaluationResult {
  const clipsOf = (language: string): number => (language === 'ja' ? 6 : clipCount);
  return {
    version: 1,
    runId: 'run-1',
    checkpoint: 'ck-000480',
    clipCount,
    languages: [...languages],
    originalLanguages: languages.slice(0, 1),
    retrieval: languages.flatMap((language, i) =>
      (['video-to-audio', 'audio-to-video'] as const).map((direction) => ({
        language,
        direction,
        candidates: clipsOf(language),
        recallAt1: 0.25 + 0.05 * i,
        recallAt5: 0.625,
        recallAt10: 0.9,
        medianRank: 2.5,
        ...chanceLevels(clipsOf(language)),
      })),
    ),
    matrix: languages.flatMap((a, row) =>
      languages.map((b, column) => {
        const sameClip = row === column ? 1 : 0.8 - 0.04 * Math.abs(row - column);
        const otherClip = 0.1 + 0.01 * (row + column);
        const common = Math.min(clipsOf(a), clipsOf(b));
        return { a, b, sameClip, otherClip, gap: sameClip - otherClip, clipCount: common };
      }),
    ),
  };
}
