/** From a filter to the clips and sounds that training and evaluation read. */
import type { Dataset, DatasetAudio, DatasetClip } from '../../domain/dataset.ts';
import type { Split } from '../../domain/title.ts';
import type { PairFilter } from '../../domain/view.ts';
import type { ProjectDatabase } from '../database.ts';
import { selectSeqs } from '../pair-filter.ts';

type Row = {
  pair_id: string;
  clip_id: string;
  start_sec: number;
  end_sec: number;
  language: string;
  title_id: string;
  title_name: string;
  shot_name: string;
  split: Split;
  original_language: string;
  video_path: string;
  video_stream: number;
  video_sha256: string;
  dub_path: string;
  dub_stream: number;
  dub_sha256: string;
  original_path: string;
  original_stream: number;
  original_sha256: string;
  offset_ms: number | null;
  uncertainty_ms: number | null;
  effects_language: string | null;
  effects_path: string;
  effects_stream: number;
  effects_sha256: string;
};

/**
 * Clips of the pairs that a filter takes, in import order, each with its original, the dubs that passed,
 * and the shot's music and effects where there are some.
 */
export function datasetOf(db: ProjectDatabase, filter: PairFilter): Dataset {
  const rows = db
    .prepare(
      `SELECT p.id AS pair_id, p.clip_id, c.start_sec, c.end_sec, p.language, p.title_id, t.name AS title_name,
         s.name AS shot_name, t.split, t.original_language,
         vi.path AS video_path, s.video_stream_index AS video_stream, vi.sha256 AS video_sha256,
         di.path AS dub_path, d.stream_index AS dub_stream, di.sha256 AS dub_sha256,
         oi.path AS original_path, o.stream_index AS original_stream, oi.sha256 AS original_sha256,
         (SELECT a.offset_ms FROM alignment a WHERE a.title_id = p.title_id AND a.language = p.language
          ORDER BY a.source = 'person' DESC LIMIT 1) AS offset_ms,
         (SELECT a.uncertainty_ms FROM alignment a WHERE a.title_id = p.title_id AND a.language = p.language
          AND a.offset_ms IS NOT NULL ORDER BY a.source = 'person' DESC LIMIT 1) AS uncertainty_ms,
         m.language AS effects_language, mi.path AS effects_path, m.stream_index AS effects_stream,
         mi.sha256 AS effects_sha256
       FROM pair p JOIN title t ON t.id = p.title_id JOIN shot s ON s.id = p.shot_id JOIN clip c ON c.id = p.clip_id
         JOIN item vi ON vi.id = s.video_item_id
         JOIN track d ON d.id = p.track_id JOIN item di ON di.id = d.item_id
         JOIN track o ON o.shot_id = s.id AND o.role = 'original' JOIN item oi ON oi.id = o.item_id
         LEFT JOIN track m ON m.id = (SELECT e.id FROM track e WHERE e.shot_id = s.id AND e.role = 'music-and-effects'
           ORDER BY e.id LIMIT 1)
         LEFT JOIN item mi ON mi.id = m.item_id
       WHERE p.seq IN (SELECT value FROM json_each(?)) ORDER BY p.seq`,
    )
    .all(JSON.stringify(selectSeqs(db, filter))) as Row[];
  const clips = new Map<string, DatasetClip>();
  for (const row of rows) {
    let clip = clips.get(row.clip_id);
    if (clip === undefined) {
      clip = toClip(row);
      clips.set(row.clip_id, clip);
    }
    clip.dubs.push(toDub(row));
  }
  return { version: 1, clips: [...clips.values()] };
}

/** How many pairs a data set holds. */
export function pairCountOf(dataset: Dataset): number {
  return dataset.clips.reduce((sum, clip) => sum + clip.dubs.length, 0);
}

function toClip(row: Row): DatasetClip {
  return {
    clipId: row.clip_id,
    titleId: row.title_id,
    titleName: row.title_name,
    shotName: row.shot_name,
    split: row.split,
    timeWindow: { startSec: row.start_sec, endSec: row.end_sec },
    video: { path: row.video_path, streamIndex: row.video_stream, sha256: row.video_sha256 },
    original: {
      language: row.original_language,
      source: { path: row.original_path, streamIndex: row.original_stream, sha256: row.original_sha256 },
      offsetMs: 0,
      pairId: null,
    },
    dubs: [],
    // Left out where there is none, so that data sets of earlier runs compare equal.
    ...(row.effects_language === null ? {} : { musicAndEffects: toEffects(row, row.effects_language) }),
  };
}

function toEffects(row: Row, language: string): DatasetAudio {
  return {
    language,
    source: { path: row.effects_path, streamIndex: row.effects_stream, sha256: row.effects_sha256 },
    offsetMs: 0,
    pairId: null,
  };
}

function toDub(row: Row): DatasetAudio {
  return {
    language: row.language,
    source: { path: row.dub_path, streamIndex: row.dub_stream, sha256: row.dub_sha256 },
    offsetMs: row.offset_ms ?? 0,
    pairId: row.pair_id,
    // Left out where nothing says.
    ...(row.uncertainty_ms === null ? {} : { uncertaintyMs: row.uncertainty_ms }),
  };
}
