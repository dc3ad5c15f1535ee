/** What leaves a project and what comes back: kinds, forms, and what an import of decisions would do. */

/** `pairs`: a table, one row a pair; `decisions`: one row a decided pair; `shards`: clips with their sounds, as tar. */
export const EXPORT_KINDS = ['pairs', 'decisions', 'shards'] as const;
/** One of the kinds. */
export type ExportKind = (typeof EXPORT_KINDS)[number];

/** Forms of tables. */
export const EXPORT_FORMATS = ['csv', 'jsonl', 'parquet'] as const;
/** One of the forms. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How shards are cut; what is missing takes its default. */
export type ShardOptions = {
  /** Most clips in a shard, 1 to 100,000; default 1000. */
  clips?: number;
  /** Largest shard, MB (10^6 bytes), unless one clip alone is larger; default 1000. */
  megabytes?: number;
  /** Sample rate of the sounds, Hz, 8000 to 192,000; default 48,000. */
  sampleRateHz?: number;
  /** Short side of the picture, px, even; default: as in the source. A smaller picture keeps its size. */
  shortSidePx?: number;
};

/** What something in the folder of exports is: a table, weights or a picture by its ending, a folder of shards, of a report, or neither. */
export type ExportedKind = 'table' | 'weights' | 'picture' | 'shards' | 'report' | 'other';

/** A file or folder in a project's folder of exports; the size of a folder is that of its files. */
export type ExportedFile = {
  name: string;
  sizeBytes: number;
  modifiedMs: number;
  kind: ExportedKind;
  /** Files that the folder holds; null: a file itself. */
  fileCount: number | null;
};

/** A row of a file of decisions that was passed over. `row` counts from 1, without a header. */
export type RowProblem = { row: number; message: string };

/** What an import of decisions does, or would do; counts are of rows, `changed` of pairs. */
export type DecisionImport = {
  rows: number;
  /** Rows whose pair is in this project. */
  matched: number;
  /** Of these: the pair has the same verdict and reason already. */
  same: number;
  /** Of these: the pair has another decision here; kept, or replaced where that was asked for. */
  conflicting: number;
  /** Rows whose pair is not in this project. */
  notFound: number;
  /** Rows that cannot be read or contradict another row; none of them is applied. */
  wrong: number;
  /** Pairs that get a decision. */
  changed: number;
  /** The first 100 wrong rows. */
  problems: RowProblem[];
};
