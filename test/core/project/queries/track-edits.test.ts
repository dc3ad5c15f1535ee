/** Languages and roles put right by hand: what comes along, what is refused, and that undo gives back every row. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../../core/clock.ts';
import type { FindingDraft } from '../../../../core/domain/finding.ts';
import type { LanguageTag } from '../../../../core/domain/language-tag.ts';
import { redo, undo } from '../../../../core/project/journal.ts';
import { countPairs } from '../../../../core/project/pair-filter.ts';
import type { Project } from '../../../../core/project/project.ts';
import { effectiveAlignment, setAlignment } from '../../../../core/project/queries/alignments.ts';
import { setDecision } from '../../../../core/project/queries/decisions.ts';
import { storeCheckResult } from '../../../../core/project/queries/findings.ts';
import { listPairs } from '../../../../core/project/queries/pairs.ts';
import { relabelTracks, setTrackRole } from '../../../../core/project/queries/track-edits.ts';
import { projectWithTitles } from '../../../fixtures/project.ts';

const clock = manualClock(5_000);
let project: Project;
let remove: () => void;
beforeEach(() => {
  ({ project, remove } = projectWithTitles(2));
});
afterEach(() => remove());

/** Every row that a change could touch. */
function everything(): unknown {
  const read = (table: string): unknown =>
    project.db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3`).all();
  return ['track', 'pair', 'alignment', 'decision'].map(read);
}

function languages(): Record<string, number> {
  return countPairs(project.db, { titleIds: ['t_0'] }).byLanguage;
}

describe('relabelTracks', () => {
  it('changes a whole title with its pairs and its offset, keeps decisions, and is one step', () => {
    setAlignment(project.db, clock, { titleId: 't_0', language: 'de', offsetMs: 40 });
    const pairId = listPairs(project.db, { filter: { languages: ['de'] } }).rows[0]!.id;
    setDecision(project.db, clock, { pairIds: [pairId], verdict: 'accept' });
    const before = everything();
    expect(languages()).toMatchObject({ de: 2, fr: 2 });
    const a = { trackId: 'k_0_0_de', language: 'Portuguese', scope: 'title' } as const;
    expect(relabelTracks(project.db, clock, a)).toEqual({ changed: 2 });
    const after = everything();
    expect(languages()).toMatchObject({ pt: 2, fr: 2 });
    expect(effectiveAlignment(project.db, 't_0', 'pt')?.offsetMs).toBe(40);
    expect(effectiveAlignment(project.db, 't_0', 'de')).toBeNull();
    expect(listPairs(project.db, { filter: { states: ['accepted'] } }).rows.map(({ id }) => id)).toEqual([
      pairId,
    ]);
    expect(countPairs(project.db, { titleIds: ['t_1'] }).byLanguage).toMatchObject({ de: 2, fr: 2 });
    undo(project.db);
    expect(everything()).toEqual(before);
    redo(project.db);
    expect(everything()).toEqual(after);
  });

  it('undone after another check leaves what that check said', () => {
    const rows = (): unknown =>
      project.db
        .prepare("SELECT severity, codes, suspicion FROM pair WHERE track_id = 'k_0_0_de' ORDER BY seq")
        .all();
    relabelTracks(project.db, clock, { trackId: 'k_0_0_de', language: 'nl', scope: 'track' });
    const silent: FindingDraft = {
      titleId: 't_0',
      shotId: 's_0_0',
      trackId: 'k_0_0_de',
      language: 'nl' as LanguageTag,
      code: 'silent',
      severity: 'fault',
      sentence: 'Silent.',
      numbers: {},
    };
    storeCheckResult(project.db, ['t_0'], { alignments: [], findings: [silent] });
    const checked = rows();
    expect(checked).toMatchObject([{ codes: 'silent' }]);
    undo(project.db);
    expect(rows()).toEqual(checked);
    redo(project.db);
    expect(rows()).toEqual(checked);
  });

  it('changes one shot alone', () => {
    const a = { trackId: 'k_0_1_de', language: 'nl', scope: 'track' } as const;
    expect(relabelTracks(project.db, clock, a)).toEqual({ changed: 1 });
    expect(languages()).toMatchObject({ de: 1, nl: 1, fr: 2 });
  });

  it('swaps two languages with their offsets, and back again by undo', () => {
    setAlignment(project.db, clock, { titleId: 't_0', language: 'de', offsetMs: 40 });
    setAlignment(project.db, clock, { titleId: 't_0', language: 'fr', offsetMs: -7 });
    const before = everything();
    const a = { trackId: 'k_0_0_de', language: 'fr', scope: 'title', swap: true } as const;
    expect(relabelTracks(project.db, clock, a)).toEqual({ changed: 4 });
    expect(effectiveAlignment(project.db, 't_0', 'fr')?.offsetMs).toBe(40);
    expect(effectiveAlignment(project.db, 't_0', 'de')?.offsetMs).toBe(-7);
    const language = project.db.prepare('SELECT language FROM track WHERE id = ?').pluck();
    expect([language.get('k_0_1_de'), language.get('k_0_1_fr')]).toEqual(['fr', 'de']);
    const after = everything();
    undo(project.db);
    expect(everything()).toEqual(before);
    redo(project.db);
    expect(everything()).toEqual(after);
  });

  it('refuses what is no language, what is there already, and what does not exist; nothing changes', () => {
    const before = everything();
    const edit = (trackId: string, language: string) => (): unknown =>
      relabelTracks(project.db, clock, { trackId, language, scope: 'title' });
    expect(edit('k_0_0_de', '12')).toThrow(expect.objectContaining({ code: 'LANG_INVALID' }));
    expect(edit('k_0_0_de', 'French')).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    expect(edit('k_9', 'fr')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(edit('k_0_0_de', 'deu')()).toEqual({ changed: 0 });
    expect(everything()).toEqual(before);
  });
});

describe('setTrackRole', () => {
  it('takes the pairs of what is no dub away, and gives them and their decisions back', () => {
    const pairs = listPairs(project.db, { filter: { titleIds: ['t_0'], languages: ['de'] } }).rows;
    setDecision(project.db, clock, { pairIds: pairs.map(({ id }) => id), verdict: 'reject' });
    const before = everything();
    const a = { trackId: 'k_0_0_de', scope: 'title' } as const;
    expect(setTrackRole(project.db, clock, { ...a, role: 'commentary' })).toEqual({ changed: 2 });
    expect(languages()).toEqual({ fr: 2 });
    undo(project.db);
    expect(everything()).toEqual(before);
    redo(project.db);
    setTrackRole(project.db, clock, { ...a, role: 'dub' });
    const again = listPairs(project.db, { filter: { titleIds: ['t_0'], languages: ['de'] } }).rows;
    expect(again.map(({ id }) => id).sort()).toEqual(pairs.map(({ id }) => id).sort());
    expect(again.map(({ state }) => state)).toEqual(['rejected', 'rejected']);
  });

  it('leaves originals what they are', () => {
    const edit = { trackId: 'k_0_0_en', role: 'dub', scope: 'title' } as const;
    expect(() => setTrackRole(project.db, clock, edit)).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
  });
});
