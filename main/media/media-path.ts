/**
 * Addresses of media: `/media/thumb/<shotId>?sec=`, `/media/video/<shotId>`, `/media/sound/<trackId>?from=&to=`,
 * `/media/spectrum/<trackId>?from=&to=&columns=`.
 */
import { MOST_SPECTRUM_COLUMNS } from '../../core/domain/spectrogram.ts';

/** Every kind of media a page can ask for. */
export const MEDIA_KINDS = ['thumb', 'video', 'sound', 'spectrum'] as const satisfies WantedMedia['kind'][];

/** Where every such address begins. */
export const MEDIA_PREFIX = '/media/';

/** What an address asks for; times count from the file's first instant, s. */
export type WantedMedia =
  | { kind: 'thumb'; id: string; sec: number }
  | { kind: 'video'; id: string }
  | { kind: 'sound'; id: string; startSec: number; endSec: number }
  | { kind: 'spectrum'; id: string; startSec: number; endSec: number; columns: number };

/** The same ids that requests may name (core/rpc/schemas.ts). */
const ID = /^[\w.:-]{1,64}$/;
const LONGEST_URL = 512;
/** Longest stretch of sound in one answer, s: 23 MB. */
const LONGEST_SOUND_SEC = 120;
const LATEST_SEC = 7 * 24 * 3600;

/** @returns null for anything that is no address of ours: nothing of it is decoded or tried. */
export function parseMediaPath(url: string): WantedMedia | null {
  if (url.length > LONGEST_URL) return null;
  const [path = '', query = ''] = url.split('?', 2);
  const parts = path.split('/');
  const [before, media, kind, id] = parts;
  if (parts.length !== 4 || before !== '' || media !== 'media' || id === undefined || !ID.test(id))
    return null;
  const number = (name: string): number => {
    const text = new URLSearchParams(query).get(name);
    return text !== null && /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  };
  if (kind === 'thumb') {
    const sec = query === '' ? 0 : number('sec');
    return sec <= LATEST_SEC ? { kind, id, sec } : null;
  }
  if (kind === 'video') return query === '' ? { kind, id } : null;
  const [startSec, endSec] = [number('from'), number('to')];
  if (!(endSec > startSec && endSec <= LATEST_SEC)) return null;
  if (kind === 'sound') return endSec - startSec <= LONGEST_SOUND_SEC ? { kind, id, startSec, endSec } : null;
  const columns = number('columns');
  const isCount = Number.isInteger(columns) && columns >= 1 && columns <= MOST_SPECTRUM_COLUMNS;
  return kind === 'spectrum' && isCount ? { kind, id, startSec, endSec, columns } : null;
}
