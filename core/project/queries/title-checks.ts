/** When a title was last checked, and whether anything that its checks depend on has changed since. */
import { createHash } from 'node:crypto';
import type { TitleCheck } from '../../domain/title-detail.ts';
import type { ProjectDatabase } from '../database.ts';

/**
 * A hash of what the checks of each title depend on: its tracks with content, language and role, and the offsets that
 * a person set. It is compared rather than a time, so that a change that was taken back leaves the check standing.
 */
export function checkedInputs(db: ProjectDatabase, titleIds: readonly string[]): Map<string, string> {
  const tracks = db
    .prepare(
      `SELECT k.id, k.language, k.role, k.stream_index, i.sha256, t.original_language
       FROM title t JOIN shot s ON s.title_id = t.id JOIN track k ON k.shot_id = s.id JOIN item i ON i.id = k.item_id
       WHERE t.id = ? ORDER BY k.id`,
    )
    .raw();
  const offsets = db
    .prepare(
      "SELECT language, offset_ms FROM alignment WHERE title_id = ? AND source = 'person' ORDER BY language",
    )
    .raw();
  return new Map(
    titleIds.map((titleId) => {
      const hash = createHash('sha256');
      for (const row of tracks.iterate(titleId)) hash.update(`${JSON.stringify(row)}\n`);
      hash.update(JSON.stringify(offsets.all(titleId)));
      return [titleId, hash.digest('hex')];
    }),
  );
}

/** Notes that titles were checked. `inputs`: what `checkedInputs` said when the check began. */
export function noteChecks(db: ProjectDatabase, atMs: number, inputs: ReadonlyMap<string, string>): void {
  const put = db.prepare(
    'INSERT OR REPLACE INTO title_check (title_id, at_ms, inputs) SELECT id, ?, ? FROM title WHERE id = ?',
  );
  for (const [titleId, hash] of inputs) put.run(atMs, hash, titleId);
}

/** The last check of a title; null where there was none, or a build of format 2 or older made it. */
export function checkOf(db: ProjectDatabase, titleId: string): TitleCheck | null {
  const row = db.prepare('SELECT at_ms, inputs FROM title_check WHERE title_id = ?').get(titleId) as
    | { at_ms: number; inputs: string }
    | undefined;
  if (row === undefined) return null;
  return { atMs: row.at_ms, isStale: checkedInputs(db, [titleId]).get(titleId) !== row.inputs };
}
