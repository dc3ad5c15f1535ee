/** Drawing and wording of levels over time. */
import type { LevelCode, LevelEvidence } from '../../core/domain/evidence.ts';
import { plural } from './words.ts';

/** Digital silence, dBFS. */
const SILENCE_DB = -127;
/** The lowest level that is drawn at most; what is deeper lies on the bottom, dBFS. */
const DEEPEST_DB = -90;
const ROUND_DB = 10;

/** What a picture's height spans, dBFS. */
export type LevelRange = { topDb: number; bottomDb: number };

/** Round levels around all that is to be seen. */
export function rangeOf({ trackDb, originalDb, peakDb, limit }: LevelEvidence): LevelRange {
  const known = [trackDb, originalDb ?? [], peakDb ?? []]
    .flat()
    .filter((db) => db !== null && db > SILENCE_DB);
  const limits = limit === null || limit.kind === 'apart' ? [] : [limit.db];
  const all = [...(known as number[]), ...limits];
  if (all.length === 0) return { topDb: 0, bottomDb: DEEPEST_DB };
  const highest = all.reduce((most, db) => Math.max(most, db));
  const lowest = all.reduce((least, db) => Math.min(least, db));
  const topDb = Math.min(0, Math.ceil((highest + 1) / ROUND_DB) * ROUND_DB);
  const bottomDb = Math.max(DEEPEST_DB, Math.floor((lowest - 5) / ROUND_DB) * ROUND_DB);
  return { topDb, bottomDb: Math.min(bottomDb, topDb - 3 * ROUND_DB) };
}

/** A level's place from the top. */
export function levelY(db: number, { topDb, bottomDb }: LevelRange, height: number): number {
  return height * Math.min(1, Math.max(0, (topDb - db) / (topDb - bottomDb)));
}

/** A line over `width`, broken where there is nothing. `byDb` moves it up. */
export function levelPath(
  levels: readonly (number | null)[],
  range: LevelRange,
  { width, height }: { width: number; height: number },
  byDb = 0,
): string {
  let isDrawing = false;
  return levels
    .map((db, i) => {
      if (db === null) {
        isDrawing = false;
        return '';
      }
      const x = ((i + 0.5) / levels.length) * width;
      const command = isDrawing ? 'L' : 'M';
      isDrawing = true;
      return `${command}${x.toFixed(1)} ${levelY(db + byDb, range, height).toFixed(1)}`;
    })
    .join('');
}

/** The area below a line, down to the bottom. */
export function levelArea(
  levels: readonly (number | null)[],
  range: LevelRange,
  { width, height }: { width: number; height: number },
): string {
  const step = width / levels.length;
  return levels
    .map((db, i) => {
      if (db === null) return '';
      const y = levelY(db, range, height).toFixed(1);
      return `M${(i * step).toFixed(1)} ${height}V${y}h${step.toFixed(2)}V${height}z`;
    })
    .join('');
}

/** Marks of the axis: every 10 or 20 dB. */
export function levelTicks({ topDb, bottomDb }: LevelRange): number[] {
  const step = topDb - bottomDb > 50 ? 2 * ROUND_DB : ROUND_DB;
  const ticks: number[] = [];
  for (let db = Math.floor(topDb / step) * step; db > bottomDb; db -= step) ticks.push(db);
  return ticks;
}

/** "−23.5 dBFS", "digital silence", "nothing". */
export function dbText(db: number | null): string {
  if (db === null) return 'nothing';
  return db <= SILENCE_DB ? 'digital silence' : `${signed(db)} dBFS`;
}

/** With a real minus sign. */
export function signed(value: number): string {
  const text = (Math.round(value * 10) / 10).toString();
  return text.replace('-', '−');
}

/** What the picture shows, with its numbers, for those who do not see it. `name`: of the dub's language. */
export function levelWords(code: LevelCode, evidence: LevelEvidence, name: string): string {
  const { limit, spans, trackDb, originalDb } = evidence;
  const own = meanDb(trackDb);
  const other = originalDb === null ? null : meanDb(originalDb);
  const levels =
    other === null
      ? `${name} is at ${dbText(own)}`
      : `${name} is at ${dbText(own)}, the original at ${dbText(other)}`;
  if (limit === null)
    return `${levels}. What the check held it to is not known here: it had a profile of its own.`;
  switch (code) {
    case 'level-difference':
      return limit.kind === 'apart'
        ? `${levels}: ${signed(Math.abs((own ?? 0) - (other ?? 0)))} dB apart on average, where ${limit.db} are taken as usual.`
        : `${name} peaks above ${signed(limit.db)} dBFS.`;
    case 'silent':
      return `${levels}. What stays below ${dbText(limit.db)} counts as silent.`;
    case 'clipped':
      return `${name} reaches its ceiling of ${dbText(limit.db)} in ${plural(spans.length, 'place')}, at a mean level of ${dbText(own)}.`;
    case 'dropout':
      return `${name} falls to ${dbText(lowest(spans.map((span) => span.trackDb)))} in ${plural(spans.length, 'place')} while the original is at ${dbText(highest(spans.map((span) => span.originalDb)))}; what is below ${dbText(limit.db)} counts as a gap.`;
    case 'truncated': {
      const sec = spans.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0);
      return `${name} has nothing for ${sec.toFixed(2)} s while the original is at ${dbText(highest(spans.map((span) => span.originalDb)))}; it counts as heard above ${dbText(limit.db)}.`;
    }
  }
}

/** Level of the mean power; null where there is nothing. */
function meanDb(levels: readonly (number | null)[]): number | null {
  const known = levels.filter((db) => db !== null);
  if (known.length === 0) return null;
  const power = known.reduce((sum, db) => sum + (db <= SILENCE_DB ? 0 : 10 ** (db / 10)), 0) / known.length;
  return power <= 0 ? SILENCE_DB : Math.max(SILENCE_DB, 10 * Math.log10(power));
}

function lowest(levels: readonly (number | null)[]): number | null {
  return levels.reduce(
    (least, db) => (db === null ? least : least === null ? db : Math.min(least, db)),
    null,
  );
}

function highest(levels: readonly (number | null)[]): number | null {
  return levels.reduce((most, db) => (db === null ? most : most === null ? db : Math.max(most, db)), null);
}
