/** Clips trimmed and split by hand: pairs of all dubs follow, decisions stay, undo gives back every row, imports keep it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../../core/clock.ts';
import type { LanguageTag } from '../../../../core/domain/language-tag.ts';
import { storeImport } from '../../../../core/project/import-store.ts';
import { redo, undo } from '../../../../core/project/journal.ts';
import { lintProject } from '../../../../core/project/lint.ts';
import { countPairs } from '../../../../core/project/pair-filter.ts';
import type { Project } from '../../../../core/project/project.ts';
import { splitClip, trimClip } from '../../../../core/project/queries/clip-edits.ts';
import { setDecision } from '../../../../core/project/queries/decisions.ts';
import { listPairs } from '../../../../core/project/queries/pairs.ts';
import { madeImport, projectWithTitles } from '../../../fixtures/project.ts';

const clock = manualClock(5_000);
let project: Project;
let remove: () => void;
beforeEach(() => {
  ({ project, remove } = projectWithTitles(2));
});
afterEach(() => remove());

function everything(): unknown {
  const read = (table: string): unknown => project.db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all();
  return ['clip', 'pair', 'decision'].map(read);
}

function pairsOfShot(shotId: string): (string | number)[][] {
  return listPairs(project.db, {})
    .rows.filter((pair) => pair.shotId === shotId)
    .map(({ language, timeWindow: { startSec, endSec }, state }) => [language, startSec, endSec, state])
    .toSorted();
}

function importAgain(change: (made: ReturnType<typeof madeImport>) => void = () => {}): void {
  const made = madeImport(2);
  change(made);
  storeImport(project.db, clock, made, { label: 'Import again', by: 'test' });
}

const accept = (pairId: string): unknown =>
  setDecision(project.db, clock, { pairIds: [pairId], verdict: 'accept' });
const germanPair = (): string =>
  listPairs(project.db, {}).rows.find(({ shotId, language }) => shotId === 's_0_0' && language === 'de')!.id;

describe('trimClip', () => {
  it('shortens the clip for every dub, keeps decisions, and is one step', () => {
    accept(germanPair());
    const before = everything();
    const a = { clipId: 'c_0_0', startSec: 0.5, endSec: 2.25 };
    expect(trimClip(project.db, clock, a)).toEqual({ changed: 1 });
    const shown = [
      ['de', 0.5, 2.25, 'accepted'],
      ['fr', 0.5, 2.25, 'open'],
    ];
    expect(pairsOfShot('s_0_0')).toEqual(shown);
    expect(trimClip(project.db, clock, a)).toEqual({ changed: 0 });
    const after = everything();
    undo(project.db);
    expect(everything()).toEqual(before);
    redo(project.db);
    expect(everything()).toEqual(after);
    importAgain();
    expect(everything()).toEqual(after);
    undo(project.db);
    importAgain();
    expect(everything()).toEqual(before);
  });

  it('takes nothing from outside the clip, and refuses what is too short', () => {
    expect(trimClip(project.db, clock, { clipId: 'c_0_0', startSec: 1, endSec: 4 })).toEqual({ changed: 1 });
    expect(pairsOfShot('s_0_0').map(([, ...window]) => window.slice(0, 2))).toEqual([
      [1, 3],
      [1, 3],
    ]);
    const before = everything();
    for (const [startSec, endSec] of [
      [1.5, 2.4],
      [2, 1],
      [3.5, 4],
    ] as const) {
      expect(() => trimClip(project.db, clock, { clipId: 'c_0_0', startSec, endSec })).toThrow(
        expect.objectContaining({
          code: 'CLIP_TOO_SHORT',
          message: expect.stringMatching(/needs 1 s\. Nothing/),
        }),
      );
    }
    expect(() => trimClip(project.db, clock, { clipId: 'c_9', startSec: 0, endSec: 2 })).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    expect(everything()).toEqual(before);
  });
});

describe('splitClip', () => {
  it('cuts the pairs of every dub in two, both with the decision, and is one step', () => {
    accept(germanPair());
    const before = everything();
    const { clipId } = splitClip(project.db, clock, { clipId: 'c_0_0', atSec: 1.2 });
    const shown = [
      ['de', 0, 1.2, 'accepted'],
      ['de', 1.2, 3, 'accepted'],
      ['fr', 0, 1.2, 'open'],
      ['fr', 1.2, 3, 'open'],
    ];
    expect(pairsOfShot('s_0_0')).toEqual(shown);
    expect(countPairs(project.db, { states: ['accepted'] }).total).toBe(2);
    expect(lintProject(project).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const after = everything();
    undo(project.db);
    expect(everything()).toEqual(before);
    redo(project.db);
    expect(everything()).toEqual(after);
    importAgain();
    expect(everything()).toEqual(after);
    trimClip(project.db, clock, { clipId, startSec: 1.2, endSec: 2.5 });
    expect(pairsOfShot('s_0_0')).toContainEqual(['fr', 1.2, 2.5, 'open']);
  });

  it('refuses a part that is too short', () => {
    const before = everything();
    for (const atSec of [0, 0.9, 2.001, 3, 9]) {
      expect(() => splitClip(project.db, clock, { clipId: 'c_0_0', atSec })).toThrow(
        expect.objectContaining({ code: 'CLIP_TOO_SHORT' }),
      );
    }
    expect(everything()).toEqual(before);
  });

  it('gives a dub that comes later its pairs with both parts', () => {
    splitClip(project.db, clock, { clipId: 'c_0_0', atSec: 1.5 });
    importAgain((made) => {
      const shot = made.titles[0]!.shots[0]!;
      shot.tracks.push({ ...shot.tracks[1]!, id: 'k_new', language: 'it' as LanguageTag, streamIndex: 9 });
    });
    expect(pairsOfShot('s_0_0').filter(([language]) => language === 'it')).toEqual([
      ['it', 0, 1.5, 'open'],
      ['it', 1.5, 3, 'open'],
    ]);
  });
});
