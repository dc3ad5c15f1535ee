/** What an import was asked for, as the worker takes it; and the plan of the last look. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../core/domain/errors.ts';
import type { JobResult } from '../core/domain/job.ts';
import { knownLanguageOf, languageOf } from '../core/domain/language-words.ts';
import type { PlannedImport } from '../core/domain/planned-import.ts';
import { atomicWrite } from '../core/files/atomic-write.ts';
import { parsePattern } from '../core/intake/pattern.ts';
import { presetPatterns } from '../core/intake/presets.ts';
import type { NamingWishes } from '../core/intake/read-rules.ts';
import type { OnProgress } from '../core/jobs/progress.ts';
import type { Project } from '../core/project/project.ts';
import { type KeptWish, wishesWithKept } from '../core/project/said-tracks.ts';
import type { ImportArguments } from '../core/rpc/contract.ts';
import { onlyProgress, runWorker } from './run-worker.ts';

/** What to take in, checked as far as can be without looking at a file. */
export type ImportTask = { inputs: string[]; originalLanguage: string | null; naming: NamingWishes };

const PLAN_FILE = 'import-plan.json';

/** @throws AppError LANG_INVALID, PATTERN_INVALID; NOTHING_TO_IMPORT where nothing was given. */
export function importTaskOf(a: ImportArguments): { task: ImportTask; label: string } {
  const { originalLanguage: said, patterns = [], preset = null, tracks = [] } = a;
  const originalLanguage = said === undefined ? null : languageOf(said);
  if (said !== undefined && originalLanguage === null) {
    throw new AppError(
      'LANG_INVALID',
      `"${said}" is no language tag. Nothing was imported. Use a code such as "de".`,
    );
  }
  // Read here so that a wrong one is told at once.
  patterns.forEach(parsePattern);
  if (preset !== null) presetPatterns(preset);
  const manifest = a.manifest === undefined ? null : resolve(a.manifest);
  const list = a.list === undefined ? null : { ...a.list, path: resolve(a.list.path) };
  if (a.paths.length === 0 && manifest === null && list === null) {
    throw new AppError(
      'NOTHING_TO_IMPORT',
      'No file or folder was given. Nothing was imported. Name some, or a manifest.',
    );
  }
  const stranger = tracks.find(
    ({ language }) => language !== undefined && knownLanguageOf(language) === null,
  );
  if (stranger !== undefined) {
    throw new AppError(
      'LANG_INVALID',
      `"${stranger.language}" is no language. Nothing was imported. Use a code such as "de" or a name such as "German".`,
    );
  }
  const inputs = a.paths.map((path) => resolve(path));
  const named = [...inputs, ...(manifest === null ? [] : [manifest]), ...(list === null ? [] : [list.path])];
  const label = named.length === 1 ? named[0]! : `${named.length} paths`;
  return {
    task: {
      inputs,
      originalLanguage,
      naming: {
        patterns,
        preset,
        manifest,
        list,
        tracks: tracks.map((one) => ({ ...one, path: resolve(one.path) })),
      },
    },
    label,
  };
}

/** The task with what a person said of the project's tracks before; `kept`: what of that holds. */
export function withKept({ db }: Project, task: ImportTask): { task: ImportTask; kept: KeptWish[] } {
  const { wishes, kept } = wishesWithKept(db, task.naming.tracks ?? []);
  return { task: { ...task, naming: { ...task.naming, tracks: wishes } }, kept };
}

/** Looks, and keeps the plan for `readPlanned`. */
export async function planImportInto(
  project: Project,
  wished: ImportTask,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<JobResult> {
  const { task, kept } = withKept(project, wished);
  const planned = await runWorker({ kind: 'plan', ...task }, { signal, onMessage: onlyProgress(onProgress) });
  markKept(planned, kept);
  await atomicWrite(join(project.folder, 'cache', PLAN_FILE), `${JSON.stringify(planned)}\n`);
  const { files, titles, leftovers, refused, warnings } = planned;
  const shots = titles.flatMap((title) => title.shots);
  return {
    files,
    titles: titles.length,
    shots: shots.length,
    clips: shots.reduce((sum, shot) => sum + shot.clips, 0),
    pairs: shots.reduce((sum, shot) => sum + shot.pairs, 0),
    leftovers: leftovers.length,
    refused: refused.length,
    warnings: warnings.length,
  };
}

function markKept({ titles }: PlannedImport, kept: readonly KeptWish[]): void {
  if (kept.length === 0) return;
  const keyOf = (...parts: (string | number)[]): string => JSON.stringify(parts);
  const byPlace = new Map(
    kept.map((wish) => [keyOf(wish.within.title, wish.within.shot, wish.path, wish.streamIndex), wish]),
  );
  for (const title of titles) {
    for (const shot of title.shots) {
      for (const track of shot.tracks) {
        const wish = byPlace.get(keyOf(title.name, shot.name, track.path, track.streamIndex));
        if (wish === undefined) continue;
        track.kept = (['language', 'role'] as const).filter((what) => wish[what] !== undefined);
      }
    }
  }
}

/** The plan of the last look; null where there was none. */
export async function readPlanned({ folder }: Project): Promise<PlannedImport | null> {
  const text = await readFile(join(folder, 'cache', PLAN_FILE), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as PlannedImport);
}
