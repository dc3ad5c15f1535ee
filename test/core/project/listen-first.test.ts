/** "Listen first" as a naive sort would have it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import { encodeClipMeasures } from '../../../core/evaluation/clip-measures.ts';
import type { Project } from '../../../core/project/project.ts';
import { setDecision } from '../../../core/project/queries/decisions.ts';
import { listPairs } from '../../../core/project/queries/pairs.ts';
import { createRng } from '../../../core/rng.ts';
import { projectWithTitles } from '../../fixtures/project.ts';

let project: Project;
let remove: () => void;
beforeEach(() => {
  ({ project, remove } = projectWithTitles(20));
  const { uniform, integer } = createRng(1).stream('suspicion');
  const suspect = project.db.prepare('UPDATE pair SET suspicion = ? WHERE seq = ?');
  const seqs = project.db.prepare('SELECT seq FROM pair').pluck().all() as number[];
  for (const seq of seqs) if (uniform() < 0.5) suspect.run(integer(1000) / 10, seq);
});
afterEach(() => remove());

/** French cosines lie far below German ones; each fourth clip was not evaluated. */
function evaluate(): void {
  const { uniform } = createRng(2).stream('scores');
  const clipIds = project.db.prepare('SELECT id FROM clip ORDER BY id').pluck().all() as string[];
  const clips = clipIds
    .filter((_, i) => i % 4 !== 0)
    .map((clipId) => ({
      clipId,
      shot: 's',
      sameClip: null,
      otherClip: null,
      ranks: ['de', 'fr'].map((language, l) => ({
        language,
        isDub: true,
        videoToAudio: 1,
        audioToVideo: 1,
        similarity: Number((0.4 * uniform() + 0.5 - l).toFixed(4)),
      })),
    }));
  mkdirSync(join(project.folder, 'evaluations', 'eval-1'), { recursive: true });
  writeFileSync(
    join(project.folder, 'evaluations', 'eval-1', 'clips.json'),
    encodeClipMeasures({ version: 1, clips }),
  );
  project.db.prepare('INSERT INTO evaluation VALUES (?, ?, ?, ?, ?)').run('eval-1', 'r', 1, clips.length, 1);
}

const listed = () => listPairs(project.db, { order: 'listen', limit: 1000 }).rows;

describe('listen first', () => {
  it('is the order of suspicion before any evaluation', () => {
    expect(listed().map(({ id }) => id)).toEqual(
      listPairs(project.db, { order: 'suspicion', limit: 1000 }).rows.map(({ id }) => id),
    );
  });

  it('adds how few of the language are less alike, so that no language comes first for its own level', () => {
    evaluate();
    const all = listPairs(project.db, { order: 'imported', limit: 1000 }).rows;
    const worthOf = ({ language, modelScore, suspicion }: (typeof all)[number]): number => {
      const own = all.filter((pair) => pair.language === language && pair.modelScore !== null);
      const above = modelScore === null ? 0 : own.filter((pair) => pair.modelScore! > modelScore).length;
      return suspicion / 100 + (modelScore === null ? 0 : above / own.length);
    };
    const worths = new Map(all.map((pair) => [pair.id, worthOf(pair)]));
    const found = listed();
    expect(found.length).toBe(all.length);
    for (const [i, pair] of found.slice(1).entries())
      expect(worths.get(pair.id)!).toBeLessThanOrEqual(worths.get(found[i]!.id)! + 2 / 5000);
    const first = new Set(found.slice(0, 20).map(({ language }) => language));
    expect(first).toEqual(new Set(['de', 'fr']));
  });

  it('goes on page by page, and stays where it is while one decides', () => {
    evaluate();
    const whole = listed().map(({ id }) => id);
    const first = listPairs(project.db, { order: 'listen', limit: 7 });
    const second = listPairs(project.db, { order: 'listen', limit: 7, cursor: first.next! });
    expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual(whole.slice(0, 14));
    setDecision(project.db, systemClock, { pairIds: whole.slice(0, 3), verdict: 'reject' });
    expect(listed().map(({ id }) => id)).toEqual(whole);
  });
});
