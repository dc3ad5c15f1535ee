/** What a person puts right about a clip's window: made shorter, or cut in two; each a step that can be undone. */
import type { Clock } from '../../clock.ts';
import { AppError } from '../../domain/errors.ts';
import type { TimeWindow } from '../../domain/time.ts';
import { SHORTEST_CLIP_SEC } from '../../domain/title.ts';
import { stableId } from '../../stable-id.ts';
import type { ProjectDatabase } from '../database.ts';
import { applyJournaled, type Row, type RowChange } from '../journal.ts';

/**
 * Makes a clip shorter, for the pairs of all its dubs; decisions stay, and later imports leave the window alone.
 * @param a.startSec of the shot, as is `endSec`; what lies outside the clip is not taken. Rounded to 1 ms
 * @throws AppError NOT_FOUND, CLIP_TOO_SHORT where less than `SHORTEST_CLIP_SEC` would be left
 */
export function trimClip(
  db: ProjectDatabase,
  clock: Clock,
  a: { clipId: string; startSec: number; endSec: number; by?: string },
): { changed: number } {
  const clip = requireClip(db, a.clipId);
  const was = windowOf(clip);
  const is: TimeWindow = {
    startSec: Math.max(was.startSec, toMs(a.startSec)),
    endSec: Math.min(was.endSec, toMs(a.endSec)),
  };
  if (is.startSec === was.startSec && is.endSec === was.endSec) return { changed: 0 };
  requireLength(is);
  const label = `Trim a clip to ${words(is.startSec)}-${words(is.endSec)} s`;
  applyJournaled(db, clock, { label, by: a.by ?? 'person' }, [windowChange(clip, is)]);
  return { changed: 1 };
}

/**
 * Cuts a clip in two, for the pairs of all its dubs. The first part stays the clip that it was; the second gets pairs
 * of its own with the same decisions and findings.
 * @param a.atSec of the shot, rounded to 1 ms
 * @returns the id of the second part
 * @throws AppError NOT_FOUND, CLIP_TOO_SHORT where a part would be shorter than `SHORTEST_CLIP_SEC`
 */
export function splitClip(
  db: ProjectDatabase,
  clock: Clock,
  a: { clipId: string; atSec: number; by?: string },
): { clipId: string } {
  const clip = requireClip(db, a.clipId);
  const { startSec, endSec } = windowOf(clip);
  const atSec = toMs(a.atSec);
  const [first, second]: [TimeWindow, TimeWindow] = [
    { startSec, endSec: atSec },
    { startSec: atSec, endSec },
  ];
  requireLength(first);
  requireLength(second);
  // From the clip that was cut, too: another clip of the shot may have the same window.
  const clipId = stableId('c', String(clip.shot_id), atSec, endSec, a.clipId);
  const made: Row = { ...clip, id: clipId, start_sec: atSec, end_sec: endSec, window_said: 1 };
  const changes: RowChange[] = [
    windowChange(clip, first),
    { table: 'clip', before: null, after: made },
    ...pairsOfSecond(db, a.clipId, clipId),
  ];
  applyJournaled(db, clock, { label: `Split a clip at ${words(atSec)} s`, by: a.by ?? 'person' }, changes);
  return { clipId };
}

function pairsOfSecond(db: ProjectDatabase, firstId: string, secondId: string): RowChange[] {
  let seq = Number(db.prepare('SELECT coalesce(max(seq), 0) FROM pair').pluck().get());
  const pairs = db.prepare('SELECT * FROM pair WHERE clip_id = ? ORDER BY seq').all(firstId) as Row[];
  const decisionOf = db.prepare('SELECT * FROM decision WHERE pair_id = ?');
  return pairs.flatMap((pair): RowChange[] => {
    seq += 1;
    const id = stableId('p', secondId, String(pair.track_id));
    const decision = decisionOf.get(pair.id) as Row | undefined;
    const pairRow: RowChange = {
      table: 'pair',
      before: null,
      after: { ...pair, seq, id, clip_id: secondId },
    };
    if (decision === undefined) return [pairRow];
    const before = (decisionOf.get(id) as Row | undefined) ?? null;
    return [pairRow, { table: 'decision', before, after: { ...decision, pair_id: id } }];
  });
}

function requireClip(db: ProjectDatabase, clipId: string): Row {
  const clip = db.prepare('SELECT * FROM clip WHERE id = ?').get(clipId) as Row | undefined;
  if (clip !== undefined) return clip;
  throw new AppError('NOT_FOUND', `There is no clip ${clipId}. Nothing was changed. Reload the list.`);
}

function windowOf(clip: Row): TimeWindow {
  return { startSec: Number(clip.start_sec), endSec: Number(clip.end_sec) };
}

function windowChange(clip: Row, { startSec, endSec }: TimeWindow): RowChange {
  return {
    table: 'clip',
    before: clip,
    after: { ...clip, start_sec: startSec, end_sec: endSec, window_said: 1 },
  };
}

function requireLength({ startSec, endSec }: TimeWindow): void {
  // Windows are told to 1 ms; sums of such numbers are a little off.
  if (endSec - startSec >= SHORTEST_CLIP_SEC - 1e-6) return;
  const length = Math.max(0, endSec - startSec);
  throw new AppError(
    'CLIP_TOO_SHORT',
    `${words(length)} s would be left; a clip needs ${SHORTEST_CLIP_SEC} s. Nothing was changed. Choose a longer part of the clip.`,
  );
}

function toMs(sec: number): number {
  return Math.round(sec * 1000) / 1000;
}

function words(sec: number): string {
  return String(toMs(sec));
}
