/**
 * Every error a person can meet, as one closed union of codes. Core throws `AppError`; transports carry
 * `ErrorData`. A bug is an `InvariantError`, a stopped job a `CancelledError`: neither is a person's mistake.
 */

/** How an error ends a command: the exit code families of docs/command-line.md. */
export type ErrorKind = 'usage' | 'input' | 'project' | 'resource' | 'tool' | 'cancelled' | 'bug';

const ERROR_KINDS = {
  ARGUMENT_INVALID: 'usage',
  REQUEST_UNKNOWN: 'usage',
  NOT_FOUND: 'usage',
  PATH_DENIED: 'input',
  PATH_NOT_FOUND: 'input',
  PATH_NOT_REGULAR_FILE: 'input',
  PATH_OUTSIDE_ROOT: 'input',
  PATH_UNSUPPORTED: 'input',
  MEDIA_EMPTY: 'input',
  MEDIA_UNKNOWN: 'input',
  MEDIA_TRUNCATED: 'input',
  MEDIA_DAMAGED: 'input',
  MEDIA_IS_PLAYLIST: 'input',
  MEDIA_PROTECTED: 'input',
  MEDIA_TIMEOUT: 'input',
  MEDIA_TOO_LARGE: 'input',
  MEDIA_TOO_MANY_STREAMS: 'input',
  MEDIA_OFFLINE: 'input',
  MEDIA_CHANGED: 'input',
  CLIP_NO_VIDEO: 'input',
  CLIP_IS_IMAGE: 'input',
  CLIP_TOO_SHORT: 'input',
  CLIP_TOO_SMALL: 'input',
  DUB_NO_AUDIO: 'input',
  AUDIO_EMPTY: 'input',
  AUDIO_HEADER: 'input',
  AUDIO_NAN: 'input',
  CODEC_UNKNOWN: 'input',
  LANG_INVALID: 'input',
  PATTERN_INVALID: 'usage',
  HASH_MISMATCH: 'input',
  MANIFEST_FORMAT: 'input',
  MANIFEST_SYNTAX: 'input',
  MANIFEST_ENCODING: 'input',
  MANIFEST_DUPLICATE_KEY: 'input',
  MANIFEST_UNKNOWN_KEY: 'input',
  MANIFEST_MISSING: 'input',
  MANIFEST_TOO_DEEP: 'input',
  MANIFEST_TOO_NEW: 'input',
  MANIFEST_NUMBER: 'input',
  MANIFEST_ID_TYPE: 'input',
  MANIFEST_CONFLICT: 'input',
  ID_DUPLICATE: 'input',
  TIME_RANGE: 'input',
  PATH_IS_URL: 'input',
  PATH_UNC: 'input',
  PATH_RESERVED: 'input',
  PATH_NUL: 'input',
  NOTHING_TO_IMPORT: 'input',
  TOO_FEW_PAIRS: 'input',
  PROFILE_INVALID: 'input',
  FIXTURE_INVALID: 'input',
  PROJECT_EXISTS: 'project',
  PROJECT_MISSING: 'project',
  PROJECT_IN_USE: 'project',
  PROJECT_TOO_NEW: 'project',
  PROJECT_NOT_A_PROJECT: 'project',
  PROJECT_EMPTY: 'project',
  PROJECT_DAMAGED: 'project',
  PROJECT_SCHEMA: 'project',
  PROJECT_LINKED: 'project',
  PROJECT_READ_ONLY: 'project',
  NOTHING_TO_UNDO: 'project',
  CKPT_DAMAGED: 'project',
  CKPT_NAN: 'project',
  CKPT_MISSING: 'project',
  CKPT_ARCHITECTURE: 'project',
  CKPT_INCOMPLETE: 'project',
  CKPT_UNSAFE: 'project',
  CKPT_TOO_LARGE: 'project',
  CKPT_FORMAT: 'project',
  RUN_DIFFERS: 'project',
  DISK_FULL: 'resource',
  CKPT_DISK_FULL: 'resource',
  LIMIT_MEMORY: 'resource',
  SQLITE_TOO_OLD: 'resource',
  ENGINE_UNAVAILABLE: 'resource',
  ENGINE_FAILED: 'resource',
  TOOL_MISSING: 'tool',
  TOOL_FAILED: 'tool',
  TOOL_TIMEOUT: 'tool',
  WORKER_CRASHED: 'tool',
  HOST_UNREACHABLE: 'tool',
  LOSS_NOT_FINITE: 'tool',
  CANCELLED: 'cancelled',
  INVARIANT: 'bug',
} as const satisfies Record<string, ErrorKind>;

/** The closed union of error codes; stable across releases. */
export type ErrorCode = keyof typeof ERROR_KINDS;

/** Every code, for tests and for the documentation. */
export const ERROR_CODES = Object.keys(ERROR_KINDS) as ErrorCode[];

/** JSON that an error may carry: numbers and names a caller can act on, never a stack. */
export type ErrorDetails = Record<string, string | number | boolean | null | string[]>;

/** An error as it crosses a process border. */
export type ErrorData = { code: ErrorCode; message: string; details: ErrorDetails };

/**
 * An error that a person can do something about. `message` is one sentence or two: what, why with the measured
 * number, what happened to the data, what to do.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Work was stopped on request; nothing is wrong. */
export class CancelledError extends AppError {
  constructor(message = 'Stopped on request; what was finished before is kept.') {
    super('CANCELLED', message);
    this.name = 'CancelledError';
  }
}

/** A bug of ours: something that the types or the code promised does not hold. */
export class InvariantError extends AppError {
  constructor(message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super('INVARIANT', message, options);
    this.name = 'InvariantError';
  }
}

/** The family of a code, which decides a command's exit code. */
export function errorKind(code: ErrorCode): ErrorKind {
  return ERROR_KINDS[code];
}

/** Whether a value is an error code of this build. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_KINDS, value);
}

/** Whether `error` carries `code`; works across realms and processes, unlike `instanceof`. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** Turns anything that was thrown into data for the wire. Unknown throwables become `INVARIANT`. */
export function toErrorData(error: unknown): ErrorData {
  if (error instanceof AppError) return { code: error.code, message: error.message, details: error.details };
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'CANCELLED', message: new CancelledError().message, details: {} };
  }
  const known = systemError(error);
  if (known !== null) return { ...known, details: {} };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INVARIANT', message: `Internal error: ${message}`, details: stackDetails(error) };
}

/** Rebuilds the error that `toErrorData` described. */
export function fromErrorData(data: ErrorData): AppError {
  if (data.code === 'CANCELLED') return new CancelledError(data.message);
  if (data.code === 'INVARIANT') return new InvariantError(data.message, { details: data.details });
  return new AppError(data.code, data.message, { details: data.details });
}

/** Errors of the file system and of SQLite that a person can do something about. */
function systemError(error: unknown): Pick<ErrorData, 'code' | 'message'> | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const { code } = error;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    return {
      code: 'DISK_FULL',
      message:
        'The disk is full. What was being written was dropped, everything saved before is intact. Free some space and try again.',
    };
  }
  if (code === 'EROFS' || code.startsWith('SQLITE_READONLY')) {
    return {
      code: 'PROJECT_READ_ONLY',
      message: 'The folder is on a read-only disk. Nothing was changed. Choose a folder that can be written.',
    };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      code: 'PATH_DENIED',
      message: `Access was refused (${error.message}). Nothing was changed. Check the permissions.`,
    };
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return {
      code: 'PROJECT_DAMAGED',
      message: `The project database is damaged (${error.message}). Nothing was changed. Restore the newest file of its backups folder.`,
    };
  }
  return null;
}

function stackDetails(error: unknown): ErrorDetails {
  return error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {};
}
