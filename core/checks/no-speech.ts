/** Shots in which nobody speaks, and dubs that are mute where the original speaks. */
import type { FindingDraft } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import { type HeardShot, type HeardSpeech, type HeardTitle, isSilent, trackFinding } from './heard.ts';
import { isSameSound } from './same-as-original.ts';
import { rounded, trackInShot } from './wording.ts';

/** Nobody speaks: no voice of a quarter of a second, and at no moment is it likelier than not. */
const NOT_SURE = 0.5;
/** So much speech of an original is no cough, s, and so unlikely must voice be in its dub at every moment. */
const SPEAKS_SEC = 1;
const SURELY_NONE = 0.3;

/** Whether nobody speaks in a track; null where it was not listened for. */
export function isMute(speech: HeardSpeech | null | undefined): boolean | null {
  if (speech == null) return null;
  return speech.speechSec === 0 && speech.surest < NOT_SURE;
}

/** Whether somebody speaks in the original of a shot; null where that was not listened for or is not clear. */
export function speaksInOriginal(shot: HeardShot): boolean | null {
  const speech = shot.original?.speech;
  if (speech == null) return null;
  if (speech.speechSec >= SPEAKS_SEC) return true;
  return isMute(speech) ? false : null;
}

/**
 * `no-speech`: warning for a dub without speech where the original speaks for a second or more; info where neither
 * speaks, which is no fault, whether they are the same sound or not. Silent tracks are left to `silent`.
 */
export function checkNoSpeech(title: HeardTitle): FindingDraft[] {
  return title.shots.flatMap((shot) => {
    const speaks = speaksInOriginal(shot);
    if (speaks === null) return [];
    return shot.dubs.flatMap((dub) => {
      const { speech } = dub;
      if (speech == null || isSilent(dub) || !isMute(speech)) return [];
      if (speaks && speech.surest >= SURELY_NONE) return [];
      const original = shot.original!.speech!;
      const name = languageName(title.originalLanguage);
      const isSame = isSameSound(dub.againstOriginal);
      return [
        trackFinding(title, shot, dub, {
          code: 'no-speech',
          severity: speaks ? 'warning' : 'info',
          sentence: speaks
            ? `Nobody speaks in ${trackInShot(dub, shot)}, while the original (${name}) speaks for ${original.speechSec.toFixed(1)} s.`
            : `Nobody speaks in ${trackInShot(dub, shot)}, nor in the original (${name})${isSame ? ': they are rightly the same' : ''}.`,
          numbers: {
            speechSec: rounded(speech.speechSec, 2),
            surestProbability: rounded(speech.surest, 2),
            originalSpeechSec: rounded(original.speechSec, 2),
            originalSurestProbability: rounded(original.surest, 2),
          },
        }),
      ];
    });
  });
}
