/** Jobs in words. */
import type { JobProgress, JobResult, JobSnapshot } from '../../core/domain/job.ts';
import type { JobRate } from './job-rate.ts';
import { durationText } from './words.ts';

/** Paths are shown elsewhere. */
const HIDDEN = new Set(['report', 'engine']);

/** What a job left, e.g. "6 titles, 30 pairs, 0 refused". */
export function jobResultText(result: JobResult): string {
  const parts = Object.entries(result)
    .filter(([key, value]) => !HIDDEN.has(key) && value !== null)
    .map(([key, value]) => {
      const words = key.replace(/([A-Z])/g, ' $1').toLowerCase();
      return typeof value === 'number' ? `${value.toLocaleString('en')} ${words}` : String(value);
    });
  return parts.join(', ') || 'done';
}

/** How far it is: "train 120 of 400 steps, 2.1 a second, 2 min 13 s left". */
export function progressText({ step, done, total, unit }: JobProgress, rate: JobRate | null): string {
  const count =
    total === null
      ? done.toLocaleString('en')
      : `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  const parts = [`${step} ${count} ${unit}`.trim()];
  if (rate !== null)
    parts.push(`${rate.perSec >= 10 ? Math.round(rate.perSec) : rate.perSec.toFixed(1)} a second`);
  if (rate !== null && rate.leftSec !== null) parts.push(`${durationText(rate.leftSec)} left`);
  return parts.join(', ');
}

const ORDINALS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

/** Where a job stands among those that wait: "next in the queue", "2nd in the queue". */
export function placeText(place: number): string {
  if (place === 1) return 'next in the queue';
  const ending = ORDINALS[new Intl.PluralRules('en', { type: 'ordinal' }).select(place)] ?? 'th';
  return `${place}${ending} in the queue`;
}

/** A job's state for people. */
export function jobStateText(job: JobSnapshot, rate: JobRate | null): string {
  switch (job.state) {
    case 'queued':
      return `waiting, ${placeText(job.place)}`;
    case 'running':
      return progressText(job.progress, rate);
    case 'cancelling':
      return 'stopping ...';
    case 'succeeded':
      return jobResultText(job.result);
    case 'failed':
      return `${job.error.message} [${job.error.code}]`;
    case 'cancelled':
      return 'stopped';
  }
}

/** The name that a finished export has in the project's folder of exports; null where it wrote elsewhere, or no export. */
export function exportedName(job: JobSnapshot): { name: string; isFolder: boolean } | null {
  if (job.kind !== 'export' || job.state !== 'succeeded' || typeof job.result.path !== 'string') return null;
  const [, name, index] = /[\\/]exports[\\/]([^\\/]+)([\\/]shards\.json)?$/.exec(job.result.path) ?? [];
  return name === undefined ? null : { name, isFolder: index !== undefined };
}

/** Share done, 0..1; null where the length is not known. */
export function progressShare(job: JobSnapshot): number | null {
  if (job.state === 'succeeded') return 1;
  if (job.state !== 'running' && job.state !== 'cancelling') return null;
  const { done, total } = job.progress;
  return total === null || total === 0 ? null : Math.min(1, done / total);
}
