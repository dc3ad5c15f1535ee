/** Files that the project knows, so that an import need not decode them again. */
import type { KnownFile } from '../../media/import-media.ts';
import type { ProjectDatabase } from '../database.ts';

/** Every known file by path, with what tells whether it changed. */
export function knownFiles(db: ProjectDatabase): KnownFile[] {
  const rows = db.prepare('SELECT path, size_bytes, modified_ms, sha256 FROM item ORDER BY path').all() as {
    path: string;
    size_bytes: number;
    modified_ms: number;
    sha256: string;
  }[];
  return rows.map((row) => ({
    path: row.path,
    sizeBytes: row.size_bytes,
    modifiedMs: row.modified_ms,
    sha256: row.sha256,
  }));
}
