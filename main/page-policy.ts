/**
 * What a page may ask for, over the contract's own checks: a page, whoever has taken hold of it, names no place that
 * a person did not give it, chooses no folder to write to, and leaves the project that a person opened.
 */
import type { ErrorData } from '../core/domain/errors.ts';
import type { Answer } from '../core/rpc/contract.ts';
import { ownField, pathsIn } from '../core/rpc/path-fields.ts';

/** What a page wants with a path. */
export type PathUse = 'read' | 'project';

/** What holds for one window or one server. */
export type PagePolicy = {
  /** Whether the page may open and make projects; not when it was started for one. */
  mayChangeProject: boolean;
  /**
   * Whether a person gave this path to the page, to read from, or as a project to open or make; absent: any path, for
   * tests only.
   */
  isGranted?: (path: string, use: PathUse) => boolean;
  /** One sentence: how a person gives it one. */
  howToGrant?: string;
};

const PROJECT_CHANGES = new Set(['project/create', 'project/open', 'project/close']);
/** A name alone means the project's own folder of exports (main/handlers/export.ts). */
const IN_EXPORTS = new Set(['export/start', 'decision/import', 'checkpoint/export']);
const EXPORTS = new Set(['export/start', 'checkpoint/export']);
const REPORTS = new Set(['report/write', 'report/compare']);

/** What comes with the program (core/checks/profiles/); any other profile is a file. */
export const PROFILE_NAMES: readonly string[] = ['dataset', 'strict', 'broadcast'];

/** A name in the project's folder of exports: no way out of it, and nothing hidden. */
const PLAIN_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,199}$/u;

/** A run's id, with a checkpoint or without, or nothing: no path. */
const RUN_ID = /^(run-\d+(@ck-\d{1,15})?)?$/;

/** Answers a page: what it may not ask is refused, all else goes on to the host. */
export async function answerPage(
  policy: PagePolicy,
  host: { request(name: string, argument: unknown): Promise<Answer<unknown>> },
  name: string,
  argument: unknown,
): Promise<Answer<unknown>> {
  const refused = pageRefusal(policy, name, argument);
  return refused === null ? host.request(name, argument) : { ok: false, error: refused };
}

/** @returns the error to answer with, or null when the request may go on. */
export function pageRefusal(policy: PagePolicy, name: string, argument: unknown): ErrorData | null {
  if (PROJECT_CHANGES.has(name) && !policy.mayChangeProject) {
    return refuse(
      'This window was opened for one project and stays with it. Start Dubscope again for another.',
    );
  }
  if (REPORTS.has(name) && ownField(argument, 'folder') !== undefined) {
    return refuse(
      'A page may not choose where a report goes; leave out "folder" and find it in the project.',
    );
  }
  if (EXPORTS.has(name) && !PLAIN_NAME.test(String(ownField(argument, 'path')))) {
    return refuse(
      'A page may not choose where an export goes; give a name alone, and find it in the exports folder of the project.',
    );
  }
  const startFrom = ownField(ownField(argument, 'config'), 'startFrom');
  if (startFrom !== undefined && !RUN_ID.test(String(startFrom))) {
    return refuse(
      'A page may start a run from another run of the project, not from a file; use the command line.',
    );
  }
  const { isGranted } = policy;
  const use: PathUse = PROJECT_CHANGES.has(name) ? 'project' : 'read';
  const isAllowed = (path: string): boolean =>
    isGranted === undefined ||
    isGranted(path, use) ||
    (name === 'check/start' && PROFILE_NAMES.includes(path)) ||
    (IN_EXPORTS.has(name) && PLAIN_NAME.test(path));
  return pathsIn(name, argument).every(isAllowed) ? null : refuse(notGranted(policy));
}

function notGranted({ howToGrant = 'Choose it in the file dialog.' }: PagePolicy): string {
  return `The window may not use this file or folder, since nobody gave it to the window. ${howToGrant}`;
}

function refuse(message: string): ErrorData {
  return { code: 'PATH_DENIED', message: `${message} Nothing was changed.`, details: {} };
}
