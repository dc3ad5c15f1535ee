/** `log.jsonl` of a run's folder: what happened to it and when, over all its starts. Written by the host alone. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunLogLine } from '../domain/run-about.ts';
import { openAppendLog } from './append-log.ts';

/** Name in the run folder. */
export const LOG_FILE = 'log.jsonl';

const MOST_SHOWN = 1000;

/** Adds a line; a last one that was cut short by a crash is dropped. @throws what the file system throws. */
export function appendRunLog(runFolder: string, line: RunLogLine): void {
  mkdirSync(runFolder, { recursive: true });
  const whole = Buffer.byteLength(wholeText(runFolder));
  const log = openAppendLog(join(runFolder, LOG_FILE), whole);
  try {
    log.append(Buffer.from(`${JSON.stringify(line)}\n`));
    log.sync();
  } finally {
    log.close();
  }
}

/** The last 1000 lines, oldest first; lines that cannot be read are left out. Empty for runs of earlier versions. */
export function readRunLog(runFolder: string): RunLogLine[] {
  const lines = wholeText(runFolder).split('\n').slice(0, -1);
  return lines.slice(-MOST_SHOWN).flatMap((text) => {
    try {
      const line = JSON.parse(text) as RunLogLine;
      const kind: RunLogLine['kind'] = line.kind === 'warning' ? 'warning' : 'state';
      const isLine = Number.isFinite(line.atMs) && typeof line.text === 'string';
      return isLine ? [{ atMs: line.atMs, kind, text: line.text }] : [];
    } catch {
      return [];
    }
  });
}

function wholeText(runFolder: string): string {
  try {
    const text = readFileSync(join(runFolder, LOG_FILE), 'utf8');
    return text.slice(0, text.lastIndexOf('\n') + 1);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
