/** Model scores of pairs: read from the newest evaluation that has them, sorted and filtered as a naive list would be. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeClipMeasures } from '../../../core/evaluation/clip-measures.ts';
import { countPairs } from '../../../core/project/pair-filter.ts';
import { findPlace } from '../../../core/project/pair-positions.ts';
import type { Project } from '../../../core/project/project.ts';
import { getPair, listPairs } from '../../../core/project/queries/pairs.ts';
import { projectWithTitles } from '../../fixtures/project.ts';

let project: Project;
let remove: () => void;
beforeEach(() => {
  // 20 titles of two shots with a German and a French dub: 80 pairs.
  ({ project, remove } = projectWithTitles(20));
});
afterEach(() => remove());

/** Scores every clip but each third; German above French, all different. */
function evaluate(id: string, createdMs: number, withScores = true): Map<string, number> {
  const clipIds = project.db.prepare('SELECT id FROM clip ORDER BY id').pluck().all() as string[];
  const scores = new Map<string, number>();
  const clips = clipIds
    .filter((_, i) => i % 3 !== 0)
    .map((clipId, i) => ({
      clipId,
      shot: 's',
      sameClip: null,
      otherClip: null,
      ranks: ['de', 'fr'].map((language, l) => {
        const similarity = Number((Math.sin(createdMs + i * 7.3) * 0.5 - l * 0.3).toFixed(6));
        scores.set(`${clipId} ${language}`, similarity);
        return {
          language,
          isDub: true,
          videoToAudio: 1,
          audioToVideo: 1,
          ...(withScores ? { similarity } : {}),
        };
      }),
    }));
  const folder = join(project.folder, 'evaluations', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'clips.json'), encodeClipMeasures({ version: 1, clips }));
  project.db
    .prepare('INSERT INTO evaluation VALUES (?, ?, ?, ?, ?)')
    .run(id, 'r', createdMs, clips.length, 1);
  return scores;
}

const keyOf = ({ clipId, language }: { clipId: string; language: string }): string => `${clipId} ${language}`;

describe('model scores', () => {
  it('are none before an evaluation, and of none that lacks them', () => {
    evaluate('eval-old', 1, false);
    expect(countPairs(project.db, {}).scored).toBe(0);
    const { rows } = listPairs(project.db, { order: 'score', limit: 1000 });
    expect(rows.map(({ modelScore }) => modelScore)).toEqual(rows.map(() => null));
    expect(rows).toEqual(listPairs(project.db, { order: 'suspicion', limit: 1000 }).rows);
    expect(listPairs(project.db, { filter: { maxScore: 1 } }).rows).toEqual([]);
  });

  it('sort and filter as a naive list does; pairs without one come last', () => {
    const scores = evaluate('eval-1', 1);
    const all = listPairs(project.db, { order: 'suspicion', limit: 1000 }).rows;
    for (const pair of all) expect(pair.modelScore).toBe(scores.get(keyOf(pair)) ?? null);
    const naive = all.toSorted((a, b) => (a.modelScore ?? 2) - (b.modelScore ?? 2)).map(({ id }) => id);
    const scored = all.filter(({ modelScore }) => modelScore !== null).length;
    const byScore = listPairs(project.db, { order: 'score', limit: 1000 }).rows;
    expect(byScore.slice(0, scored).map(({ id }) => id)).toEqual(naive.slice(0, scored));
    expect(byScore.slice(scored).every(({ modelScore }) => modelScore === null)).toBe(true);
    expect(byScore).toHaveLength(80);
    const low = listPairs(project.db, { filter: { maxScore: -0.2 }, limit: 1000 }).rows;
    expect(new Set(low.map(({ id }) => id))).toEqual(
      new Set(all.filter(({ modelScore }) => modelScore !== null && modelScore <= -0.2).map(({ id }) => id)),
    );
    expect(low.length).toBeGreaterThan(3);
    expect(countPairs(project.db, { maxScore: -0.2 })).toMatchObject({
      total: low.length,
      scored: low.length,
    });
  });

  it('go on from page to page, by place and by cursor', () => {
    evaluate('eval-1', 1);
    const whole = listPairs(project.db, { order: 'score', limit: 1000 }).rows.map(({ id }) => id);
    const read: string[] = [];
    let cursor: string | null = null;
    do {
      const page = listPairs(project.db, {
        order: 'score',
        limit: 7,
        ...(cursor === null ? {} : { cursor }),
      });
      read.push(...page.rows.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== null);
    expect(read).toEqual(whole);
    expect(listPairs(project.db, { order: 'score', from: 10, limit: 3 }).rows.map(({ id }) => id)).toEqual(
      whole.slice(10, 13),
    );
    const seq = project.db.prepare('SELECT seq FROM pair WHERE id = ?').pluck().get(whole[13]) as number;
    expect(findPlace(project.db, { filter: {}, order: 'score' }, seq)).toBe(13);
    expect(() => listPairs(project.db, { order: 'score', cursor: '3:4' })).toThrow(
      /is not one that a list gave/,
    );
  });

  it('are those of the newest evaluation as soon as there is one', () => {
    evaluate('eval-1', 1);
    const first = listPairs(project.db, { order: 'score' }).rows[0]!;
    const scores = evaluate('eval-2', 2);
    const { pair } = getPair(project.db, first.id);
    expect(pair.modelScore).toBe(scores.get(keyOf(pair)) ?? null);
    const byScore = listPairs(project.db, { order: 'score' }).rows;
    expect(byScore[0]!.modelScore).toBe(Math.min(...scores.values()));
  });
});
