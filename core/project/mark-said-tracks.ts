/** Finds in the journal of an older project what people said of tracks, so that imports keep that, too. */
import type { ProjectDatabase } from './database.ts';
import type { Row, RowChange } from './journal.ts';
import { readParts, writePart } from './journal-parts.ts';

type Said = { language_said: number; role_said: number };

const NOTHING: Said = { language_said: 0, role_said: 0 };

/** Edits of tracks, as formats 1 and 2 named them; what was undone for good cannot come back. */
const EDITS_SQL = `SELECT seq, undone FROM journal WHERE NOT (undone = 1 AND can_undo = 0)
  AND (label LIKE 'Relabel %' OR label LIKE 'Swap %' OR label LIKE 'Make %') ORDER BY seq`;

/**
 * Marks the tracks whose language or role a person said, and says so in the journal's rows, so that undo and redo take
 * the mark along. A track that an import has changed back since is not marked: that is how the project is now.
 */
export function markSaidTracks(db: ProjectDatabase): void {
  const said = new Map<string, Said>();
  const held = new Map<string, { said: Said; row: Row }>();
  for (const { seq, undone } of db.prepare(EDITS_SQL).all() as { seq: number; undone: number }[]) {
    let part = 0;
    for (const changes of [...readParts(db, seq, 'forward')]) {
      const marked = changes.map((change) => {
        const edit = markedChange(change, said);
        if (edit.after !== null && edit.table === 'track' && undone === 0) {
          held.set(String(edit.after.id), { said: said.get(String(edit.after.id))!, row: edit.after });
        }
        return edit;
      });
      writePart(db, seq, part, marked);
      part += 1;
    }
  }
  const mark = db.prepare(
    `UPDATE track SET language_said = CASE WHEN language = ? THEN ? ELSE 0 END,
       role_said = CASE WHEN role = ? THEN ? ELSE 0 END WHERE id = ?`,
  );
  for (const [id, { said: flags, row }] of held) {
    mark.run(row.language, flags.language_said, row.role, flags.role_said, id);
  }
}

function markedChange(change: RowChange, said: Map<string, Said>): RowChange {
  const { table, before, after } = change;
  if (table !== 'track' || before === null || after === null) return change;
  const id = String(after.id);
  const was = said.get(id) ?? NOTHING;
  const is: Said = {
    language_said: before.language === after.language ? was.language_said : 1,
    role_said: before.role === after.role ? was.role_said : 1,
  };
  said.set(id, is);
  return { table, before: { ...before, ...was }, after: { ...after, ...is } };
}
