/**
 * What a run writes at every step: `metrics.jsonl` (holds nothing that differs between two equal runs),
 * `timing.jsonl` (holds what does) and a TensorBoard event file. All three are cut back to the checkpoint on resume.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { MetricsRow, ValidationRow } from '../domain/run.ts';
import { type AppendLog, openAppendLog } from './append-log.ts';
import { killNow, killPoint, killsAt } from './kill-points.ts';
import { fileVersionRecord, scalarRecord } from './tensorboard.ts';
import { parseValidation, validationLine } from './validation.ts';

/** Bytes of each log that belong to a checkpoint. */
export type LogOffsets = { metrics: number; timing: number; events: number; validation: number };

/** How long a step took, ms. */
export type StepTiming = { dataMs: number; computeMs: number };

/** The open logs of a run. */
export type RunLogs = {
  write(row: MetricsRow, timing: StepTiming): void;
  /** Adds a measurement on held-out clips. */
  writeValidation(row: ValidationRow): void;
  /** The measurements so far. */
  readonly validations: readonly ValidationRow[];
  /** Makes everything written survive a power cut, and says how much there is. */
  sync(): LogOffsets;
  close(): void;
};

/** Names in the run folder. TensorBoard finds event files by the middle part of the name. */
export const LOG_NAMES = {
  metrics: 'metrics.jsonl',
  timing: 'timing.jsonl',
  validation: 'validation.jsonl',
  events: 'events.out.tfevents.0.dubscope',
} as const;

/** Offsets of a run that has not begun. */
export const NO_LOGS: LogOffsets = { metrics: 0, timing: 0, events: 0, validation: 0 };

/** Opens the logs and drops what was written after the checkpoint with `offsets`. */
export function openRunLogs(runFolder: string, offsets: LogOffsets, clock: Clock): RunLogs {
  const metrics = openAppendLog(join(runFolder, LOG_NAMES.metrics), offsets.metrics);
  const timing = openAppendLog(join(runFolder, LOG_NAMES.timing), offsets.timing);
  const validation = openAppendLog(join(runFolder, LOG_NAMES.validation), offsets.validation);
  const validations = parseValidation(readFileSync(join(runFolder, LOG_NAMES.validation), 'utf8'));
  const events = openAppendLog(join(runFolder, LOG_NAMES.events), offsets.events, { lines: false });
  const wallTimeSec = (): number => clock.nowMs() / 1000;
  if (events.sizeBytes === 0) events.append(fileVersionRecord(wallTimeSec()));
  return {
    write: (row, stepTiming) => {
      appendLine(metrics, JSON.stringify(row), row.step);
      appendLine(timing, JSON.stringify({ step: row.step, ...stepTiming }));
      events.append(scalarRecord({ wallTimeSec: wallTimeSec(), step: row.step, scalars: scalarsOf(row) }));
    },
    validations,
    writeValidation: (row) => {
      appendValidation(validation, row);
      validations.push(row);
      const scalars = validationScalars(row);
      events.append(scalarRecord({ wallTimeSec: wallTimeSec(), step: row.step, scalars }));
    },
    sync: () => {
      for (const log of [metrics, timing, events, validation]) log.sync();
      return {
        metrics: metrics.sizeBytes,
        timing: timing.sizeBytes,
        events: events.sizeBytes,
        validation: validation.sizeBytes,
      };
    },
    close: () => {
      for (const log of [metrics, timing, events, validation]) log.close();
    },
  };
}

function appendLine(log: AppendLog, line: string, killStep?: number): void {
  const record = Buffer.from(`${line}\n`);
  if (killStep !== undefined && killsAt('mid-metrics-line', killStep)) {
    log.append(record.subarray(0, record.length >> 1));
    killNow();
  }
  log.append(record);
  if (killStep !== undefined) killPoint('after-metrics', killStep);
}

function appendValidation(log: AppendLog, row: ValidationRow): void {
  const record = Buffer.from(validationLine(row));
  if (killsAt('mid-validation-line', row.step)) {
    log.append(record.subarray(0, record.length >> 1));
    killNow();
  }
  log.append(record);
  killPoint('after-validation', row.step);
}

function validationScalars({ recallAt1, recallAt5, sameClip, otherClip, gap }: ValidationRow) {
  const values = { recallAt1, recallAt5, sameClip, otherClip, gap };
  const known = Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== null);
  return Object.fromEntries(known.map(([name, value]) => [`heldout/${name}`, value]));
}

function scalarsOf({ step: _, ...values }: MetricsRow): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`train/${name}`, value]));
}
