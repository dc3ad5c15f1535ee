/** Remarks of an import. */

/** A remark about a file that was taken in. */
export type ImportNote = {
  path: string;
  severity: 'info' | 'warning';
  code: string;
  message: string;
};
