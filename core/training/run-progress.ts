/** `state.json` of a checkpoint: where the run is, and what must be the same for it to go on to the same bytes. */
import type { Dataset } from '../domain/dataset.ts';
import { AppError, InvariantError } from '../domain/errors.ts';
import type { RunConfig } from '../domain/run.ts';
import type { Engine } from '../engine/engine.ts';
import type { ModelPreset } from '../model/presets.ts';
import { sha256 } from './manifest.ts';
import type { LogOffsets } from './run-logs.ts';

/** What numbers were computed with, from some step on. */
export type EngineRecord = {
  fromStep: number;
  name: string;
  version: string;
  device: string;
  threads: number;
};

/** Hashes of everything that decides a run's numbers besides the engine. */
export type RunIdentity = { config: string; dataset: string; model: string };

/** Where a run is. */
export type RunProgress = {
  version: 1;
  /** Finished steps. */
  step: number;
  /** Updates the optimizer has made. */
  optimizerStepCount: number;
  /** The seed and `step` are all there is to save of randomness. */
  seed: number;
  identity: RunIdentity;
  /** More than one where a run went on with another engine: its bytes are then nobody else's. */
  engines: EngineRecord[];
  /** Bytes of the logs that belong to this checkpoint. */
  logs: LogOffsets;
};

/** The identity of a run. */
export function identityOf(parts: { config: RunConfig; dataset: Dataset; preset: ModelPreset }): RunIdentity {
  return {
    config: hashOf(parts.config),
    dataset: hashOf(parts.dataset),
    model: hashOf(parts.preset),
  };
}

/** The engine as `state.json` notes it. */
export function engineRecord(engine: Engine, fromStep: number): EngineRecord {
  const { name, version, device, threads } = engine;
  return { fromStep, name, version, device, threads };
}

/** Whether two engines give the same bytes. */
export function isSameEngine(a: EngineRecord, b: EngineRecord): boolean {
  return a.name === b.name && a.version === b.version && a.device === b.device && a.threads === b.threads;
}

const PART_NAMES: Record<keyof RunIdentity, string> = {
  config: 'settings',
  dataset: 'clips',
  model: "model's sizes",
};

/** @throws AppError RUN_DIFFERS naming what changed since the checkpoint was made. */
export function requireSameRun(saved: RunIdentity, current: RunIdentity): void {
  const parts = (Object.keys(PART_NAMES) as (keyof RunIdentity)[]).filter(
    (part) => saved[part] !== current[part],
  );
  if (parts.length === 0) return;
  const names = parts.map((part) => PART_NAMES[part]).join(', ');
  throw new AppError(
    'RUN_DIFFERS',
    `The run was started with other ${names}. Nothing was changed. Start a new run instead of going on with this one.`,
    { details: { parts } },
  );
}

/** Reads `state.json`. @throws InvariantError where a field is missing or of the wrong kind. */
export function parseRunState(text: string): RunProgress {
  const value = JSON.parse(text) as RunProgress;
  // Runs of earlier versions measured nothing while they trained.
  if (typeof value.logs === 'object' && value.logs !== null) value.logs.validation ??= 0;
  const isWhole =
    value.version === 1 &&
    [value.step, value.optimizerStepCount, value.seed].every(Number.isSafeInteger) &&
    [value.logs?.metrics, value.logs?.timing, value.logs?.events, value.logs?.validation].every(
      Number.isSafeInteger,
    ) &&
    typeof value.identity === 'object' &&
    Array.isArray(value.engines) &&
    value.engines.length > 0;
  if (!isWhole) throw new InvariantError('state.json lacks a field.');
  return value;
}

function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** JSON with the names of every object in order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
