/** Writes the report of a project, with or without a run and an evaluation, as files that stand alone. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { atomicWrite } from '../files/atomic-write.ts';
import { matrixCsv, retrievalCsv } from './csv.ts';
import { encodeEvaluation } from './evaluation-file.ts';
import { renderPng } from './heatmap-png.ts';
import { drawHeatmap } from './heatmap-svg.ts';
import { reportPage } from './report/page.ts';
import type { ReportInput } from './report-input.ts';

export type { ReportInput } from './report-input.ts';

/** What was written; absolute where `folder` was. */
export type WrittenReport = { folder: string; htmlPath: string; files: string[] };

/**
 * Writes report.html and, where there is an evaluation, heatmap.svg, heatmap.png (the gap, light), matrix.csv,
 * retrieval.csv and evaluation.json into `folder`, which is made when missing. Files of the same names are replaced,
 * each whole or not at all.
 * @throws what the file system throws (ENOSPC, EACCES ...), and the signal's reason when stopped.
 */
export async function writeReport(
  folder: string,
  input: ReportInput,
  { signal }: { signal?: AbortSignal } = {},
): Promise<WrittenReport> {
  await mkdir(folder, { recursive: true });
  const contents = new Map<string, string | Uint8Array>();
  const { evaluation } = input;
  if (evaluation !== undefined) {
    const svg = drawHeatmap(evaluation, { measure: 'gap', theme: 'light' });
    contents.set('heatmap.svg', svg);
    contents.set('heatmap.png', await renderPng(svg));
    contents.set('matrix.csv', matrixCsv(evaluation));
    contents.set('retrieval.csv', retrievalCsv(evaluation));
    contents.set('evaluation.json', encodeEvaluation(evaluation));
  }
  // The page comes last: when it is there, so is what it speaks of.
  contents.set('report.html', reportPage(input));
  const files: string[] = [];
  for (const [name, content] of contents) {
    signal?.throwIfAborted();
    const path = join(folder, name);
    await atomicWrite(path, content);
    files.push(path);
  }
  return { folder, htmlPath: join(folder, 'report.html'), files };
}
