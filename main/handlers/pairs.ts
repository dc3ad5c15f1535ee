/** Requests about titles, pairs, findings, decisions and views. */

import type { ProjectDatabase } from '../../core/project/database.ts';
import { countPairs } from '../../core/project/pair-filter.ts';
import { requireWritable } from '../../core/project/project.ts';
import { listAlignments, setAlignment } from '../../core/project/queries/alignments.ts';
import { editPairs } from '../../core/project/queries/bulk-edit.ts';
import { splitClip, trimClip } from '../../core/project/queries/clip-edits.ts';
import { datasetOf } from '../../core/project/queries/dataset.ts';
import { clearDecision, setDecision, suggestDecisions } from '../../core/project/queries/decisions.ts';
import { listFindings } from '../../core/project/queries/findings.ts';
import {
  listPairIds,
  measurePairs,
  placeOfPair,
  seekUndecided,
} from '../../core/project/queries/pair-places.ts';
import { getPair, listPairs } from '../../core/project/queries/pairs.ts';
import { titleDetail } from '../../core/project/queries/title-detail.ts';
import { listTitles, setSplit } from '../../core/project/queries/titles.ts';
import { relabelTracks, setTrackRole } from '../../core/project/queries/track-edits.ts';
import { listViews, removeView, saveView } from '../../core/project/queries/views.ts';
import type { Events, Handlers } from '../../core/rpc/contract.ts';
import type { HostContext } from '../host.ts';

/** Handlers of `title/*`, `pair/*`, `decision/*`, `finding/*`, `alignment/*` and `view/*`. */
export function pairHandlers(context: HostContext) {
  const { clock } = context;
  const db = (): ProjectDatabase => context.project().db;
  const change = <T>(what: Events['project/changed']['what'], work: (db: ProjectDatabase) => T): T => {
    requireWritable(context.project());
    const result = work(db());
    context.emit('project/changed', { what });
    return result;
  };
  return {
    'title/list': (a) => listTitles(db(), a),
    'title/get': ({ titleId }) => titleDetail(db(), titleId),
    'title/set-split': (a) => change('titles', (open) => setSplit(open, clock, a)),
    'pair/list': (a) => listPairs(db(), a),
    'pair/ids': (a) => ({ pairIds: listPairIds(db(), a) }),
    'pair/place': ({ pairId, ...a }) => ({ place: placeOfPair(db(), a, pairId) }),
    'pair/seek': (a) => ({ place: seekUndecided(db(), a) }),
    'pair/measure': (a) => measurePairs(db(), a),
    'pair/edit': (a) =>
      a.preview === true ? editPairs(db(), clock, a) : change('titles', (open) => editPairs(open, clock, a)),
    'pair/count': ({ filter }) => countPairs(db(), filter),
    'pair/get': ({ pairId }) => getPair(db(), pairId),
    'track/relabel': (a) => change('titles', (open) => relabelTracks(open, clock, a)),
    'track/set-role': (a) => change('titles', (open) => setTrackRole(open, clock, a)),
    'clip/trim': (a) => change('titles', (open) => trimClip(open, clock, a)),
    'clip/split': (a) => change('titles', (open) => splitClip(open, clock, a)),
    'decision/set': (a) => change('pairs', (open) => setDecision(open, clock, a)),
    'decision/clear': (a) => change('pairs', (open) => clearDecision(open, clock, a)),
    'decision/suggest': (a) => change('pairs', (open) => suggestDecisions(open, clock, a)),
    'finding/list': (a) => listFindings(db(), a),
    'alignment/list': () => listAlignments(db()),
    'alignment/set': (a) => change('pairs', (open) => setAlignment(open, clock, a)),
    'view/list': () => listViews(db()),
    'view/save': (a) => change('views', (open) => saveView(open, clock, a)),
    'view/remove': (a) => change('views', (open) => removeView(open, clock, a)),
    'view/dataset': ({ filter }) => datasetOf(db(), filter),
  } satisfies Partial<Handlers>;
}
