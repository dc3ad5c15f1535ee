import { describe, expect, it } from 'vitest';
import { judgeReproduction } from '../../../core/evaluation/reproduction.ts';
import { type MadeModel, madeRun, madeSeeds } from './reproduction-examples.ts';

const WEAK: MadeModel = { picture: 0.6, clip: 0.3, noise: 1, common: 0 };
const STRONG: MadeModel = { picture: 1.6, clip: 0.3, noise: 1, common: 0 };

describe('judgeReproduction', () => {
  it('says that the claim held where dubs make clips more alike and better found', async () => {
    const judged = judgeReproduction(await madeSeeds(WEAK, STRONG));
    expect(judged).toMatchObject({
      verdict: 'held',
      parts: { similarity: 'yes', retrieval: 'yes' },
      clipCount: 40,
      shotCount: 40,
    });
    expect(judged.line).toMatch(/^The paper's claim held here: over 3 seeds and 40 held-out clips, /);
    expect(judged.line).not.toContain('\n');
  });

  it('says that it did not hold where both arms are the same, and where dubs make it worse', async () => {
    const same = judgeReproduction(await madeSeeds(WEAK, WEAK));
    expect(same).toMatchObject({ verdict: 'did-not-hold', parts: { similarity: 'no', retrieval: 'no' } });
    expect(same.differences.gap).toMatchObject({ mean: 0, low: 0, high: 0 });
    const worse = judgeReproduction(await madeSeeds(STRONG, WEAK));
    expect(worse).toMatchObject({ verdict: 'did-not-hold', parts: { similarity: 'no', retrieval: 'no' } });
    expect(worse.line).toMatch(/^The paper's claim did not hold here: .* did not make /);
  });

  it('is not taken in by a model that finds everything alike', async () => {
    const judged = judgeReproduction(await madeSeeds(WEAK, { ...WEAK, common: 8 }));
    expect(judged.differences.sameClip.low).toBeGreaterThan(0.3);
    expect(judged.differences.gap.high).toBeLessThan(0);
    expect(judged).toMatchObject({ verdict: 'did-not-hold', parts: { similarity: 'no' } });
  });

  it('is not taken in by a model that merely pushes everything apart', async () => {
    const crowded = { ...WEAK, common: 1.5 };
    const spread = { picture: 0.6, clip: 0.3, noise: 1.1, common: 0 };
    const judged = judgeReproduction(await madeSeeds(crowded, spread));
    expect(judged.differences.gap.low).toBeGreaterThan(0);
    expect(judged.differences.sameClip.high).toBeLessThan(0);
    expect(judged.parts.similarity).toBe('no');
  });

  it('says which part held where only one did', async () => {
    const alike = judgeReproduction(await madeSeeds(WEAK, { ...WEAK, clip: 3 }));
    expect(alike).toMatchObject({ verdict: 'held-in-part', parts: { similarity: 'yes' } });
    expect(alike.parts.retrieval).not.toBe('yes');
    expect(alike.line).toMatch(/^The paper's claim held here in part: .* made the same clip .*, but /);
  });

  it('cannot tell with too few seeds or clips, however large the difference', async () => {
    for (const few of [{ seeds: 2 }, { clipCount: 9 }]) {
      const judged = judgeReproduction(await madeSeeds(WEAK, STRONG, few));
      expect(judged).toMatchObject({
        verdict: 'cannot-tell',
        parts: { similarity: 'unclear', retrieval: 'unclear' },
      });
      expect(judged.line).toMatch(/^It can't be told whether the paper's claim holds here: /);
    }
  });

  it('cannot tell where one seed goes the other way', async () => {
    const seeds = await madeSeeds(WEAK, STRONG);
    const worse = await madeSeeds(STRONG, WEAK);
    const judged = judgeReproduction([seeds[0]!, seeds[1]!, worse[2]!]);
    expect(judged.verdict).toBe('cannot-tell');
  });

  it('gives figures that a naive mean over the clips of each run gives', async () => {
    const seeds = await madeSeeds(WEAK, STRONG);
    const judged = judgeReproduction(seeds);
    for (const [i, { originalOnly, dubAugmented }] of judged.seeds.entries()) {
      for (const [arm, input] of [
        [originalOnly, seeds[i]!.originalOnly],
        [dubAugmented, seeds[i]!.dubAugmented],
      ] as const) {
        const dubs = input.clips.clips.flatMap((clip) =>
          clip.ranks.filter((rank) => rank.isDub).flatMap((rank) => [rank.videoToAudio, rank.audioToVideo]),
        );
        expect(dubs).toHaveLength(160);
        expect(arm.figures.dubs.recallAt1).toBeCloseTo(dubs.filter((rank) => rank === 1).length / 160, 10);
        expect(arm.figures.dubs.recallAt5).toBeCloseTo(dubs.filter((rank) => rank <= 5).length / 160, 10);
        expect(arm.figures.dubs.meanReciprocalRank).toBeCloseTo(
          dubs.reduce((sum, rank) => sum + 1 / rank, 0) / 160,
          10,
        );
        const sorted = dubs.toSorted((a, b) => a - b);
        expect(arm.figures.dubs.medianRank).toBe((sorted[79]! + sorted[80]!) / 2);
        // All clips have all languages here, so that the mean over clips is that over the cells.
        const cells = input.evaluation.matrix.filter((cell) => cell.a < cell.b);
        const gap = cells.reduce((sum, cell) => sum + cell.gap!, 0) / cells.length;
        expect(arm.figures.gap).toBeCloseTo(gap, 5);
      }
      const difference = dubAugmented.figures.gap - originalOnly.figures.gap;
      expect(judged.differences.gap.perSeed[i]).toBeCloseTo(difference, 9);
    }
    const recalls = seeds.map(({ dubAugmented }) => dubAugmented.evaluation.retrieval[2]!.recallAt5);
    expect(judged.means['dub-augmented'].retrieval[2]!.recallAt5).toBeCloseTo(
      recalls.reduce((sum, value) => sum + value, 0) / 3,
      10,
    );
  });
});

describe('what may be compared', () => {
  it.each([
    ['another setting', { config: { epochs: 7 } }, /epochs 150 and 7/],
    ['another seed', { config: { seed: 5 } }, /seed 0 and 5/],
    ['fewer steps', { run: { step: 449, totalSteps: 449 } }, /steps done 450 and 449/],
    ['another engine', { run: { engine: 'other' } }, /engine made and other/],
    ['other pairs', { run: { pairCount: 299 } }, /pairs 300 and 299/],
    ['an unfinished run', { run: { state: 'stopped', step: 3 } }, /is stopped at step 3 of 450/],
    ['the wrong strategy', { config: { strategy: 'every-dub' } }, /trained with every-dub/],
  ] as const)(
    'refuses %s',
    async (_, { config = {}, run = {} }: { config?: object; run?: object }, message) => {
      const [first, ...rest] = await madeSeeds(WEAK, STRONG);
      const changed = madeRun('run-x', { strategy: 'dub-augmented', seed: 0, ...config }, run);
      const seeds = [{ ...first!, dubAugmented: { ...first!.dubAugmented, run: changed } }, ...rest];
      expect(() => judgeReproduction(seeds)).toThrow(
        expect.objectContaining({ code: 'RUN_DIFFERS', message: expect.stringMatching(message) }),
      );
    },
  );

  it('refuses a seed that is there twice, and clips that are not the same', async () => {
    const seeds = await madeSeeds(WEAK, STRONG);
    expect(() => judgeReproduction([seeds[0]!, seeds[1]!, seeds[1]!])).toThrow(/Seed 1 is there twice/);
    const fewer = await madeSeeds(WEAK, STRONG, { clipCount: 39 });
    expect(() => judgeReproduction([seeds[0]!, fewer[1]!])).toThrow(/not measured on the same clips/);
  });
});
