/** Runs and their measures in words. */
import type { LanguageStrategy, MetricsRow, RunState, RunSummary } from '../../core/domain/run.ts';
import type { HeatmapMeasure } from '../stores/runs.ts';

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

/** A run's name: id, size of model, strategy. */
export function runTitle({ id, config }: RunSummary): string {
  return `${id} · ${config.preset} · ${STRATEGY_WORDS[config.strategy]}`;
}

/** "5.31 → 2.07", or what is missing. */
export function lossText({ firstLoss, lastLoss }: RunSummary): string {
  if (firstLoss === null || lastLoss === null) return 'not logged yet';
  return `${firstLoss.toFixed(2)} → ${lastLoss.toFixed(2)}`;
}

/** A curve of the metrics: its name, where its numbers stand, and which colour token it takes. */
export type Curve = { label: string; field: keyof MetricsRow; token: string; dashed?: boolean };

/** What the loss is made of. */
export const LOSS_CURVES: readonly Curve[] = [
  { label: 'loss', field: 'loss', token: '--curve-1' },
  { label: 'video–audio', field: 'lossCross', token: '--curve-2', dashed: true },
];

/** How the model tells matching from other pairs of a batch. */
export const SIMILARITY_CURVES: readonly Curve[] = [
  { label: 'matching', field: 'positiveSimilarity', token: '--curve-4' },
  { label: 'others', field: 'negativeSimilarity', token: '--curve-3', dashed: true },
];
