/** Dubs in which the original's own speech can still be heard. */
import type { FindingDraft } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import { type HeardTitle, trackFinding } from './heard.ts';
import { type OriginalThroughout, originalCases, originalThroughout } from './original-in-dub.ts';
import { rounded, shots, trackInShot } from './wording.ts';

/** From here on the original is understood under the dub, dB. */
const FAULT_DB = -11;

/**
 * `original-speech`: fault from -11 dB under the dub, warning below; info where all dubs of a shot have it (a song, a
 * crowd). Once for a language of a title where single shots are too short to tell and all together do.
 */
export function checkOriginalSpeech(title: HeardTitle): FindingDraft[] {
  const cases = originalCases(title).filter(({ kind }) => kind === 'left' || kind === 'common');
  const ofShots = cases.map(({ shot, dub, left, kind }) => {
    const isCommon = kind === 'common';
    const level = `${decibels(left.underDb)} under the dub (over ${left.comparedSec.toFixed(1)} s; chance reaches ${left.chanceDb.toFixed(0)} dB)`;
    const who = `speech of the original (${languageName(title.originalLanguage)})`;
    return trackFinding(title, shot, dub, {
      code: 'original-speech',
      severity: isCommon ? 'info' : left.underDb >= FAULT_DB ? 'fault' : 'warning',
      sentence: isCommon
        ? `${trackInShot(dub, shot)} has ${who} in it, ${level}, and so has every other dub: a song or a crowd, it seems.`
        : `${trackInShot(dub, shot)} has ${who} left in it, ${level}.`,
      numbers: {
        underDubDb: rounded(left.underDb, 1),
        chanceDb: rounded(left.chanceDb, 1),
        comparedSec: rounded(left.comparedSec, 2),
      },
    });
  });
  const told = new Set(cases.map(({ dub }) => dub.voice));
  const ofTitle = originalThroughout(title).filter(({ dub }) => !told.has(dub.voice));
  return [...ofShots, ...ofTitle.map((level) => throughout(title, level))];
}

function throughout(title: HeardTitle, level: OriginalThroughout): FindingDraft {
  const { dub, underDb, shotCount, comparedSec } = level;
  return {
    titleId: title.titleId,
    shotId: null,
    trackId: null,
    language: dub.language,
    code: 'original-speech',
    severity: 'warning',
    sentence: `${languageName(dub.language)} has speech of the original (${languageName(title.originalLanguage)}) left in it throughout this title, ${decibels(underDb)} under the dub (over ${shots(shotCount)}, ${comparedSec.toFixed(0)} s); the other dubs have at least 6 dB less.`,
    numbers: {
      underDubDb: rounded(underDb, 1),
      shotCount,
      comparedSec: rounded(comparedSec, 2),
    },
  };
}

function decibels(underDb: number): string {
  return underDb > -0.05 ? '0 dB' : `${Math.abs(underDb).toFixed(1)} dB`;
}
