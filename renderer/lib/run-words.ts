/** Runs and their measures in words. */

import type { JobSnapshot } from '../../core/domain/job.ts';
import type { LanguageStrategy, RunState, RunSummary } from '../../core/domain/run.ts';
import type { HeatmapMeasure } from '../stores/runs.ts';
import { placeText } from './job-words.ts';

/** States of a run as people read them. */
export const RUN_STATE_WORDS: Record<RunState, string> = {
  created: 'not begun',
  queued: 'waiting',
  running: 'running',
  paused: 'paused',
  finished: 'finished',
  stopped: 'stopped',
  interrupted: 'interrupted',
  failed: 'failed',
};

/** Strategies as people read them. */
export const STRATEGY_WORDS: Record<LanguageStrategy, string> = {
  'original-only': 'original only',
  'dub-augmented': 'dub-augmented',
  'two-dubs': 'two different dubs',
  'every-dub': 'every dub in turn',
  'speech-reduced': 'speech-reduced',
};

/** Measures of the language heatmap, each with what it means. */
export const MEASURES: readonly { value: HeatmapMeasure; label: string; meaning: string }[] = [
  {
    value: 'gap',
    label: 'Gap',
    meaning: 'Mean similarity of the same clip in two languages, minus that of different clips.',
  },
  { value: 'sameClip', label: 'Same clip', meaning: 'Mean similarity of the same clip in two languages.' },
  {
    value: 'otherClip',
    label: 'Other clips',
    meaning: 'Mean similarity of different clips: the level of chance.',
  },
];

/** What a run is called: its own name, if it has one, its id, size of model, strategy. */
export function runTitle({ id, name, config }: RunSummary): string {
  const parts = [...(name === undefined ? [] : [name]), id, config.preset, STRATEGY_WORDS[config.strategy]];
  return parts.join(' · ');
}

/** What the run itself can be asked to do in its state. */
export function canGoOn({ state }: RunSummary): boolean {
  return !['queued', 'running', 'finished'].includes(state);
}

/** A run's state in words, with its place in the queue; `job`: the one that trains it or waits to. */
export function runStateText({ state, step }: RunSummary, job: JobSnapshot | null): string {
  if (job?.state === 'queued') return `waiting, ${placeText(job.place)}`;
  if (job?.state === 'cancelling') return 'stopping: a checkpoint is written';
  if (state === 'interrupted') {
    return step === 0 ? 'interrupted before its first step' : 'interrupted: Dubscope ended while it ran';
  }
  return RUN_STATE_WORDS[state];
}

/** Whether all words of a text stand somewhere in what is known of a run: id, name, tags, notes, state, strategy, preset. */
export function matchesRun(run: RunSummary, text: string): boolean {
  const { id, name = '', tags = [], notes = '', config, state } = run;
  const known = [
    id,
    name,
    ...tags,
    notes,
    config.preset,
    STRATEGY_WORDS[config.strategy],
    RUN_STATE_WORDS[state],
  ];
  const where = known.join('\n').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => where.includes(word));
}

/** "5.31 → 2.07", or what is missing. */
export function lossText({ firstLoss, lastLoss }: RunSummary): string {
  if (firstLoss === null || lastLoss === null) return 'not logged yet';
  return `${firstLoss.toFixed(2)} → ${lastLoss.toFixed(2)}`;
}
