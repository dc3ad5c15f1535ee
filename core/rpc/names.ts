/**
 * The contract's names as one light table, for places that may not carry the schemas: the preload bridge and the
 * routes. A name that is missing or misspelt does not compile.
 */
import { EVENT_NAMES, type EventName, type RequestName } from './contract.ts';

/** The allow-list of request names at run time. */
export const REQUEST_NAMES: Record<RequestName, true> = {
  'project/create': true,
  'project/open': true,
  'project/close': true,
  'project/summary': true,
  'project/lint': true,
  'journal/list': true,
  'journal/undo': true,
  'journal/redo': true,
  'import/start': true,
  'import/plan': true,
  'import/planned': true,
  'import/presets': true,
  'import/names': true,
  'import/report': true,
  'import/unfinished': true,
  'import/resume': true,
  'import/forget': true,
  'check/start': true,
  'title/list': true,
  'title/get': true,
  'title/set-split': true,
  'pair/list': true,
  'pair/ids': true,
  'pair/place': true,
  'pair/seek': true,
  'pair/measure': true,
  'pair/edit': true,
  'pair/count': true,
  'pair/get': true,
  'shot/inspect': true,
  'track/peaks': true,
  'track/relabel': true,
  'track/set-role': true,
  'clip/trim': true,
  'clip/split': true,
  'decision/set': true,
  'decision/clear': true,
  'decision/suggest': true,
  'decision/import': true,
  'decision/imported': true,
  'export/start': true,
  'export/list': true,
  'export/delete': true,
  'finding/list': true,
  'finding/levels': true,
  'finding/shared': true,
  'alignment/list': true,
  'alignment/evidence': true,
  'alignment/set': true,
  'view/list': true,
  'view/save': true,
  'view/remove': true,
  'view/dataset': true,
  'run/defaults': true,
  'run/recipes': true,
  'run/estimate': true,
  'run/start': true,
  'run/resume': true,
  'run/find': true,
  'run/list': true,
  'run/get': true,
  'run/metrics': true,
  'evaluation/start': true,
  'evaluation/find': true,
  'evaluation/list': true,
  'evaluation/get': true,
  'evaluation/heatmap': true,
  'report/write': true,
  'comparison/find': true,
  'comparison/get': true,
  'comparison/heatmap': true,
  'report/compare': true,
  'setup/look': true,
  'setup/start': true,
  'job/list': true,
  'job/get': true,
  'job/log': true,
  'job/cancel': true,
};

/** Whether a text names a request of this build. */
export function isKnownRequest(name: string): name is RequestName {
  return Object.hasOwn(REQUEST_NAMES, name);
}

/** Whether a text names an event of this build. */
export function isKnownEvent(name: string): name is EventName {
  return Object.hasOwn(EVENT_NAMES, name);
}
