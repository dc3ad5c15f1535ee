import { describe, expect, it } from 'vitest';
import type { RetrievalRow } from '../../../core/domain/evaluation.ts';
import {
  chanceLevels,
  measureRetrieval,
  medianRank,
  rankMatches,
  recallAt,
} from '../../../core/evaluation/retrieval.ts';
import { createRng } from '../../../core/rng.ts';
import { exampleClip, exampleEmbeddings, unitVector } from './examples.ts';

/** By sorting the whole list of every query, matches last among equals. */
function naiveRanks(queries: number[][], candidates: number[][]): number[] {
  return queries.map((query, i) => {
    const scored = candidates.map((candidate, j) => ({
      j,
      score: query.reduce((sum, value, d) => sum + Math.fround(value) * Math.fround(candidate[d]!), 0),
    }));
    scored.sort((one, other) => other.score - one.score || Number(one.j === i) - Number(other.j === i));
    return scored.findIndex(({ j }) => j === i) + 1;
  });
}

function flat(rows: number[][]): Float32Array {
  return Float32Array.from(rows.flat());
}

describe('rankMatches', () => {
  it.each([1, 2, 17, 60])('equals sorting every list, in both directions, with %i clips', async (count) => {
    const stream = createRng(count).stream('rank');
    const video = Array.from({ length: count }, () => unitVector(5, stream));
    const audio = video.map((row) => unitVector(5, stream).map((value, d) => value + 0.6 * row[d]!));
    const ranks = await rankMatches(flat(video), flat(audio), 5);
    expect([...ranks.videoToAudio]).toEqual(naiveRanks(video, audio));
    expect([...ranks.audioToVideo]).toEqual(naiveRanks(audio, video));
  });

  it('reads a hand-made matrix of similarities', async () => {
    // Pictures are the axes, so the similarity of picture i and sound j is number i of sound j.
    const video = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const audio = [
      [0.9, 0.1, 0.2],
      [0.8, 0.5, 0.7],
      [0.1, 0.6, 0.3],
    ];
    const ranks = await rankMatches(flat(video), flat(audio), 3);
    // Picture 0 over sounds: .9 .8 .1; picture 1: .1 .5 .6; picture 2: .2 .7 .3.
    expect([...ranks.videoToAudio]).toEqual([1, 2, 2]);
    // Sound 0 over pictures: .9 .1 .2; sound 1: .8 .5 .7; sound 2: .1 .6 .3.
    expect([...ranks.audioToVideo]).toEqual([1, 3, 2]);
  });

  it('gives embeddings that collapsed onto one point the last rank, never a good one', async () => {
    const point = unitVector(6, createRng(1).stream('point'));
    const rows = Array.from({ length: 20 }, () => point);
    const ranks = await rankMatches(flat(rows), flat(rows), 6);
    expect(new Set(ranks.videoToAudio)).toEqual(new Set([20]));
    expect(new Set(ranks.audioToVideo)).toEqual(new Set([20]));
    expect(recallAt(ranks.videoToAudio, 10)).toBe(0);
  });

  it('counts a double of the match against the model, in the direction where it is a candidate', async () => {
    const video = [
      [1, 0],
      [0, 1],
      [-1, 0],
    ];
    const audio = [
      [1, 0],
      [1, 0],
      [-1, 0],
    ];
    const ranks = await rankMatches(flat(video), flat(audio), 2);
    expect([...ranks.videoToAudio]).toEqual([2, 3, 1]);
    expect([...ranks.audioToVideo]).toEqual([1, 2, 1]);
  });

  it('gives what is not a number the last rank', async () => {
    const video = flat([
      [1, 0],
      [0, 1],
      [-1, 0],
    ]);
    const audio = flat([
      [Number.NaN, 0],
      [0, 1],
      [-1, 0],
    ]);
    const ranks = await rankMatches(video, audio, 2);
    expect(ranks.videoToAudio[0]).toBe(3);
    expect(ranks.audioToVideo[0]).toBe(3);
    expect(ranks.videoToAudio[1]).toBe(2);
    expect(ranks.audioToVideo[1]).toBe(1);
  });

  it('stops when told to', async () => {
    const stopped = AbortSignal.abort();
    await expect(rankMatches(flat([[1]]), flat([[1]]), 1, { signal: stopped })).rejects.toThrow(/abort/i);
  });
});

describe('recallAt, medianRank, chanceLevels', () => {
  it('counts hits up to and with k', () => {
    const ranks = Int32Array.from([1, 5, 6, 10]);
    expect([recallAt(ranks, 1), recallAt(ranks, 5), recallAt(ranks, 10)]).toEqual([0.25, 0.5, 1]);
  });

  it('takes the middle rank, or the mean of the two middle ones', () => {
    expect(medianRank(Int32Array.from([9, 1, 3]))).toBe(3);
    expect(medianRank(Int32Array.from([10, 1, 3, 4]))).toBe(3.5);
  });

  it('says what guessing reaches, as trying it out does', () => {
    const candidates = 12;
    const stream = createRng(5).stream('guess');
    const ranks = Int32Array.from({ length: 60_000 }, () => 1 + stream.integer(candidates));
    const chance = chanceLevels(candidates);
    expect(recallAt(ranks, 1)).toBeCloseTo(chance.chanceAt1, 2);
    expect(recallAt(ranks, 5)).toBeCloseTo(chance.chanceAt5, 2);
    expect(recallAt(ranks, 10)).toBeCloseTo(chance.chanceAt10, 2);
    expect(Math.abs(medianRank(ranks) - chance.chanceMedianRank)).toBeLessThanOrEqual(0.5);
  });

  it('is sure of the match where there are no more candidates than places', () => {
    expect(chanceLevels(4)).toEqual({ chanceAt1: 0.25, chanceAt5: 1, chanceAt10: 1, chanceMedianRank: 2.5 });
  });
});

describe('measureRetrieval', () => {
  const clips = [
    exampleClip(0, 'en', ['de', 'fr']),
    exampleClip(1, 'en', ['de']),
    exampleClip(2, 'ja', ['en', 'fr']),
    exampleClip(3, 'en', ['fr', 'de']),
    exampleClip(4, 'en', []),
  ];

  it('takes for each language the clips that have it, originals and dubs alike', async () => {
    const rows = await measureRetrieval(exampleEmbeddings(clips));
    const counts = Object.fromEntries(
      rows.map((row) => [`${row.language} ${row.direction}`, row.candidates]),
    );
    expect(counts).toEqual({
      'en video-to-audio': 5,
      'en audio-to-video': 5,
      'ja video-to-audio': 1,
      'ja audio-to-video': 1,
      'de video-to-audio': 3,
      'de audio-to-video': 3,
      'fr video-to-audio': 3,
      'fr audio-to-video': 3,
    });
  });

  it('equals a naive measurement of every language and direction', async () => {
    const many = Array.from({ length: 40 }, (_, i) =>
      exampleClip(i, 'en', i % 3 === 0 ? ['de'] : ['de', 'fr']),
    );
    const embeddings = exampleEmbeddings(many, { dim: 6, pull: 0.8 });
    const rows = await measureRetrieval(embeddings);
    expect(rows).toHaveLength(6);
    for (const row of rows) {
      const audio = embeddings.audio.get(row.language)!;
      const slice = (data: Float32Array, i: number): number[] => [...data.subarray(i * 6, (i + 1) * 6)];
      const pictures = audio.clipIndexes.map((i) => slice(embeddings.video, i));
      const sounds = audio.clipIndexes.map((_, i) => slice(audio.data, i));
      const ranks =
        row.direction === 'video-to-audio' ? naiveRanks(pictures, sounds) : naiveRanks(sounds, pictures);
      const sorted = ranks.toSorted((one, other) => one - other);
      const middle = sorted.length / 2;
      const expected: Partial<RetrievalRow> = {
        recallAt1: ranks.filter((rank) => rank <= 1).length / ranks.length,
        recallAt5: ranks.filter((rank) => rank <= 5).length / ranks.length,
        recallAt10: ranks.filter((rank) => rank <= 10).length / ranks.length,
        medianRank: (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2,
        chanceAt5: 5 / ranks.length,
      };
      expect(row).toMatchObject(expected);
    }
  });

  it('is near chance for sounds that have nothing to do with their pictures, and far above for those that do', async () => {
    const many = Array.from({ length: 200 }, (_, i) => exampleClip(i, 'en', []));
    const [unrelated] = await measureRetrieval(exampleEmbeddings(many, { dim: 32, pull: 0 }));
    const [related] = await measureRetrieval(exampleEmbeddings(many, { dim: 32, pull: 3 }));
    expect(unrelated!.medianRank).toBeGreaterThan(70);
    expect(unrelated!.medianRank).toBeLessThan(130);
    expect(related!.recallAt1).toBeGreaterThan(0.9);
  });

  it('tells its progress up to the last language', async () => {
    const seen: number[] = [];
    await measureRetrieval(exampleEmbeddings(clips), { onProgress: (progress) => seen.push(progress.done) });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });
});
