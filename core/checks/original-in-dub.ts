/** How clearly the original's speech is in a dub: what `original-speech` and `commentary` judge by. */
import { levelDb, middleGain, type OriginalInDub } from '../speech/original-left.ts';
import type { HeardShot, HeardTitle, HeardTrack } from './heard.ts';

/** By itself a level is believed from here on, dB under the dub; clean dubs reach -13.7 (docs/checks.md). */
const SURE_BY_ITSELF_DB = -11;
/** Where two other dubs of the shot show less by the second, from here on. */
const SURE_AGAINST_OTHERS_DB = -16;
const ABOVE_OTHERS_DB = 6;
const LEAST_OTHERS = 2;
/** Of a whole title, against the title's other dubs. */
const SURE_OF_TITLE_DB = -20;
const LEAST_SHOTS = 3;
const ABOVE_CHANCE_DB = 6;
const LEAST_COMPARED_SEC = 0.8;
/** All dubs have this much of the original: a song, a crowd, a cry that nobody dubs. */
const COMMON_DB = -14;
/** The whole original is there: its voice against its bed as in the original, and nearly all of what is heard. */
const WHOLE_RATIO = 0.7;
const WHOLE_DB = -4;
/** Another voice is on top in this share of the original's speech, or so long in its pauses. */
const OTHER_VOICE_SHARE = 0.15;
const OTHER_VOICE_SEC = 0.3;

/**
 * What the original's speech in a dub amounts to: `left` under the dub; `common` to all dubs of the shot; `over`, the
 * whole original with somebody talking over it; `between`, the whole original with somebody talking in its pauses.
 */
export type OriginalKind = 'left' | 'common' | 'over' | 'between';

/** One clear case. */
export type OriginalCase = { shot: HeardShot; dub: HeardTrack; left: OriginalInDub; kind: OriginalKind };

/** A dub that has the original under it in its whole title, dB under the dub. */
export type OriginalThroughout = { dub: HeardTrack; underDb: number; shotCount: number; comparedSec: number };

/** The shots in which a dub clearly has the original's speech in it. */
export function originalCases(title: HeardTitle): OriginalCase[] {
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      const left = comparable(dub);
      if (left === null) return [];
      const others = shot.dubs.flatMap((other) => (other === dub ? [] : (comparable(other)?.underDb ?? [])));
      const isOver = left.underDb >= Math.max(...others) + ABOVE_OTHERS_DB;
      const isClear =
        left.underDb >= SURE_BY_ITSELF_DB ||
        (left.underDb >= SURE_AGAINST_OTHERS_DB && others.length >= LEAST_OTHERS && isOver);
      if (!isClear || left.underDb < left.chanceDb + ABOVE_CHANCE_DB) return [];
      const isCommon = others.length >= LEAST_OTHERS && others.every((underDb) => underDb >= COMMON_DB);
      return [{ shot, dub, left, kind: isCommon ? 'common' : kindOf(dub, left) }];
    }),
  );
}

function comparable(dub: HeardTrack): OriginalInDub | null {
  const left = dub.speech?.againstOriginal?.left ?? null;
  return left !== null && left.comparedSec >= LEAST_COMPARED_SEC ? left : null;
}

function kindOf(dub: HeardTrack, left: OriginalInDub): OriginalKind {
  const isWhole = left.underDb >= WHOLE_DB && left.gain >= WHOLE_RATIO * (left.bedGain ?? 0);
  if (!isWhole) return 'left';
  if (left.otherVoiceShare >= OTHER_VOICE_SHARE) return 'over';
  return dub.speech!.againstOriginal!.onlyDubSec >= OTHER_VOICE_SEC ? 'between' : 'left';
}

/** The dubs that have the original's speech under them throughout a title, too quietly for a single shot to tell. */
export function originalThroughout(title: HeardTitle): OriginalThroughout[] {
  const voices = [...new Set(title.shots.flatMap(({ dubs }) => dubs.map(({ voice }) => voice)))];
  const levels = voices.flatMap((voice) => pooledLevel(title, voice) ?? []);
  return levels.filter((level) => {
    const others = levels.filter(({ dub }) => dub.voice !== level.dub.voice);
    return (
      level.underDb >= SURE_OF_TITLE_DB &&
      others.length >= LEAST_OTHERS &&
      others.every(({ underDb }) => level.underDb >= underDb + ABOVE_OTHERS_DB)
    );
  });
}

function pooledLevel(title: HeardTitle, voice: string): OriginalThroughout | null {
  const dubs = title.shots.flatMap((shot) => shot.dubs.filter((dub) => dub.voice === voice));
  const lefts = dubs.flatMap((dub) => comparable(dub) ?? []);
  if (lefts.length < LEAST_SHOTS) return null;
  const blocks = lefts.flatMap(({ spread, comparedSec }) =>
    Array.from(spread, (gain) => ({ gain, energy: comparedSec })),
  );
  const comparedSec = lefts.reduce((sum, left) => sum + left.comparedSec, 0);
  return { dub: dubs[0]!, underDb: levelDb(middleGain(blocks)), shotCount: lefts.length, comparedSec };
}
