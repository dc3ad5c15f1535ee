/** One thing said of many dubs: what is told beforehand is what is done, and one undo gives back every row. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../../core/clock.ts';
import type { BulkEdit, BulkResult } from '../../../../core/domain/bulk-edit.ts';
import { listJournal, redo, undo } from '../../../../core/project/journal.ts';
import { countPairs } from '../../../../core/project/pair-filter.ts';
import type { Project } from '../../../../core/project/project.ts';
import {
  effectiveAlignment,
  putMeasuredAlignment,
  setAlignment,
} from '../../../../core/project/queries/alignments.ts';
import { editPairs } from '../../../../core/project/queries/bulk-edit.ts';
import { setDecision } from '../../../../core/project/queries/decisions.ts';
import { listPairs } from '../../../../core/project/queries/pairs.ts';
import type { PairSelection } from '../../../../core/rpc/contract.ts';
import { projectWithTitles } from '../../../fixtures/project.ts';

const clock = manualClock(5_000);
let project: Project;
let remove: () => void;
beforeEach(() => {
  // Three titles of two shots, each with a German and a French dub of one clip.
  ({ project, remove } = projectWithTitles(3));
});
afterEach(() => remove());

const GERMAN: PairSelection = { filter: { languages: ['de'] } };

function everything(): unknown {
  const read = (table: string): unknown =>
    project.db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3`).all();
  return ['track', 'pair', 'alignment', 'decision'].map(read);
}

/** Tells, does, takes back, does again. */
function edit(selection: PairSelection, change: BulkEdit): BulkResult {
  const before = everything();
  const told = editPairs(project.db, clock, { ...selection, edit: change, preview: true });
  expect(everything()).toEqual(before);
  const entries = listJournal(project.db, 100, null).length;
  expect(editPairs(project.db, clock, { ...selection, edit: change })).toEqual(told);
  const after = everything();
  if (told.changed === 0) expect(after).toEqual(before);
  else {
    expect(listJournal(project.db, 100, null)).toHaveLength(entries + 1);
    undo(project.db);
    expect(everything()).toEqual(before);
    redo(project.db);
    expect(everything()).toEqual(after);
  }
  return told;
}

function languages(titleId: string): Record<string, number> {
  return countPairs(project.db, { titleIds: [titleId] }).byLanguage;
}

function measured(titleId: string, language: 'de' | 'fr', offsetMs: number | null): void {
  putMeasuredAlignment(project.db, {
    titleId,
    language: language as never,
    offsetMs,
    confidence: 0.9,
    source: 'measured',
    shotCount: 2,
    peakRatio: 3,
    candidatesMs: [],
  });
}

const offsetOf = (titleId: string, language: string): number | null | undefined =>
  effectiveAlignment(project.db, titleId, language)?.offsetMs;

describe('a language', () => {
  it('is said of all that a filter takes; decisions stay, whole dubs take their offset along', () => {
    setAlignment(project.db, clock, { titleId: 't_1', language: 'de', offsetMs: 40 });
    setDecision(project.db, clock, { ...GERMAN, verdict: 'accept' });
    expect(edit(GERMAN, { kind: 'language', language: 'Dutch' })).toEqual({
      pairs: 6,
      titles: 3,
      unit: 'track',
      changed: 6,
      steps: [{ from: 'de', to: 'nl', count: 6 }],
      stepCount: 1,
      left: [],
      otherPairs: 0,
      pairsGone: 0,
    });
    expect(languages('t_1')).toMatchObject({ nl: 2, fr: 2 });
    expect(offsetOf('t_1', 'nl')).toBe(40);
    expect(countPairs(project.db, { states: ['accepted'] }).byLanguage).toMatchObject({ nl: 6 });
  });

  it('of one shot leaves the offset of the title where it was', () => {
    setAlignment(project.db, clock, { titleId: 't_0', language: 'de', offsetMs: 40 });
    const pairIds = [listPairs(project.db, { filter: { languages: ['de'] } }).rows[0]!.id];
    expect(edit({ pairIds }, { kind: 'language', language: 'nl' })).toMatchObject({ pairs: 1, changed: 1 });
    expect(offsetOf('t_0', 'de')).toBe(40);
    expect(offsetOf('t_0', 'nl')).toBeUndefined();
  });

  it('leaves alone what is so already and what would stand twice in a shot', () => {
    expect(edit({ filter: { titleIds: ['t_0'] } }, { kind: 'language', language: 'fr' })).toMatchObject({
      changed: 0,
      left: expect.arrayContaining([
        { why: 'same', count: 2 },
        { why: 'taken', count: 2 },
      ]),
    });
    // Both would be Dutch.
    expect(edit({ filter: { titleIds: ['t_0'] } }, { kind: 'language', language: 'nl' })).toMatchObject({
      changed: 2,
      left: [{ why: 'taken', count: 2 }],
    });
  });

  it('swaps with what is there, and says which pairs go along', () => {
    setAlignment(project.db, clock, { titleId: 't_0', language: 'de', offsetMs: 40 });
    setAlignment(project.db, clock, { titleId: 't_0', language: 'fr', offsetMs: -20 });
    const german = { filter: { languages: ['de'], titleIds: ['t_0'] } };
    expect(edit(german, { kind: 'language', language: 'fr', swap: true })).toMatchObject({
      pairs: 2,
      changed: 4,
      otherPairs: 2,
      steps: expect.arrayContaining([
        { from: 'de', to: 'fr', count: 2 },
        { from: 'fr', to: 'de', count: 2 },
      ]),
    });
    expect(offsetOf('t_0', 'fr')).toBe(40);
    expect(offsetOf('t_0', 'de')).toBe(-20);
  });

  it('that is none is refused', () => {
    expect(() =>
      editPairs(project.db, clock, { ...GERMAN, edit: { kind: 'language', language: 'no such' } }),
    ).toThrow(/is no language/);
  });
});

describe('a role', () => {
  it('that is no dub takes the pairs away; undo brings them back decided', () => {
    setDecision(project.db, clock, { ...GERMAN, verdict: 'accept' });
    expect(edit(GERMAN, { kind: 'role', role: 'commentary' })).toMatchObject({
      changed: 6,
      pairsGone: 6,
      steps: [{ from: 'dub', to: 'commentary', count: 6 }],
    });
    expect(countPairs(project.db, {}).total).toBe(6);
    undo(project.db);
    expect(countPairs(project.db, { states: ['accepted'] }).total).toBe(6);
  });

  it('of a dub made by machine keeps them', () => {
    expect(edit(GERMAN, { kind: 'role', role: 'synthetic' })).toMatchObject({ changed: 6, pairsGone: 0 });
    expect(edit(GERMAN, { kind: 'role', role: 'synthetic' })).toMatchObject({
      changed: 0,
      left: [{ why: 'same', count: 6 }],
    });
    expect(countPairs(project.db, {}).total).toBe(12);
  });

  it('of the original is not given', () => {
    expect(() =>
      editPairs(project.db, clock, { ...GERMAN, edit: { kind: 'role', role: 'original' } }),
    ).toThrow(/said at import/);
  });
});

describe('an offset', () => {
  it('is shifted from what holds now; what is not known stays', () => {
    measured('t_0', 'de', 23.5);
    measured('t_1', 'de', null);
    setAlignment(project.db, clock, { titleId: 't_2', language: 'de', offsetMs: -10 });
    expect(edit(GERMAN, { kind: 'shift', byMs: 10 })).toMatchObject({
      pairs: 6,
      titles: 3,
      unit: 'dub',
      changed: 2,
      steps: expect.arrayContaining([
        { from: '23.5 ms', to: '33.5 ms', count: 1 },
        { from: '-10 ms', to: '0 ms', count: 1 },
      ]),
      left: [{ why: 'unknown-offset', count: 1 }],
    });
    expect([offsetOf('t_0', 'de'), offsetOf('t_1', 'de'), offsetOf('t_2', 'de')]).toEqual([33.5, null, 0]);
  });

  it('holds for the whole title: pairs that were not chosen go along', () => {
    const pairIds = [listPairs(project.db, { filter: { languages: ['de'] } }).rows[0]!.id];
    expect(edit({ pairIds }, { kind: 'offset', offsetMs: 40 })).toMatchObject({
      changed: 1,
      otherPairs: 1,
      steps: [{ from: 'unknown', to: '40 ms', count: 1 }],
    });
  });

  it('goes back to what was measured', () => {
    measured('t_0', 'de', 23.5);
    setAlignment(project.db, clock, { titleId: 't_0', language: 'de', offsetMs: 99 });
    expect(edit(GERMAN, { kind: 'measured' })).toMatchObject({
      changed: 1,
      steps: [{ from: '99 ms', to: '23.5 ms', count: 1 }],
      left: [{ why: 'same', count: 2 }],
    });
    expect(offsetOf('t_0', 'de')).toBe(23.5);
  });

  it('does not go farther than an hour', () => {
    setAlignment(project.db, clock, { titleId: 't_0', language: 'de', offsetMs: 3_599_000 });
    expect(
      edit({ filter: { languages: ['de'], titleIds: ['t_0'] } }, { kind: 'shift', byMs: 5_000 }),
    ).toMatchObject({ changed: 0, left: [{ why: 'too-far', count: 1 }] });
  });
});
