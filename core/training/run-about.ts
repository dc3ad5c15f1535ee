/**
 * `about.json` of a run's folder: name, notes, tags, pinned checkpoints. A run without one is a run of which nothing was
 * said. One that cannot be read holds back the deleting of checkpoints, since it may have pinned any of them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ABOUT_LIMITS, NOTHING_SAID, type RunAbout } from '../domain/run-about.ts';
import { atomicWrite } from '../files/atomic-write.ts';

/** Name in the run folder. */
export const ABOUT_FILE = 'about.json';

/** What was said of the run; null where the file is there and cannot be read as such. */
export function readRunAbout(runFolder: string): RunAbout | null {
  let text: string;
  try {
    text = readFileSync(join(runFolder, ABOUT_FILE), 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isMissing ? NOTHING_SAID : null;
  }
  try {
    return parseAbout(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Writes it whole or not at all; the folder must exist. */
export async function writeRunAbout(runFolder: string, about: RunAbout): Promise<void> {
  await atomicWrite(join(runFolder, ABOUT_FILE), `${JSON.stringify(about, null, 2)}\n`);
}

/** Tags as they are kept: trimmed, not empty, none twice. */
export function tidyTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
}

function parseAbout(value: unknown): RunAbout | null {
  if (typeof value !== 'object' || value === null) return null;
  const { version, name, notes, tags, archived, pinned } = value as Record<string, unknown>;
  const isWhole =
    version === 1 &&
    isText(name, ABOUT_LIMITS.name) &&
    isText(notes, ABOUT_LIMITS.notes) &&
    isTexts(tags) &&
    typeof archived === 'boolean' &&
    isTexts(pinned);
  return isWhole ? { version, name, notes, tags, archived, pinned } : null;
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
