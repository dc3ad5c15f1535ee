import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import { storeImport } from '../../../core/project/import-store.ts';
import { listJournal, redo, undo } from '../../../core/project/journal.ts';
import { lintProject } from '../../../core/project/lint.ts';
import { countPairs } from '../../../core/project/pair-filter.ts';
import { effectiveAlignment, setAlignment } from '../../../core/project/queries/alignments.ts';
import { datasetOf } from '../../../core/project/queries/dataset.ts';
import { clearDecision, setDecision, suggestDecisions } from '../../../core/project/queries/decisions.ts';
import { storeCheckResult } from '../../../core/project/queries/findings.ts';
import { getPair, listPairs } from '../../../core/project/queries/pairs.ts';
import { setSplit } from '../../../core/project/queries/titles.ts';
import { removeView, saveView } from '../../../core/project/queries/views.ts';
import { createRng } from '../../../core/rng.ts';
import { madeImport, projectWithTitles } from '../../fixtures/project.ts';

const clock = manualClock(5);
let made = projectWithTitles(3);
beforeEach(() => {
  made = projectWithTitles(3);
});
afterEach(() => made.remove());

const db = (): (typeof made)['project']['db'] => made.project.db;
const TABLES = ['item', 'title', 'shot', 'track', 'clip', 'pair', 'decision', 'alignment', 'view'];
const snapshot = (): string =>
  JSON.stringify(TABLES.map((table) => db().prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3`).all()));

describe('decisions', () => {
  it('are made in bulk as one step and undone as one', () => {
    const before = snapshot();
    expect(setDecision(db(), clock, { filter: { languages: ['de'] }, verdict: 'accept' }).changed).toBe(6);
    expect(countPairs(db(), undefined).byState).toMatchObject({ accepted: 6, open: 6 });
    expect(undo(db()).label).toBe('Accept 6 pairs');
    expect(snapshot()).toBe(before);
    redo(db());
    expect(countPairs(db(), { states: ['accepted'] }).total).toBe(6);
  });

  it('change nothing and write no entry where all is so already', () => {
    setDecision(db(), clock, { filter: {}, verdict: 'reject', reason: 'no' });
    const entries = listJournal(db(), 100, null).length;
    expect(setDecision(db(), clock, { filter: {}, verdict: 'reject', reason: 'no' }).changed).toBe(0);
    expect(listJournal(db(), 100, null)).toHaveLength(entries);
  });

  it('refuse a pair that does not exist, and change nothing then', () => {
    const [first] = listPairs(db(), { limit: 1 }).rows;
    const before = snapshot();
    expect(() => setDecision(db(), clock, { pairIds: [first!.id, 'p_none'], verdict: 'accept' })).toThrow(
      /no pair/,
    );
    expect(snapshot()).toBe(before);
  });

  it('follow the findings when asked to, and not the harmless ones', () => {
    const [faulty, late, stray, alsoLate] = listPairs(db(), {}).rows;
    const finding = (
      pair: typeof faulty,
      code: 'silent' | 'offset' | 'offset-shot',
      severity: 'fault' | 'warning',
    ) => ({
      titleId: pair!.titleId,
      shotId: pair!.shotId,
      trackId: getTrack(pair!.id),
      language: pair!.language,
      code,
      severity,
      sentence: `${code}.`,
      numbers: {},
    });
    storeCheckResult(db(), ['t_0'], {
      alignments: [],
      findings: [
        finding(faulty, 'silent', 'fault'),
        { ...finding(late, 'offset', 'warning'), shotId: null, trackId: null },
        finding(stray, 'offset-shot', 'warning'),
      ],
    });
    expect(getPair(db(), faulty!.id).pair.state).toBe('suspect');
    expect(suggestDecisions(db(), clock, {})).toEqual({ accepted: 10, rejected: 1, needsWork: 1 });
    expect(getPair(db(), faulty!.id).decision).toMatchObject({
      verdict: 'reject',
      reason: 'silent.',
      by: 'suggested',
    });
    expect(getPair(db(), late!.id).pair.state).toBe('accepted');
    expect(getPair(db(), stray!.id).pair.state).toBe('needs-work');
    expect(getPair(db(), alsoLate!.id).pair.state).toBe('accepted');
    expect(listPairs(db(), { order: 'suspicion', limit: 2 }).rows.map((pair) => pair.id)).toEqual([
      faulty!.id,
      late!.id,
    ]);
  });
});

describe('undo', () => {
  it('takes an import back, and a second import of the same changes nothing', () => {
    const before = snapshot();
    expect(storeImport(db(), clock, madeImport(3), { label: 'Import again', by: 'test' })).toMatchObject({
      pairs: 0,
      titles: 0,
    });
    expect(snapshot()).toBe(before);
    undo(db());
    expect(countPairs(db(), undefined).total).toBe(0);
    redo(db());
    expect(snapshot()).toBe(before);
  });

  it('brings any run of changes back step by step, and forward again', () => {
    const random = createRng(7).stream('journal');
    const pairs = listPairs(db(), { limit: 1000 }).rows;
    const changes: (() => unknown)[] = [
      () =>
        setDecision(db(), clock, {
          pairIds: [random.pick(pairs).id],
          verdict: random.pick(['accept', 'reject', 'needs-work'] as const),
        }),
      () => clearDecision(db(), clock, { filter: { languages: [random.pick(['de', 'fr'])] } }),
      () =>
        setSplit(db(), clock, {
          titleIds: [random.pick(['t_0', 't_1'])],
          split: random.pick(['train', 'heldout'] as const),
        }),
      () =>
        setAlignment(db(), clock, { titleId: 't_1', language: 'de', offsetMs: random.pick([null, 1, 2.5]) }),
      () =>
        saveView(db(), clock, {
          name: random.pick(['a', 'b']),
          filter: { split: random.pick(['train', 'heldout'] as const) },
        }),
      () => suggestDecisions(db(), clock, {}),
    ];
    const states = [snapshot()];
    for (let i = 0; i < 200; i += 1) {
      const entries = listJournal(db(), 1, null)[0]?.seq;
      random.pick(changes)();
      if (listJournal(db(), 1, null)[0]?.seq !== entries) states.push(snapshot());
    }
    expect(states.length).toBeGreaterThan(100);
    for (let i = states.length - 2; i >= 0; i -= 1) {
      undo(db());
      expect(snapshot()).toBe(states[i]);
    }
    for (let i = 1; i < states.length; i += 1) {
      redo(db());
      expect(snapshot()).toBe(states[i]);
    }
    expect(() => redo(db())).toThrow(/nothing to redo/);
  });

  it('forgets what was undone once something new is done', () => {
    setDecision(db(), clock, { filter: {}, verdict: 'accept' });
    undo(db());
    setSplit(db(), clock, { titleIds: ['t_0'], split: 'train' });
    setSplit(db(), clock, { titleIds: ['t_0'], split: 'heldout' });
    expect(() => redo(db())).toThrow(/nothing to redo/);
  });
});

it('an offset set by hand wins, goes into the data set, and goes back to the measured one', () => {
  const measured = {
    titleId: 't_0',
    language: 'de' as LanguageTag,
    offsetMs: 12,
    confidence: 0.9,
    source: 'measured' as const,
    shotCount: 2,
    peakRatio: 3,
    candidatesMs: [],
  };
  storeCheckResult(db(), ['t_0'], { alignments: [measured], findings: [] });
  setAlignment(db(), clock, { titleId: 't_0', language: 'de', offsetMs: -40 });
  expect(effectiveAlignment(db(), 't_0', 'de')).toMatchObject({ offsetMs: -40, source: 'person' });
  const dubs = datasetOf(db(), { titleIds: ['t_0'] }).clips[0]!.dubs;
  expect(dubs.map((dub) => [dub.language, dub.offsetMs])).toEqual([
    ['de', -40],
    ['fr', 0],
  ]);
  storeCheckResult(db(), ['t_0'], { alignments: [{ ...measured, offsetMs: 13 }], findings: [] });
  expect(effectiveAlignment(db(), 't_0', 'de')?.offsetMs).toBe(-40);
  setAlignment(db(), clock, { titleId: 't_0', language: 'de', offsetMs: null });
  expect(effectiveAlignment(db(), 't_0', 'de')?.offsetMs).toBe(13);
});

it('pages give every pair once, in both orders, under any filter', () => {
  for (const order of ['imported', 'suspicion'] as const) {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: ReturnType<typeof listPairs> = listPairs(db(), {
        order,
        limit: 5,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...page.rows.map((pair) => pair.id));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toHaveLength(12);
    expect(new Set(seen).size).toBe(12);
  }
  expect(countPairs(db(), { text: '%' }).total).toBe(0);
  expect(countPairs(db(), { text: 'TITLE001' }).total).toBe(4);
  expect(countPairs(db(), { findingCodes: [] }).total).toBe(0);
});

it('lint finds nothing wrong but the media that are not there', () => {
  saveView(db(), clock, { name: 'x', filter: {} });
  expect(() => removeView(db(), clock, { viewId: 'v_none' })).toThrow(/no view/);
  const { problems, checked } = lintProject(made.project);
  expect(checked.length).toBeGreaterThan(5);
  expect(problems.filter((problem) => !problem.sentence.includes('not there'))).toEqual([]);
  db().prepare("UPDATE pair SET verdict = 'accept' WHERE seq = 1").run();
  expect(lintProject(made.project).problems.some((problem) => problem.sentence.includes('decision'))).toBe(
    true,
  );
});

function getTrack(pairId: string): string {
  return db().prepare('SELECT track_id FROM pair WHERE id = ?').pluck().get(pairId) as string;
}
