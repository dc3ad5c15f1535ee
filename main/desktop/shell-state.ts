/** What the shell remembers between starts, apart from every project: recent projects and where the window was. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { atomicWrite } from '../../core/files/atomic-write.ts';
import type { RecentProject } from '../../core/rpc/bridge.ts';

/** A window's place on the screens, pixels. */
export type WindowPlace = { x: number; y: number; width: number; height: number; isMaximized: boolean };

type Kept = { recent: string[]; window: WindowPlace | null };

const MOST_RECENT = 10;

/** The memory of one shell, in one small file. A file that cannot be read is an empty memory. */
export class ShellState {
  readonly #path: string;
  #kept: Kept;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#path = join(folder, 'shell.json');
    this.#kept = readKept(this.#path);
  }

  /** Projects that still exist, the last opened first. */
  recent(): RecentProject[] {
    return this.#kept.recent
      .filter((folder) => existsSync(join(folder, 'project.db')))
      .map((folder) => ({ folder, name: basename(folder).replace(/\.dubscope$/, '') }));
  }

  /** Puts a project first. */
  noteProject(folder: string): void {
    const others = this.#kept.recent.filter((known) => known !== folder);
    this.#keep({ recent: [folder, ...others].slice(0, MOST_RECENT) });
  }

  forgetProjects(): void {
    this.#keep({ recent: [] });
  }

  get windowPlace(): WindowPlace | null {
    return this.#kept.window;
  }

  set windowPlace(place: WindowPlace) {
    this.#keep({ window: place });
  }

  /** Resolves when all is written. */
  written(): Promise<void> {
    return this.#writing;
  }

  #keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    const text = `${JSON.stringify(this.#kept)}\n`;
    // One after the other, so that the newest stands last; losing this memory is no reason to stop.
    this.#writing = this.#writing
      .then(() => atomicWrite(this.#path, text))
      .catch((error: Error) => {
        process.stderr.write(`${this.#path} could not be written: ${error.message}\n`);
      });
  }
}

function readKept(path: string): Kept {
  mkdirSync(dirname(path), { recursive: true });
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    found = null;
  }
  const { recent, window } = (found ?? {}) as Partial<Record<keyof Kept, unknown>>;
  const folders = Array.isArray(recent) ? recent.filter((folder) => typeof folder === 'string') : [];
  return { recent: folders.slice(0, MOST_RECENT), window: isPlace(window) ? window : null };
}

function isPlace(value: unknown): value is WindowPlace {
  if (typeof value !== 'object' || value === null) return false;
  const { x, y, width, height, isMaximized } = value as Record<string, unknown>;
  return [x, y, width, height].every(Number.isSafeInteger) && typeof isMaximized === 'boolean';
}
