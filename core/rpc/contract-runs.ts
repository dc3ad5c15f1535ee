/** The part of the contract that is about runs: training, evaluations, comparisons and reports. */
import type { EvaluationResult, EvaluationSummary } from '../domain/evaluation.ts';
import type { Reproduction } from '../domain/reproduction.ts';
import type { MetricsRow, Recipe, RunConfig, RunEstimate, RunSummary } from '../domain/run.ts';
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
  'run/resume': (a: { runId: string }) => { jobId: string; runId: string };
  /** The run with these settings on these clips, finished if there is one. */
  'run/find': (a: { config: RunConfigChange; filter?: PairFilter }) => RunSummary | null;
  'run/list': (a: Record<string, never>) => RunSummary[];
  'run/get': (a: { runId: string }) => RunSummary;
  'run/metrics': (a: { runId: string; fromStep?: number; limit?: number }) => MetricsRow[];
  'evaluation/start': (a: { runId: string; filter?: PairFilter }) => { jobId: string; evaluationId: string };
  /** The newest evaluation of a run's last step on these clips. */
  'evaluation/find': (a: { runId: string; filter?: PairFilter }) => EvaluationSummary | null;
  'evaluation/list': (a: Record<string, never>) => EvaluationSummary[];
  'evaluation/get': (a: { evaluationId: string }) => EvaluationResult;
  'evaluation/heatmap': (a: {
    evaluationId: string;
    measure: 'gap' | 'sameClip' | 'otherClip';
    theme?: 'light' | 'dark';
  }) => { svg: string };
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
