/** What host and worker say to each other. A worker does one job and ends. */
import type { CheckInput } from '../checks/check-input.ts';
import type { Dataset } from '../domain/dataset.ts';
import type { ErrorData } from '../domain/errors.ts';
import type { ShardOptions } from '../domain/export.ts';
import type { Alignment, FindingDraft } from '../domain/finding.ts';
import type { JobProgress } from '../domain/job.ts';
import type { ImportedFile, PlannedImport } from '../domain/planned-import.ts';
import type { MetricsRow, PresetName, RunConfig, RunEstimate } from '../domain/run.ts';
import type { RefusedFile } from '../evaluation/features/features-of-files.ts';
import type { Modality } from '../evaluation/features/find-files.ts';
import type { FeatureFormat, WrittenFeatures } from '../evaluation/features/write-features.ts';
import type { ShardsWritten } from '../export/write-shards.ts';
import type { ImportResult } from '../intake/import-media.ts';
import type { KnownItem } from '../intake/known-items.ts';
import type { NamingWishes } from '../intake/read-rules.ts';
import type { ParityReport, ParityTolerance } from '../model/parity.ts';
import type { PlantedKey } from '../plant/key.ts';
import type { PlantOptions } from '../plant/plan.ts';

/** The whole of what a worker needs to know for its one job. */
export type WorkerTask =
  | {
      kind: 'import';
      inputs: string[];
      originalLanguage: string | null;
      cacheFolder: string;
      naming: NamingWishes;
      known: KnownItem[];
    }
  /** What an import would make; nothing is decoded. */
  | { kind: 'plan'; inputs: string[]; originalLanguage: string | null; naming: NamingWishes }
  /** `profile`: a name or a path; null: the default. */
  | { kind: 'check'; input: CheckInput; cacheFolder: string; profile: string | null }
  /** Writes clips with their sounds as tar files. */
  | { kind: 'shards'; dataset: Dataset; folder: string; options: ShardOptions }
  /** Makes a corpus with known faults from clean media. */
  | {
      kind: 'plant';
      inputs: string[];
      originalLanguage: string | null;
      outFolder: string;
      joinSec: number;
      options: PlantOptions;
    }
  /** Reference values of towers as text; compared on the engine that this process loads. */
  | { kind: 'parity'; text: string; label: string; tolerance: ParityTolerance | null }
  /** What a run would take; `windowsBytes` was counted by the host. */
  | { kind: 'estimate'; config: RunConfig; clipCount: number; windowsBytes: number }
  | {
      kind: 'train';
      runFolder: string;
      cacheFolder: string;
      dataset: Dataset;
      /** Held-out clips to measure between epochs; null where the run does not ask for it. */
      validation: Dataset | null;
      config: RunConfig;
    }
  /** Features of files, written as the official inference writes them. */
  | {
      kind: 'features';
      inputs: string[];
      outFolder: string;
      modalities: readonly Modality[];
      formats: readonly FeatureFormat[];
      overwrite: boolean;
      weights: FeatureWeights;
    }
  | {
      kind: 'evaluate';
      runId: string;
      config: RunConfig;
      runFolder: string;
      evaluationFolder: string;
      cacheFolder: string;
      dataset: Dataset;
      /** Name of the checkpoint; absent: the newest good one. */
      checkpoint?: string | undefined;
    };

/** Whose weights features are made with. */
export type FeatureWeights =
  | {
      from: 'run';
      runFolder: string;
      config: RunConfig;
      /** Absent: the newest good one. */
      checkpoint?: string | undefined;
    }
  /** Preset and patches count where the file does not say them itself. */
  | { from: 'file'; path: string; preset: PresetName; patchOverlap: boolean }
  | { from: 'untrained'; preset: PresetName; patchOverlap: boolean; seed: number };

/** What each kind of job answers with. */
export type TaskResults = {
  import: ImportResult;
  plan: PlannedImport;
  check: { alignments: Alignment[]; findings: FindingDraft[] };
  shards: ShardsWritten;
  plant: PlantedKey;
  parity: { engine: string; tolerance: ParityTolerance; reports: ParityReport[] };
  estimate: RunEstimate;
  train: { step: number; finished: boolean; engine: string };
  evaluate: { clipCount: number; step: number; engine: string };
  features: { written: WrittenFeatures[]; refused: RefusedFile[]; engine: string; folder: string };
};

/** Host to worker. */
export type HostMessage =
  | { type: 'start'; task: WorkerTask }
  | { type: 'cancel' }
  /** A training ends once the next checkpoint that is due is written; other tasks go on. */
  | { type: 'stop-at-checkpoint' };

/** Worker to host. Progress comes at most ten times a second, the last one always. */
export type WorkerMessage =
  | { type: 'progress'; progress: JobProgress }
  | { type: 'file'; file: ImportedFile }
  | { type: 'metrics'; row: MetricsRow }
  | { type: 'engine'; name: string }
  | { type: 'warning'; text: string }
  | { type: 'done'; result: TaskResults[keyof TaskResults] }
  | { type: 'failed'; error: ErrorData };
