/** The columns of exported tables: their names are stable, their units are in docs/export.md. */
import { hash } from 'node:crypto';
import type { PairColumn } from './pair-rows.ts';

/** A value of a table; null is an empty cell. */
export type CellValue = string | number | null;

/** How a column is stored where a form has types. */
export type ColumnType = 'text' | 'number' | 'integer';

/** One column. */
export type ExportColumn<Name extends string = string> = { name: Name; type: ColumnType };

type PairExportColumn = ExportColumn<PairColumn>;
const text = (name: PairColumn): PairExportColumn => ({ name, type: 'text' });
const number = (name: PairColumn): PairExportColumn => ({ name, type: 'number' });
const integer = (name: PairColumn): PairExportColumn => ({ name, type: 'integer' });

/** What says which pair it is, also in another project: content, language, window. */
const IDENTITY: PairExportColumn[] = [
  ...[text('key'), text('title'), text('shot'), text('language'), text('original_language')],
  ...[number('start_sec'), number('end_sec')],
  ...[text('video_sha256'), integer('video_stream'), text('dub_sha256'), integer('dub_stream')],
];
const DECISION: PairExportColumn[] = [
  ...[text('verdict'), text('reason'), text('decided_by'), number('decided_at_ms')],
];

/** Columns of decisions. */
export const DECISION_COLUMNS: readonly PairExportColumn[] = [...IDENTITY, ...DECISION];

/** Columns of pairs. */
export const PAIR_COLUMNS: readonly PairExportColumn[] = [
  ...IDENTITY,
  ...[text('original_sha256'), integer('original_stream')],
  ...[text('video_path'), text('dub_path'), text('original_path'), text('pair_id'), text('clip_id')],
  ...[text('split'), text('state'), text('worst_severity'), text('findings'), number('suspicion')],
  ...[number('offset_ms'), number('offset_confidence'), number('offset_uncertainty_ms')],
  text('offset_source'),
  ...DECISION,
];

/** What a pair's key is made of. Times in s. */
export type PairIdentity = {
  videoSha256: string;
  videoStream: number;
  dubSha256: string;
  dubStream: number;
  language: string;
  startSec: number;
  endSec: number;
};

const KEY_DIGITS = 32;
const KEY_VERSION = 1;

/**
 * The key of a pair: 32 hex digits of a SHA-256 over the content of its picture and its dub, their streams, the
 * language, and the window to the ms. The same media give the same key in every project, whatever the files are called.
 */
export function pairKey(pair: PairIdentity): string {
  const { videoSha256, videoStream, dubSha256, dubStream, language, startSec, endSec } = pair;
  const timesMs = [Math.round(startSec * 1000), Math.round(endSec * 1000)];
  const parts = [KEY_VERSION, videoSha256, videoStream, dubSha256, dubStream, language, ...timesMs];
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, KEY_DIGITS);
}
