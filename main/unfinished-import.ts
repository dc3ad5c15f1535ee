/** Imports that began and did not end, remembered in the project until they do, so that they can be gone on with. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { AppError, hasCode } from '../core/domain/errors.ts';
import type { UnfinishedImport } from '../core/domain/planned-import.ts';
import { atomicWrite } from '../core/files/atomic-write.ts';
import type { Project } from '../core/project/project.ts';
import type { ImportArguments } from '../core/rpc/contract.ts';

const FILE = 'import-unfinished.json';

type Kept = { startedMs: number; wishes: ImportArguments };

/** One a host. */
export class UnfinishedImports {
  readonly #clock: Clock;
  readonly #running = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs an import. Stopped, or with its process gone, it stays known; finished or failed it is forgotten. */
  async during<T>(project: Project, wishes: ImportArguments, work: () => Promise<T>): Promise<T> {
    const kept: Kept = { startedMs: this.#clock.nowMs(), wishes };
    await atomicWrite(pathIn(project), `${JSON.stringify(kept)}\n`);
    this.#running.add(project.folder);
    try {
      const result = await work();
      await this.forget(project);
      return result;
    } catch (error) {
      if (!hasCode(error, 'CANCELLED')) await this.forget(project);
      throw error;
    } finally {
      this.#running.delete(project.folder);
    }
  }

  /** The one that did not end; null without one, and while it runs. */
  async of(project: Project): Promise<UnfinishedImport | null> {
    if (this.#running.has(project.folder)) return null;
    const kept = await read(project);
    if (kept === null) return null;
    const { paths, manifest, list } = kept.wishes;
    const named = [...paths, ...(manifest === undefined ? [] : [manifest]), ...(list ? [list.path] : [])];
    return { startedMs: kept.startedMs, paths: named };
  }

  /** What it was asked for. @throws AppError NOT_FOUND where there is none. */
  async wishesOf(project: Project): Promise<ImportArguments> {
    const kept = this.#running.has(project.folder) ? null : await read(project);
    if (kept !== null) return kept.wishes;
    throw new AppError('NOT_FOUND', 'No import was left unfinished. Nothing was started. Start a new one.');
  }

  /** No longer offers it. */
  async forget(project: Project): Promise<void> {
    await rm(pathIn(project), { force: true });
  }
}

function pathIn({ folder }: Project): string {
  return join(folder, 'cache', FILE);
}

async function read(project: Project): Promise<Kept | null> {
  const text = await readFile(pathIn(project), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Kept;
  } catch {
    return null;
  }
}
