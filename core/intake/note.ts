/** Remarks of an import. */
import type { ErrorCode } from '../domain/errors.ts';
import type { NoteCode, NoteSeverity } from '../domain/media-note.ts';

/** A remark about a file that was taken in. */
export type ImportNote = {
  path: string;
  severity: NoteSeverity;
  /** An error code stands for a row of a list that is wrong. */
  code: NoteCode | ErrorCode;
  message: string;
};
