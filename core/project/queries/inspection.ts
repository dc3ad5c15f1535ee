/** What the inspector shows of a shot, as far as the database knows it; and where a track or picture comes from. */
import { AppError } from '../../domain/errors.ts';
import type { InspectedTrack, ShotInspection } from '../../domain/inspection.ts';
import type { LanguageTag } from '../../domain/language-tag.ts';
import type { AudioSource, TrackRole, VideoSource } from '../../domain/media.ts';
import type { ProjectDatabase } from '../database.ts';
import { effectiveAlignment } from './alignments.ts';

/** A shot without what is read from the cache. */
export type StoredShot = Pick<
  ShotInspection,
  'shotId' | 'titleId' | 'titleName' | 'shotName' | 'durationSec' | 'clips'
> & {
  video: VideoSource;
  tracks: (Omit<InspectedTrack, 'loudnessLufs' | 'matchGainDb'> & { source: AudioSource })[];
};

/** One shot with its tracks, the original first. @throws AppError NOT_FOUND. */
export function storedShot(db: ProjectDatabase, shotId: string): StoredShot {
  const row = db
    .prepare(
      `SELECT s.id, s.title_id, s.name, s.duration_sec, t.name AS title_name, i.path, i.sha256, s.video_stream_index
       FROM shot s JOIN title t ON t.id = s.title_id JOIN item i ON i.id = s.video_item_id WHERE s.id = ?`,
    )
    .get(shotId) as Record<string, string | number> | undefined;
  if (row === undefined) throw notFound('shot', shotId);
  const titleId = String(row.title_id);
  return {
    shotId,
    titleId,
    titleName: String(row.title_name),
    shotName: String(row.name),
    durationSec: Number(row.duration_sec),
    clips: clipsOf(db, shotId),
    video: {
      path: String(row.path),
      sha256: String(row.sha256),
      streamIndex: Number(row.video_stream_index),
    },
    tracks: tracksOf(db, shotId, titleId),
  };
}

/** The picture of a shot. @throws AppError NOT_FOUND. */
export function pictureOf(db: ProjectDatabase, shotId: string): VideoSource {
  const row = db
    .prepare(
      `SELECT i.path, i.sha256, s.video_stream_index AS streamIndex FROM shot s JOIN item i ON i.id = s.video_item_id
       WHERE s.id = ?`,
    )
    .get(shotId) as VideoSource | undefined;
  if (row === undefined) throw notFound('shot', shotId);
  return row;
}

/** Where a track is decoded from. @throws AppError NOT_FOUND. */
export function soundOf(db: ProjectDatabase, trackId: string): AudioSource {
  const row = db
    .prepare(
      `SELECT i.path, i.sha256, k.stream_index AS streamIndex FROM track k JOIN item i ON i.id = k.item_id
       WHERE k.id = ?`,
    )
    .get(trackId) as AudioSource | undefined;
  if (row === undefined) throw notFound('track', trackId);
  return row;
}

/** A sound elsewhere in the project, as a finding names it: ids of its shot and track; null where there is none. */
export function findTrack(
  db: ProjectDatabase,
  { titleName, shotName, language }: { titleName: string; shotName: string; language: string },
): { shotId: string; trackId: string } | null {
  const row = db
    .prepare(
      `SELECT s.id AS shotId, k.id AS trackId FROM track k JOIN shot s ON s.id = k.shot_id JOIN title t ON t.id = s.title_id
       WHERE t.name = ? AND s.name = ? AND k.language = ? ORDER BY k.role <> 'original', k.id LIMIT 1`,
    )
    .get(titleName, shotName, language) as { shotId: string; trackId: string } | undefined;
  return row ?? null;
}

/** The shot that a track is in. @throws AppError NOT_FOUND. */
export function shotOfTrack(db: ProjectDatabase, trackId: string): string {
  const row = db.prepare('SELECT shot_id AS shotId FROM track WHERE id = ?').get(trackId);
  if (row === undefined) throw notFound('track', trackId);
  return (row as { shotId: string }).shotId;
}

function clipsOf(db: ProjectDatabase, shotId: string): ShotInspection['clips'] {
  const rows = db
    .prepare('SELECT id, start_sec, end_sec FROM clip WHERE shot_id = ? ORDER BY start_sec, id')
    .all(shotId) as { id: string; start_sec: number; end_sec: number }[];
  return rows.map(({ id, start_sec, end_sec }) => ({
    id,
    timeWindow: { startSec: start_sec, endSec: end_sec },
  }));
}

function tracksOf(db: ProjectDatabase, shotId: string, titleId: string): StoredShot['tracks'] {
  const rows = db
    .prepare(
      `SELECT k.id, k.language, k.role, k.stream_index, k.channels, k.sample_rate_hz, k.duration_sec, i.name, i.path,
         i.sha256
       FROM track k JOIN item i ON i.id = k.item_id WHERE k.shot_id = ?
       ORDER BY k.role <> 'original', k.role NOT IN ('dub', 'synthetic'), k.language, k.id`,
    )
    .all(shotId) as {
    id: string;
    language: string;
    role: TrackRole;
    stream_index: number;
    channels: number;
    sample_rate_hz: number;
    duration_sec: number;
    name: string;
    path: string;
    sha256: string;
  }[];
  return rows.map((row) => {
    const isOriginal = row.role === 'original';
    const alignment = isOriginal ? null : effectiveAlignment(db, titleId, row.language);
    return {
      id: row.id,
      language: row.language as LanguageTag,
      role: row.role,
      fileName: row.name,
      channels: row.channels,
      sampleRateHz: row.sample_rate_hz,
      durationSec: row.duration_sec,
      offsetMs: isOriginal ? 0 : (alignment?.offsetMs ?? null),
      alignment,
      source: { path: row.path, sha256: row.sha256, streamIndex: row.stream_index },
    };
  });
}

function notFound(what: 'shot' | 'track', id: string): AppError {
  return new AppError('NOT_FOUND', `The project has no ${what} ${id}. Nothing was changed. Reload the list.`);
}
