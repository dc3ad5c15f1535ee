/**
 * Makes the bad-input catalogue of reliability.md, sections 4.1 and 4.2, in a folder: every case that this ffmpeg and
 * this system can make. `node test/catalogue/make-catalogue.ts FOLDER` makes it for looking at; the tests make their own.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { locateMediaTools, type MediaTools } from '../../core/process/media-tools.ts';
import { BROKEN, DISGUISED } from './broken-cases.ts';
import { type Case, openKit } from './kit.ts';
import { NAMES, NO_FILES } from './name-cases.ts';
import { NOT_MADE, PICTURES, SOUNDS } from './unusual-cases.ts';

/** What was made. */
export type Catalogue = {
  /** Holds nothing but the cases. */
  folder: string;
  cases: readonly Case[];
  skipped: readonly { row: string; why: string }[];
};

/** Makes the catalogue in `folder/catalogue`. */
export function makeCatalogue(folder: string, tools: MediaTools): Catalogue {
  const kit = openKit(join(folder, 'kitchen'), join(folder, 'catalogue'), tools);
  mkdirSync(kit.path('n'), { recursive: true });
  const cases: Case[] = [];
  const skipped = [...NOT_MADE];
  for (const one of [...BROKEN, ...DISGUISED, ...SOUNDS, ...PICTURES, ...NAMES, ...NO_FILES]) {
    const why = one.make(kit);
    if (typeof why === 'string') skipped.push({ row: one.row, why });
    else cases.push(one);
  }
  rmSync(join(folder, 'kitchen'), { recursive: true });
  return { folder: join(folder, 'catalogue'), cases, skipped };
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('Say where: node test/catalogue/make-catalogue.ts FOLDER');
  const { cases, skipped } = makeCatalogue(resolve(folder), locateMediaTools());
  process.stdout.write(`${cases.length} cases in ${resolve(folder)}\n`);
  for (const { row, why } of skipped) process.stdout.write(`not made: ${row}: ${why}\n`);
}
