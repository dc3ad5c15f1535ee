/** The part of the contract that is about runs: training, evaluations, comparisons and reports. */
import type { CurveName, RunCurves } from '../domain/curves.ts';
import type { EvaluationResult, EvaluationSummary } from '../domain/evaluation.ts';
import type { CellClips, CellSpec, HeatmapFormat, HeatmapPicture, HeatmapSpec } from '../domain/heatmap.ts';
import type { Reproduction } from '../domain/reproduction.ts';
import type { MetricsRow, Recipe, RunConfig, RunEstimate, RunSummary } from '../domain/run.ts';
import type { CheckpointInfo, RunDescription, RunLogLine, WeightFormat } from '../domain/run-about.ts';
import type { PairFilter } from '../domain/view.ts';

/** A change of settings over the defaults. */
export type RunConfigChange = Partial<RunConfig>;

/** Files that a report consists of, absolute paths. */
export type ReportFiles = { folder: string; htmlPath: string; files: string[] };

/** Ids of the evaluations of one seed's two runs, which differ in the language strategy only. */
export type ComparedSeed = { originalOnly: string; dubAugmented: string };

/** Every request about runs and what they found. */
export type RunRequests = {
  'run/defaults': (a: Record<string, never>) => RunConfig;
  /** What such a run would take; makes two steps of it, so it answers late. Stopped as a job of kind `estimate`. */
  'run/estimate': (a: { config: RunConfigChange; filter?: PairFilter }) => RunEstimate;
  'run/recipes': (a: Record<string, never>) => Recipe[];
  'run/start': (a: { config: RunConfigChange; filter?: PairFilter }) => { jobId: string; runId: string };
  /** Goes on with a run from its newest good checkpoint; the job that trains it already, if there is one. */
  'run/resume': (a: { runId: string }) => { jobId: string; runId: string };
  /** Puts a run aside: a checkpoint is written, its process ends, the next job begins. It stays paused until resumed. */
  'run/pause': (a: { runId: string }) => RunSummary;
  /** `now`: at the next step, with a checkpoint; `checkpoint`: once the next one that is due is written. */
  'run/stop': (a: { runId: string; when: 'now' | 'checkpoint' }) => RunSummary;
  /** Name, notes, tags, archived; what is left out stays. */
  'run/describe': (a: { runId: string } & RunDescription) => RunSummary;
  /** Its starts, warnings and ends, with their times, over all sessions; the last 1000 lines. */
  'run/log': (a: { runId: string }) => RunLogLine[];
  /** The run with these settings on these clips, finished if there is one. */
  'run/find': (a: { config: RunConfigChange; filter?: PairFilter }) => RunSummary | null;
  'run/list': (a: Record<string, never>) => RunSummary[];
  'run/get': (a: { runId: string }) => RunSummary;
  'run/metrics': (a: { runId: string; fromStep?: number; limit?: number }) => MetricsRow[];
  /**
   * Curves of several runs in a range of steps, at most `points` a curve, no spike lost (core/training/decimate.ts).
   * `smoothing`: 0 to below 1. `known`: version by run id, of an answer to the same question: unchanged runs come empty.
   */
  'run/curves': (a: {
    runIds: string[];
    series?: CurveName[];
    fromStep?: number;
    toStep?: number;
    points?: number;
    smoothing?: number;
    known?: Record<string, string>;
  }) => RunCurves[];
  /** Writes a CSV into the exports: `table`: settings that differ and best results; `curves`: every logged row. */
  'run/export-curves': (a: { runIds: string[]; kind: 'table' | 'curves' }) => {
    path: string;
    rows: number;
  };
  /** Newest first. `verify`: every byte is read and proven, which takes a while; else presence and sizes. */
  'checkpoint/list': (a: { runId: string; verify?: boolean }) => CheckpointInfo[];
  /** Pinned ones are never removed by the training, nor by `checkpoint/delete`. */
  'checkpoint/pin': (a: { runId: string; checkpoint: string; pinned: boolean }) => CheckpointInfo[];
  /** Deletes for good. Refused as a whole where one is pinned, in use, or what an unfinished run goes on from. */
  'checkpoint/delete': (a: { runId: string; checkpoints: string[] }) => {
    deleted: string[];
    freedBytes: number;
  };
  /** Writes weights to a file; a name alone is one of the exports folder. Default: the newest good checkpoint. */
  'checkpoint/export': (a: {
    runId: string;
    checkpoint?: string;
    path: string;
    format: WeightFormat;
    overwrite?: boolean;
  }) => { jobId: string };
  /** `checkpoint`: which, by name; default: the newest good one. */
  'evaluation/start': (a: { runId: string; checkpoint?: string; filter?: PairFilter }) => {
    jobId: string;
    evaluationId: string;
  };
  /** The newest evaluation of a run's last step on these clips. */
  'evaluation/find': (a: { runId: string; filter?: PairFilter }) => EvaluationSummary | null;
  'evaluation/list': (a: Record<string, never>) => EvaluationSummary[];
  'evaluation/get': (a: { evaluationId: string }) => EvaluationResult;
  'evaluation/heatmap': (a: {
    evaluationId: string;
    measure: 'gap' | 'sameClip' | 'otherClip';
    theme?: 'light' | 'dark';
  }) => { svg: string };
  'heatmap/get': (a: HeatmapSpec) => HeatmapPicture;
  /** What is behind a cell. */
  'heatmap/clips': (a: CellSpec) => CellClips;
  /** Writes a heatmap to a file; a name alone is one of the exports folder, which without a path has a name of its own. */
  'heatmap/save': (
    a: HeatmapSpec & {
      format: HeatmapFormat;
      theme?: 'light' | 'dark';
      path?: string;
      overwrite?: boolean;
    },
  ) => { path: string };
  'report/write': (a: { evaluationId?: string; folder?: string }) => ReportFiles;
  /** What a run can be compared with: every seed with both strategies; empty when there is nothing. */
  'comparison/find': (a: { runId: string }) => ComparedSeed[];
  'comparison/get': (a: { seeds: ComparedSeed[] }) => Reproduction;
  'comparison/heatmap': (a: {
    seeds: ComparedSeed[];
    measure: 'gap' | 'sameClip' | 'otherClip';
    theme?: 'light' | 'dark';
  }) => { svg: string };
  'report/compare': (a: { seeds: ComparedSeed[]; folder?: string }) => ReportFiles & {
    reproduction: Reproduction;
  };
};
