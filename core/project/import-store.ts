/** Puts what an import found into the project: one journal entry, one undo, the same again changes nothing. */
import type { Clock } from '../clock.ts';
import type { ImportedClip } from '../intake/clips.ts';
import type { ImportResult } from '../intake/import-media.ts';
import type { ImportedShot, ImportedTitle } from '../intake/plan.ts';
import { stableId } from '../stable-id.ts';
import type { ProjectDatabase } from './database.ts';
import { familyChanges, placeTitles, type TitlePlace } from './families.ts';
import { applyJournaled, type JournalTable, type Row, type RowChange } from './journal.ts';

/** What an import added; what was there before is not counted. */
export type StoredImport = { items: number; titles: number; shots: number; clips: number; pairs: number };

/** Writes an import's rows. Rows that exist with the same content are left alone. */
export function storeImport(
  db: ProjectDatabase,
  clock: Clock,
  imported: ImportResult,
  entry: { label: string; by: string },
): StoredImport {
  const stored: StoredImport = { items: 0, titles: 0, shots: 0, clips: 0, pairs: 0 };
  applyJournaled(db, clock, entry, importChanges(db, imported, stored));
  return stored;
}

/** What the import changes, as it is found; counts what is new into `stored`. */
function* importChanges(
  db: ProjectDatabase,
  imported: ImportResult,
  stored: StoredImport,
): Generator<RowChange> {
  const changes: RowChange[] = [];
  const known = rowsById(db);
  const put = (table: JournalTable, row: Row): boolean => {
    const before = known(table, row.id) ?? null;
    if (before !== null && Object.entries(row).every(([key, value]) => before[key] === value)) return false;
    changes.push({ table, before, after: before === null ? row : { ...before, ...row } });
    return before === null;
  };
  for (const item of imported.items) {
    const isNew = put('item', {
      id: item.id,
      path: item.path,
      name: item.name,
      size_bytes: item.sizeBytes,
      modified_ms: item.modifiedMs,
      sha256: item.sha256,
      duration_sec: item.durationSec,
    });
    if (isNew) stored.items += 1;
  }
  yield* changes.splice(0);
  const places = placeTitles(db, imported.titles, imported.families);
  yield* familyChanges(db, places, new Set(imported.titles.map(({ id }) => id)));
  let nextSeq = (db.prepare('SELECT coalesce(max(seq), 0) FROM pair').pluck().get() as number) + 1;
  for (const title of imported.titles) {
    if (putTitle(put, title, places.get(title.id)!)) stored.titles += 1;
    for (const shot of title.shots) {
      if (putShot(put, title, shot)) stored.shots += 1;
      for (const clip of shot.clips) {
        if (putClip(put, shot, clip)) stored.clips += 1;
        for (const row of pairRows(title, shot, clip)) {
          const before = known('pair', row.id);
          if (put('pair', { seq: before?.seq ?? nextSeq, ...row })) {
            stored.pairs += 1;
            nextSeq += 1;
          }
        }
      }
    }
    yield* changes.splice(0);
  }
}

/** Reads rows by their id, each table's statement prepared once. */
function rowsById(
  db: ProjectDatabase,
): (table: JournalTable, id: Row[string] | undefined) => Row | undefined {
  const statements = new Map<JournalTable, ReturnType<ProjectDatabase['prepare']>>();
  return (table, id) => {
    let statement = statements.get(table);
    if (statement === undefined) {
      statement = db.prepare(`SELECT * FROM ${table} WHERE id = ?`);
      statements.set(table, statement);
    }
    return statement.get([id]) as Row | undefined;
  };
}

type Put = (table: JournalTable, row: Row) => boolean;

function putTitle(put: Put, title: ImportedTitle, { family, split }: TitlePlace): boolean {
  return put('title', {
    id: title.id,
    name: title.name,
    original_language: title.originalLanguage,
    split,
    labels: JSON.stringify(title.labels),
    family,
  });
}

function putShot(put: Put, title: ImportedTitle, shot: ImportedShot): boolean {
  const isNew = put('shot', {
    id: shot.id,
    title_id: title.id,
    name: shot.name,
    duration_sec: shot.durationSec,
    video_item_id: shot.video.itemId,
    video_stream_index: shot.video.streamIndex,
    labels: JSON.stringify(shot.labels),
  });
  for (const track of shot.tracks) {
    put('track', {
      id: track.id,
      shot_id: shot.id,
      item_id: track.itemId,
      stream_index: track.streamIndex,
      language: track.language,
      role: track.role,
      sample_rate_hz: track.sampleRateHz,
      channels: track.channels,
      duration_sec: track.durationSec,
    });
  }
  return isNew;
}

function putClip(put: Put, shot: ImportedShot, clip: ImportedShot['clips'][number]): boolean {
  return put('clip', {
    id: clip.id,
    shot_id: shot.id,
    start_sec: clip.timeWindow.startSec,
    end_sec: clip.timeWindow.endSec,
  });
}

function pairRows(title: ImportedTitle, shot: ImportedShot, { id: clipId, languages }: ImportedClip): Row[] {
  return shot.tracks
    .filter(({ role }) => role === 'dub' || role === 'synthetic')
    .filter(({ language }) => languages === null || languages.includes(language))
    .map((track) => ({
      id: stableId('p', clipId, track.id),
      clip_id: clipId,
      track_id: track.id,
      title_id: title.id,
      shot_id: shot.id,
      language: track.language,
    }));
}
