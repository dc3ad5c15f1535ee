/** Whether what the checks said still stands: after edits, their undo, and another check. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../../../core/clock.ts';
import { storeImport } from '../../../../core/project/import-store.ts';
import { redo, undo } from '../../../../core/project/journal.ts';
import type { Project } from '../../../../core/project/project.ts';
import { setAlignment } from '../../../../core/project/queries/alignments.ts';
import { trimClip } from '../../../../core/project/queries/clip-edits.ts';
import { setDecision } from '../../../../core/project/queries/decisions.ts';
import { getPair, listPairs } from '../../../../core/project/queries/pairs.ts';
import { checkedInputs, checkOf, noteChecks } from '../../../../core/project/queries/title-checks.ts';
import { titleDetail } from '../../../../core/project/queries/title-detail.ts';
import { setSplit } from '../../../../core/project/queries/titles.ts';
import { relabelTracks, setTrackRole } from '../../../../core/project/queries/track-edits.ts';
import { madeImport, projectWithTitles } from '../../../fixtures/project.ts';

const clock = manualClock(5_000);
let project: Project;
let remove: () => void;
beforeEach(() => {
  ({ project, remove } = projectWithTitles(2));
});
afterEach(() => remove());

const isStale = (): boolean | undefined => checkOf(project.db, 't_0')?.isStale;
const check = (): void => noteChecks(project.db, 7_000, checkedInputs(project.db, ['t_0', 't_1']));

describe('the last check of a title', () => {
  it('is not known before there was one, and is told with title and pair', () => {
    expect(checkOf(project.db, 't_0')).toBeNull();
    check();
    const expected = { atMs: 7_000, isStale: false };
    expect(titleDetail(project.db, 't_0').check).toEqual(expected);
    const pairId = listPairs(project.db, { filter: { titleIds: ['t_0'] } }).rows[0]!.id;
    expect(getPair(project.db, pairId).check).toEqual(expected);
  });

  it.each([
    [
      'a language',
      () => relabelTracks(project.db, clock, { trackId: 'k_0_0_de', language: 'nl', scope: 'track' }),
    ],
    [
      'a role',
      () => setTrackRole(project.db, clock, { trackId: 'k_0_0_de', role: 'commentary', scope: 'title' }),
    ],
    ['an offset', () => setAlignment(project.db, clock, { titleId: 't_0', language: 'de', offsetMs: 40 })],
  ])('is older than %s said after it, until that is taken back or checked', (_what, change) => {
    check();
    change();
    expect(isStale()).toBe(true);
    expect(checkOf(project.db, 't_1')?.isStale).toBe(false);
    undo(project.db);
    expect(isStale()).toBe(false);
    redo(project.db);
    expect(isStale()).toBe(true);
    check();
    expect(isStale()).toBe(false);
  });

  it('stands when nothing changes that was listened to', () => {
    check();
    const pairId = listPairs(project.db, {}).rows[0]!.id;
    setDecision(project.db, clock, { pairIds: [pairId], verdict: 'accept' });
    setSplit(project.db, clock, { titleIds: ['t_0'], split: 'heldout' });
    trimClip(project.db, clock, { clipId: 'c_0_0', startSec: 1, endSec: 3 });
    storeImport(project.db, clock, madeImport(2), { label: 'Import', by: 'test' });
    expect(isStale()).toBe(false);
  });

  it('does not know a change that came while it listened', () => {
    const heard = checkedInputs(project.db, ['t_0']);
    relabelTracks(project.db, clock, { trackId: 'k_0_0_de', language: 'nl', scope: 'title' });
    noteChecks(project.db, 7_000, heard);
    expect(isStale()).toBe(true);
  });
});
