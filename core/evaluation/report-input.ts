/** What a report can tell of. Everything but the name may be missing; its part of the report then is too. */
import type { DecisionVerdict } from '../domain/decision.ts';
import type { EvaluationResult } from '../domain/evaluation.ts';
import type { Alignment, Finding } from '../domain/finding.ts';
import type { MetricsRow, RunSummary } from '../domain/run.ts';
import type { PairState, Split } from '../domain/title.ts';

/** One title as the report lists it. */
export type ReportTitle = {
  id: string;
  name: string;
  originalLanguage: string;
  split: Split;
  shotCount: number;
  clipCount: number;
  pairCount: number;
  dubLanguages: string[];
};

/** How many pairs of one language and split are in one state. */
export type ReportPairCount = { language: string; split: Split; state: PairState; count: number };

/** How many pairs one hand decided one way. */
export type ReportDecisionCount = { verdict: DecisionVerdict; by: string; count: number };

/** A fault that was put into made data on purpose, and whether the checks found it. */
export type ReportPlantedFault = { sentence: string; found: boolean };

/** A file that was not imported. */
export type ReportRefusedFile = { name: string; reason: string };

/** All that a report is written from. */
export type ReportInput = {
  projectName: string;
  /** When the report was asked for, ms since 1970. */
  createdMs?: number;
  /** Version of Dubscope. */
  version?: string;
  titles?: ReportTitle[];
  /** Media files behind the titles. */
  fileCount?: number;
  refusedFiles?: ReportRefusedFile[];
  pairCounts?: ReportPairCount[];
  findings?: Finding[];
  planted?: {
    faults: ReportPlantedFault[];
    /** Findings of warning or worse on pairs without a planted fault. */
    falseAlarms: number;
    cleanPairs: number;
  };
  decisions?: ReportDecisionCount[];
  offsets?: Alignment[];
  run?: RunSummary;
  metrics?: MetricsRow[];
  evaluation?: EvaluationResult;
  /** Command lines that make the same again, one a line, in order. */
  commands?: string[];
  /** Versions and devices, e.g. `{ label: 'Engine', value: 'tensorflow 2.21.0' }`. */
  environment?: { label: string; value: string }[];
};
