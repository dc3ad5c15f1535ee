/**
 * What a page may ask for, over the contract's own checks: a page, whoever has taken hold of it, chooses no folder
 * to write to, and leaves the project that a person opened.
 */
import type { ErrorData } from '../core/domain/errors.ts';

/** What holds for one window or one server. */
export type PagePolicy = {
  /** Whether the page may open and make projects; not when it was started for one. */
  mayChangeProject: boolean;
  /** Whether a path was chosen by a person outside the page; absent where the page is the only place to type it. */
  isGranted?: (path: string) => boolean;
};

const PROJECT_CHANGES = new Set(['project/create', 'project/open', 'project/close']);

/** A run's id, or nothing: no path. */
const RUN_ID = /^(run-\d+)?$/;

/** @returns the error to answer with, or null when the request may go on. */
export function pageRefusal(policy: PagePolicy, name: unknown, argument: unknown): ErrorData | null {
  if (typeof name !== 'string') return null;
  if (PROJECT_CHANGES.has(name) && !policy.mayChangeProject) {
    return refuse(
      'This window was opened for one project and stays with it. Start Dubscope again for another.',
    );
  }
  const folder = fieldOf(argument, 'folder');
  if (PROJECT_CHANGES.has(name) && folder !== undefined && policy.isGranted?.(String(folder)) === false) {
    return refuse('Only a folder chosen in the file dialog can be opened.');
  }
  if ((name === 'report/write' || name === 'report/compare') && folder !== undefined) {
    return refuse(
      'A page may not choose where a report goes; leave out "folder" and find it in the project.',
    );
  }
  const startFrom = fieldOf(fieldOf(argument, 'config'), 'startFrom');
  if (name === 'run/start' && startFrom !== undefined && !RUN_ID.test(String(startFrom))) {
    return refuse(
      'A page may start a run from another run of the project, not from a file; use the command line.',
    );
  }
  if (name === 'import/start' && policy.isGranted !== undefined) {
    const paths = fieldOf(argument, 'paths');
    const strangers = Array.isArray(paths) ? paths.filter((path) => !policy.isGranted?.(String(path))) : [];
    if (strangers.length > 0) {
      return refuse('Only files and folders chosen in the file dialog can be imported.');
    }
  }
  return null;
}

function refuse(message: string): ErrorData {
  return { code: 'PATH_DENIED', message: `${message} Nothing was changed.`, details: {} };
}

function fieldOf(argument: unknown, field: string): unknown {
  if (typeof argument !== 'object' || argument === null || !Object.hasOwn(argument, field)) return undefined;
  return (argument as Record<string, unknown>)[field];
}
