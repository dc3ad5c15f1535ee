/**
 * The contract: every request and every event of Dubscope. The window, the browser and the command line call it
 * through three thin transports. To add a request: a line in `Requests`, a schema in `schemas.ts`; the compiler
 * then names the handler that is missing. One argument a call; long work answers with a job id at once.
 */
import type { BulkEdit, BulkResult } from '../domain/bulk-edit.ts';
import type { Dataset } from '../domain/dataset.ts';
import type { Decision, DecisionVerdict } from '../domain/decision.ts';
import type { ErrorData } from '../domain/errors.ts';
import type { LevelCode, LevelEvidence, SharedCode, SharedEvidence } from '../domain/evidence.ts';
import type {
  DecisionImport,
  ExportedFile,
  ExportFormat,
  ExportKind,
  ShardOptions,
} from '../domain/export.ts';
import type { Alignment, Finding, FindingSeverity, LagEvidence } from '../domain/finding.ts';
import type { SetupLook, SetupPart } from '../domain/first-start.ts';
import type { ShotInspection, TrackPeaks } from '../domain/inspection.ts';
import type { JobLogLine, JobMove, JobSnapshot } from '../domain/job.ts';
import type { TrackRole } from '../domain/media.ts';
import type {
  ImportedFile,
  ImportReport,
  NamePreview,
  NamingPreset,
  PlannedImport,
  TrackWish,
  UnfinishedImport,
} from '../domain/planned-import.ts';
import type { JournalEntry, LintReport, ProjectSummary } from '../domain/project.ts';
import type { MetricsRow } from '../domain/run.ts';
import type { Pair, Split, Title } from '../domain/title.ts';
import type { TitleCheck, TitleDetail } from '../domain/title-detail.ts';
import type { TrackScope } from '../domain/track-edit.ts';
import type { PairFilter, View } from '../domain/view.ts';
import type { RunRequests } from './contract-runs.ts';

/** A part of a long list; `next` is handed back to get the following part, null at the end. */
export type Page<T> = { rows: T[]; next: string | null };

/** Where a list goes on and how many rows are wanted: 1 to 1000, default 100. */
export type PageArguments = { cursor?: string; limit?: number };

/** `order` of pairs: as imported; the worst findings first; or the lowest model score first, those without one behind. */
export type PairOrder = 'imported' | 'suspicion' | 'score' | 'listen';

/** Counts of pairs by one property, for the numbers beside a filter. */
export type PairCounts = {
  total: number;
  /** Those that have a model score. */
  scored: number;
  byState: Record<string, number>;
  byLanguage: Record<string, number>;
  bySplit: Record<string, number>;
  /** By the worst finding; pairs without one are not in it. */
  bySeverity: Record<string, number>;
  byFinding: Record<string, number>;
};

/** A pair with all that is known of it. */
export type PairDetail = {
  pair: Pair;
  /** All dubs of its clip, by language, itself among them. */
  clipPairs: Pair[];
  findings: Finding[];
  decision: Decision | null;
  alignment: Alignment | null;
  /** The last check of its title; null where none is known. */
  check: TitleCheck | null;
};

/** Which pairs a decision is about: by id, or all that a filter takes but some. */
export type PairSelection = { pairIds: string[] } | { filter: PairFilter; exceptIds?: string[] };

/** Which list of pairs is meant. */
export type PairListArguments = { filter?: PairFilter; order?: PairOrder };

/** What to take in, and how files find their titles (docs/import.md). */
export type ImportArguments = {
  /** Files and folders; may be empty where a manifest or a list names the files. */
  paths: string[];
  originalLanguage?: string;
  /** File-name patterns, tried in order, before the preset's. */
  patterns?: string[];
  preset?: string;
  /** Path of a manifest: then only the files that it names count. */
  manifest?: string;
  /** The folder of a data set's own lists, and which data set it is. */
  list?: { path: string; kind: string };
  /** What a person says of single tracks, over names and containers. */
  tracks?: TrackWish[];
};

/** What is taken out of the project, and where it goes (docs/export.md). */
export type ExportArguments = {
  kind: ExportKind;
  /** A file; for shards a folder. A name alone lies in the project's `exports` folder. */
  path: string;
  /** Tables only; default: what the path's ending says. */
  format?: ExportFormat;
  /** All pairs without one; shards take only accepted pairs unless it names states. */
  filter?: PairFilter;
  /** Tables only: replace a file that is there. */
  overwrite?: boolean;
  shards?: ShardOptions;
};

/** Requests of a project: its media, pairs, decisions and jobs. */
type ProjectRequests = {
  'project/create': (a: { folder: string }) => ProjectSummary;
  'project/open': (a: { folder: string; readOnly?: boolean }) => ProjectSummary;
  'project/close': (a: Record<string, never>) => null;
  'project/summary': (a: Record<string, never>) => ProjectSummary;
  'project/lint': (a: Record<string, never>) => LintReport;
  'journal/list': (a: PageArguments) => Page<JournalEntry>;
  'journal/undo': (a: Record<string, never>) => JournalEntry;
  'journal/redo': (a: Record<string, never>) => JournalEntry;
  'import/start': (a: ImportArguments & { by?: string }) => { jobId: string };
  /** Looks at names and headers and says what an import would make; ask `import/planned` when the job has ended. */
  'import/plan': (a: ImportArguments) => { jobId: string };
  /** What the last `import/plan` found; null without one. */
  'import/planned': (a: Record<string, never>) => PlannedImport | null;
  /** Ways of naming that have names. */
  'import/presets': (a: Record<string, never>) => NamingPreset[];
  /** What the patterns make of the files' names, at once; nothing is opened. */
  'import/names': (a: ImportArguments) => NamePreview;
  /** What the last import said of files; null without one. */
  'import/report': (a: Record<string, never>) => ImportReport | null;
  /** The import that was stopped or whose process ended; null without one. */
  'import/unfinished': (a: Record<string, never>) => UnfinishedImport | null;
  /** Goes on with it; what was decoded is not decoded again. */
  'import/resume': (a: Record<string, never>) => { jobId: string };
  /** No longer offers it. */
  'import/forget': (a: Record<string, never>) => null;
  /** `profile`: dataset (default), strict, broadcast, or the path of a profile's file. */
  'check/start': (a: { titleIds?: string[]; profile?: string }) => { jobId: string };
  /** `text`: part of a title's name, any case. */
  'title/list': (a: PageArguments & { text?: string }) => Page<Title>;
  /** A title with its languages, offsets, drift, cuts, and the tracks of its first 500 shots. */
  'title/get': (a: { titleId: string }) => TitleDetail;
  'title/set-split': (a: { titleIds: string[]; split: Split; by?: string }) => { changed: number };
  /** `from`: the place in the list to begin at, 0 is the first; then no cursor is given. */
  'pair/list': (a: PageArguments & PairListArguments & { from?: number }) => Page<Pair>;
  /** Ids of the pairs from a place of the list on, at most 100,000. */
  'pair/ids': (a: PairListArguments & { from: number; limit: number }) => { pairIds: string[] };
  /** Where in the list a pair stands, 0 is the first; null where the filter does not take it. */
  'pair/place': (a: PairListArguments & { pairId: string }) => { place: number | null };
  /**
   * The nearest place below (`step` 1) or above (-1) `from` whose pair nobody has decided and whose worst finding is at
   * least `minSeverity`, default warning; null where there is none. `from` -1: from the top.
   */
  'pair/seek': (a: PairListArguments & { from: number; step: 1 | -1; minSeverity?: FindingSeverity }) => {
    place: number | null;
  };
  /** How many pairs a selection means, and of how many titles. */
  'pair/measure': (a: PairSelection) => { pairs: number; titles: number };
  /** Says one thing of all dubs that a selection means, as one step that can be undone; `preview` only tells what it would do. */
  'pair/edit': (a: PairSelection & { edit: BulkEdit; preview?: boolean; by?: string }) => BulkResult;
  'pair/count': (a: { filter?: PairFilter }) => PairCounts;
  'pair/get': (a: { pairId: string }) => PairDetail;
  /** A shot with its tracks, cuts and clips; what it looks and sounds like is at `/media/` (main/media/media-path.ts). */
  'shot/inspect': (a: { shotId: string }) => ShotInspection;
  /** The outline of a stretch of a track in 1 to 8192 columns. */
  'track/peaks': (a: { trackId: string; startSec: number; endSec: number; columns: number }) => TrackPeaks;
  /**
   * Says that a track, or that part in its whole title, is in another language: a tag or a name. `swap`: tracks that are in
   * that language already get the language of these.
   */
  'track/relabel': (a: {
    trackId: string;
    language: string;
    scope: TrackScope;
    swap?: boolean;
    by?: string;
  }) => { changed: number };
  /** Says what a track is for; one that is no dub any more loses its pairs. */
  'track/set-role': (a: { trackId: string; role: TrackRole; scope: TrackScope; by?: string }) => {
    changed: number;
  };
  /** Makes a clip shorter, for all its pairs; times of the shot, what lies outside the clip is not taken. */
  'clip/trim': (a: { clipId: string; startSec: number; endSec: number; by?: string }) => { changed: number };
  /** Cuts a clip in two; `clipId`: the second part, whose pairs have the decisions of the first's. */
  'clip/split': (a: { clipId: string; atSec: number; by?: string }) => { clipId: string };
  'decision/set': (a: PairSelection & { verdict: DecisionVerdict; reason?: string; by?: string }) => {
    changed: number;
  };
  'decision/clear': (a: PairSelection & { by?: string }) => { changed: number };
  'decision/suggest': (a: { filter?: PairFilter; by?: string }) => {
    accepted: number;
    rejected: number;
    needsWork: number;
  };
  /**
   * Takes decisions from a file, as a job; `preview` only counts, `replace` lets the file win over decisions that are here. Ask
   * `decision/imported` when it has ended.
   */
  'decision/import': (a: { path: string; preview?: boolean; replace?: boolean; by?: string }) => {
    jobId: string;
  };
  /** What that job did or would do; of the last ten. */
  'decision/imported': (a: { jobId: string }) => DecisionImport;
  'export/start': (a: ExportArguments) => { jobId: string };
  /** What lies in the project's folder of exports, or the files of a folder in it, the newest first; 10,000 at most. */
  'export/list': (a: { within?: string }) => ExportedFile[];
  /** Deletes a table, or a folder of shards or of a report, for good; it can be made again. */
  'export/delete': (a: { name: string }) => null;
  'finding/list': (a: PageArguments & { titleId?: string }) => Page<Finding>;
  /**
   * Levels of a dub and its original over time, with what a finding of that code is about; null where there is no such
   * finding, or what was measured is not kept any more. `whole`: all of a long shot; default: around the finding.
   */
  'finding/levels': (a: {
    trackId: string;
    code: LevelCode;
    columns: number;
    whole?: boolean;
  }) => LevelEvidence | null;
  /**
   * Which stretches of a track are the same sound as another track, for a finding of that code; null where there is no
   * such finding, no such partner, or the sound is not kept any more. `partner`: which of those that the finding names,
   * default the first.
   */
  'finding/shared': (a: { trackId: string; code: SharedCode; partner?: number }) => SharedEvidence | null;
  'alignment/list': (a: Record<string, never>) => Alignment[];
  /** How well a dub and its original fit at each shift, over the title's shots; null where that is not kept any more. */
  'alignment/evidence': (a: { titleId: string; language: string }) => LagEvidence | null;
  'alignment/set': (a: { titleId: string; language: string; offsetMs: number | null; by?: string }) => {
    changed: number;
  };
  'view/list': (a: Record<string, never>) => View[];
  'view/save': (a: { name: string; filter: PairFilter; by?: string }) => View;
  'view/remove': (a: { viewId: string; by?: string }) => null;
  'view/dataset': (a: { filter: PairFilter }) => Dataset;
  /** What Dubscope needs beside itself, and whether it is here; downloads nothing. */
  'setup/look': (a: Record<string, never>) => SetupLook;
  /** Fetches what is missing of these, after a person has agreed; the job that runs already, if there is one. */
  'setup/start': (a: { parts: SetupPart[] }) => { jobId: string };
  'job/list': (a: Record<string, never>) => JobSnapshot[];
  'job/get': (a: { jobId: string }) => JobSnapshot;
  /** Its steps, warnings and end, with their times; the last 1000 lines. */
  'job/log': (a: { jobId: string }) => JobLogLine[];
  'job/cancel': (a: { jobId: string }) => JobSnapshot;
  /** Moves a waiting job among those that wait; one that runs or has ended stays where it is. */
  'job/move': (a: { jobId: string; to: JobMove }) => JobSnapshot;
};

/** Every request. */
export type Requests = ProjectRequests & RunRequests;

/** Every event; payloads are small, large things are asked for. */
export type Events = {
  'project/changed': { what: 'titles' | 'pairs' | 'runs' | 'evaluations' | 'views' };
  'job/changed': JobSnapshot;
  /** What a person should know of a job that goes on all the same: a damaged checkpoint, a full cache. */
  'job/warning': { label: string; text: string };
  'run/metrics': { runId: string; row: MetricsRow };
  /** How far single files of the running import are. */
  'import/files': { files: ImportedFile[] };
};

/** Name of a request. */
export type RequestName = keyof Requests;
/** Name of an event. */
export type EventName = keyof Events;
/** Argument of a request. */
export type RequestArguments<K extends RequestName> = Parameters<Requests[K]>[0];
/** Value that a request answers with. */
export type RequestValue<K extends RequestName> = ReturnType<Requests[K]>;

/** An answer on the wire: errors are data, since transports keep only their message otherwise. */
export type Answer<T> = { ok: true; value: T } | { ok: false; error: ErrorData };

/** One handler a request. */
export type Handlers = {
  [K in RequestName]: (argument: RequestArguments<K>) => Promise<RequestValue<K>> | RequestValue<K>;
};

/** The allow-list of event names at run time. */
export const EVENT_NAMES: Record<EventName, true> = {
  'project/changed': true,
  'job/changed': true,
  'job/warning': true,
  'run/metrics': true,
  'import/files': true,
};
