/** Filters, pages and counts against the same asked of every pair by itself. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from '../../../core/clock.ts';
import type { FindingCode } from '../../../core/domain/finding.ts';
import { SEVERITIES } from '../../../core/domain/finding.ts';
import type { Pair } from '../../../core/domain/title.ts';
import type { PairFilter } from '../../../core/domain/view.ts';
import { undo } from '../../../core/project/journal.ts';
import { countPairs, selectSeqs } from '../../../core/project/pair-filter.ts';
import { forgetPairs, readOn } from '../../../core/project/pair-table.ts';
import { setDecision } from '../../../core/project/queries/decisions.ts';
import { storeCheckResult } from '../../../core/project/queries/findings.ts';
import {
  listPairIds,
  measurePairs,
  placeOfPair,
  seekUndecided,
} from '../../../core/project/queries/pair-places.ts';
import { listPairs, selectPairIds } from '../../../core/project/queries/pairs.ts';
import { setSplit } from '../../../core/project/queries/titles.ts';
import { createRng } from '../../../core/rng.ts';
import { projectWithTitles } from '../../fixtures/project.ts';

const CODES: FindingCode[] = ['silent', 'offset', 'mouth-activity', 'outside-window'];
const FILTERS: PairFilter[] = [
  {},
  { languages: ['de'] },
  { languages: [] },
  { states: ['suspect', 'accepted'] },
  { split: 'heldout', minSeverity: 'warning' },
  { findingCodes: ['silent', 'outside-window'] },
  { text: 'TITLE00' },
  { text: 'title003 1' },
  { text: '%' },
  { titleIds: ['t_1', 't_7', 'none'], languages: ['fr'] },
  { states: ['open'], findingCodes: ['mouth-activity'], text: '_' },
];

function takes(filter: PairFilter, pair: Pair): boolean {
  return (
    (filter.languages?.includes(pair.language) ?? true) &&
    (filter.states?.includes(pair.state) ?? true) &&
    (filter.split === undefined || pair.split === filter.split) &&
    (filter.titleIds?.includes(pair.titleId) ?? true) &&
    (filter.findingCodes?.some((code) => pair.findingCodes.includes(code)) ?? true) &&
    (filter.minSeverity === undefined ||
      (pair.worstSeverity !== null &&
        SEVERITIES.indexOf(pair.worstSeverity) >= SEVERITIES.indexOf(filter.minSeverity))) &&
    (filter.text === undefined ||
      `${pair.titleName} ${pair.shotName}`.toLowerCase().includes(filter.text.toLowerCase()))
  );
}

describe('filters', () => {
  const clock = manualClock(5);
  const made = projectWithTitles(12);
  const { db } = made.project;
  let all: Pair[] = [];
  const readAll = (): Pair[] => listPairs(db, { limit: 1000 }).rows;

  beforeAll(() => {
    const random = createRng(3).stream('findings');
    const findings = readAll().flatMap(({ titleId, shotId, language }) =>
      CODES.filter(() => random.uniform() < 0.3).map((code) => ({
        titleId,
        shotId,
        trackId: `k_${titleId.slice(2)}_${shotId.split('_')[2]}_${language}`,
        language,
        code,
        severity: random.pick(SEVERITIES),
        sentence: 'x',
        numbers: {},
      })),
    );
    const titleIds = [...new Set(findings.map(({ titleId }) => titleId))];
    storeCheckResult(db, titleIds, { alignments: [], findings });
    setSplit(db, clock, { titleIds: ['t_1', 't_2', 't_3'], split: 'heldout' });
    const chosen = readAll().filter((_, i) => i % 5 === 0);
    setDecision(db, clock, { pairIds: chosen.map(({ id }) => id), verdict: 'accept' });
    all = readAll();
  });
  afterAll(() => made.remove());

  it.each(FILTERS)('take what they say: %j', (filter) => {
    const wanted = all.filter((pair) => takes(filter, pair));
    expect(listPairs(db, { filter, limit: 1000 }).rows).toEqual(wanted);
    expect(selectSeqs(db, filter)).toHaveLength(wanted.length);
    const counts = countPairs(db, filter);
    expect(counts.total).toBe(wanted.length);
    for (const [state, n] of Object.entries(counts.byState)) {
      expect(n, state).toBe(wanted.filter((pair) => pair.state === state).length);
    }
    for (const severity of SEVERITIES) {
      expect(counts.bySeverity[severity] ?? 0, severity).toBe(
        wanted.filter((pair) => pair.worstSeverity === severity).length,
      );
    }
    for (const code of CODES) {
      expect(counts.byFinding[code] ?? 0, code).toBe(
        wanted.filter((pair) => pair.findingCodes.includes(code)).length,
      );
    }
    for (const key of ['de', 'fr']) {
      expect(counts.byLanguage[key] ?? 0).toBe(wanted.filter(({ language }) => language === key).length);
    }
    for (const key of ['train', 'heldout']) {
      expect(counts.bySplit[key] ?? 0).toBe(wanted.filter(({ split }) => split === key).length);
    }
  });

  it.each(['imported', 'suspicion'] as const)('page through every pair once, in order: %s', (order) => {
    const pages: Pair[] = [];
    let cursor: string | null = null;
    do {
      const page: ReturnType<typeof listPairs> = listPairs(db, {
        order,
        limit: 7,
        ...(cursor === null ? {} : { cursor }),
      });
      pages.push(...page.rows);
      cursor = page.next;
    } while (cursor !== null);
    const wanted = order === 'imported' ? all : all.toSorted((a, b) => b.suspicion - a.suspicion);
    expect(pages.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
  });

  it('say where a pair stands, which come from a place on, and which is the next that nobody decided', () => {
    for (const order of ['imported', 'suspicion'] as const) {
      for (const filter of FILTERS) {
        const rows = listPairs(db, { limit: 1000, filter, order }).rows;
        const ids = rows.map(({ id }) => id);
        for (const { id } of all) {
          expect(placeOfPair(db, { filter, order }, id)).toBe(ids.includes(id) ? ids.indexOf(id) : null);
        }
        expect(listPairIds(db, { filter, order, from: 3, limit: 9 })).toEqual(ids.slice(3, 12));
        for (const minSeverity of SEVERITIES) {
          const waits = rows.map(
            ({ decision, worstSeverity: worst }) =>
              decision === null &&
              worst !== null &&
              SEVERITIES.indexOf(worst) >= SEVERITIES.indexOf(minSeverity),
          );
          for (let from = -1; from <= rows.length; from += 1) {
            const below = waits.findIndex((is, i) => is && i > from);
            const above = waits.findLastIndex((is, i) => is && i < from);
            const a = { filter, order, from, minSeverity };
            expect(seekUndecided(db, { ...a, step: 1 })).toBe(below < 0 ? null : below);
            if (from >= 0) expect(seekUndecided(db, { ...a, step: -1 })).toBe(above < 0 ? null : above);
          }
        }
      }
    }
    expect(() => placeOfPair(db, {}, 'none')).toThrow('There is no pair none.');
  });

  it('are the same when the columns were read in parts, with a change in between', () => {
    const large = projectWithTitles(6000);
    try {
      const count = (): number => countPairs(large.project.db, {}).total;
      expect(readOn(large.project.db)).toBe(false);
      const pairIds = listPairs(large.project.db, { limit: 3 }).rows.map(({ id }) => id);
      setDecision(large.project.db, clock, { pairIds, verdict: 'accept' });
      expect(countPairs(large.project.db, { states: ['accepted'] }).total).toBe(3);
      expect(readOn(large.project.db)).toBe(true);
      expect(count()).toBe(24_000);
      forgetPairs(large.project.db);
      expect(readOn(large.project.db)).toBe(false);
      setDecision(large.project.db, clock, { pairIds, verdict: 'reject' });
      expect(readOn(large.project.db)).toBe(false);
      expect(readOn(large.project.db)).toBe(true);
      expect(countPairs(large.project.db, { states: ['rejected'] }).total).toBe(3);
    } finally {
      large.remove();
    }
  });

  it('measure what a selection means', () => {
    for (const filter of FILTERS) {
      const taken = listPairs(db, { limit: 1000, filter }).rows;
      for (const pairIds of [[], all.slice(0, 40).map(({ id }) => id)]) {
        const left = taken.filter(({ id }) => !pairIds.includes(id));
        const titles = new Set(left.map(({ titleId }) => titleId)).size;
        const selection = { filter, exceptIds: pairIds };
        expect(measurePairs(db, selection)).toEqual({ pairs: left.length, titles });
        expect(selectPairIds(db, selection)).toEqual(left.map(({ id }) => id));
      }
      const pairIds = taken.map(({ id }) => id);
      const titles = new Set(taken.map(({ titleId }) => titleId)).size;
      expect(measurePairs(db, { pairIds })).toEqual({ pairs: pairIds.length, titles });
    }
  });

  it('give any part of a list by its place, as it stands after a change', () => {
    for (const order of ['imported', 'suspicion'] as const) {
      for (const filter of FILTERS) {
        const ids = listPairs(db, { limit: 1000, filter, order }).rows.map(({ id }) => id);
        for (const from of [0, 1, 7, ids.length - 1, ids.length, ids.length + 50].filter((at) => at >= 0)) {
          const part = listPairs(db, { from, limit: 5, filter, order });
          expect(part.rows.map(({ id }) => id)).toEqual(ids.slice(from, from + 5));
          const rest =
            part.next === null ? [] : listPairs(db, { cursor: part.next, limit: 1000, filter, order }).rows;
          expect(rest.map(({ id }) => id)).toEqual(ids.slice(from + 5));
        }
      }
    }
    const open: PairFilter = { states: ['open'] };
    const [first, second] = listPairs(db, { from: 0, limit: 2, filter: open }).rows;
    setDecision(db, clock, { pairIds: [first!.id], verdict: 'reject' });
    expect(listPairs(db, { from: 0, limit: 1, filter: open }).rows[0]!.id).toBe(second!.id);
    undo(db);
    expect(listPairs(db, { from: 0, limit: 1, filter: open }).rows[0]!.id).toBe(first!.id);
  });

  it('see a decision, its undo, and a moved title at once', () => {
    const accepted = countPairs(db, { states: ['accepted'] }).total;
    setDecision(db, clock, { filter: {}, verdict: 'accept' });
    expect(countPairs(db, { states: ['accepted'] }).total).toBe(all.length);
    undo(db);
    expect(countPairs(db, { states: ['accepted'] }).total).toBe(accepted);
    const heldOut = countPairs(db, { split: 'heldout' }).total;
    setSplit(db, clock, { titleIds: ['t_1'], split: 'train' });
    expect(countPairs(db, { split: 'heldout' }).total).toBe(heldOut - 4);
    undo(db);
  });
});
