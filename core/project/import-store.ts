/** Puts what an import found into the project: one journal entry, one undo, the same again changes nothing. */
import type { Clock } from '../clock.ts';
import type { TrackWish } from '../domain/planned-import.ts';
import type { ImportedClip } from '../intake/clips.ts';
import type { ImportResult } from '../intake/import-media.ts';
import type { ImportedShot, ImportedTitle } from '../intake/plan.ts';
import { stableId } from '../stable-id.ts';
import type { ProjectDatabase } from './database.ts';
import { familyChanges, placeTitles, type TitlePlace } from './families.ts';
import { applyJournaled, type JournalTable, type Row, type RowChange } from './journal.ts';
import { keptTracks, type SaidTrack } from './said-tracks.ts';

/** What an import added; what was there before is not counted. */
export type StoredImport = { items: number; titles: number; shots: number; clips: number; pairs: number };

/**
 * Writes an import's rows. Rows that exist with the same content are left alone, and so is what a person said of a
 * track's language or role or of a clip's window. `entry.said`: what was said with this import; it wins, and is kept.
 */
export function storeImport(
  db: ProjectDatabase,
  clock: Clock,
  imported: ImportResult,
  entry: { label: string; by: string; said?: readonly TrackWish[] },
): StoredImport {
  const stored: StoredImport = { items: 0, titles: 0, shots: 0, clips: 0, pairs: 0 };
  applyJournaled(db, clock, entry, importChanges(db, imported, stored, entry.said ?? []));
  return stored;
}

/** What the import changes, as it is found; counts what is new into `stored`. */
function* importChanges(
  db: ProjectDatabase,
  imported: ImportResult,
  stored: StoredImport,
  said: readonly TrackWish[],
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
  const keep = keptTracks(db, imported.items, said);
  const trimmed = trimmedClips(db);
  let nextSeq = (db.prepare('SELECT coalesce(max(seq), 0) FROM pair').pluck().get() as number) + 1;
  for (const title of imported.titles) {
    if (putTitle(put, title, places.get(title.id)!)) stored.titles += 1;
    for (const shot of title.shots) {
      const tracks = shot.tracks.map(keep);
      if (putShot(put, title, shot, tracks)) stored.shots += 1;
      const own = trimmed(shot);
      const cut = shot.clips.filter(({ id }) => !own.has(id));
      for (const clip of cut) if (putClip(put, shot, clip)) stored.clips += 1;
      for (const clip of [...cut, ...own.values()]) {
        for (const row of pairRows(title, shot, tracks, clip)) {
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

function putShot(put: Put, title: ImportedTitle, shot: ImportedShot, tracks: readonly SaidTrack[]): boolean {
  const isNew = put('shot', {
    id: shot.id,
    title_id: title.id,
    name: shot.name,
    duration_sec: shot.durationSec,
    video_item_id: shot.video.itemId,
    video_stream_index: shot.video.streamIndex,
    labels: JSON.stringify(shot.labels),
  });
  for (const track of tracks) {
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
      language_said: track.languageSaid,
      role_said: track.roleSaid,
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

/** Clips of a shot whose windows a person set, by id: they stay as they are, and a new dub makes pairs with them. */
function trimmedClips(db: ProjectDatabase): (shot: ImportedShot) => Map<string, PairedClip> {
  const read = db.prepare(
    'SELECT id, start_sec, end_sec FROM clip WHERE shot_id = ? AND window_said = 1 ORDER BY start_sec, id',
  );
  return (shot) => {
    const rows = read.all(shot.id) as { id: string; start_sec: number; end_sec: number }[];
    const languagesOf = (startSec: number, endSec: number): PairedClip['languages'] =>
      shot.clips.find(({ timeWindow: w }) => w.startSec <= startSec && w.endSec >= endSec)?.languages ?? null;
    return new Map(
      rows.map((row) => [row.id, { id: row.id, languages: languagesOf(row.start_sec, row.end_sec) }]),
    );
  };
}

type PairedClip = Pick<ImportedClip, 'id' | 'languages'>;

function pairRows(
  title: ImportedTitle,
  shot: ImportedShot,
  tracks: readonly SaidTrack[],
  { id: clipId, languages }: PairedClip,
): Row[] {
  return tracks
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
