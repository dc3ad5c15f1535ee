/** Shots in which nobody speaks, and dubs that are mute where the original speaks. */
import type { FindingDraft } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import { type HeardTitle, isSilent, trackFinding } from './heard.ts';
import { isSameSound } from './same-as-original.ts';
import { isMute, speaksInOriginal } from './speaks.ts';
import { rounded, trackInShot } from './wording.ts';

/** So unlikely must voice be at every moment of a dub before its missing is worth a warning. */
const SURELY_NONE = 0.3;

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
