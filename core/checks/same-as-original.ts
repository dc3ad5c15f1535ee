/** Dubs that are the original again. */
import type { SoundComparison } from '../align/same-sound.ts';
import type { FindingDraft, FindingSeverity } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import { type HeardShot, type HeardTitle, type HeardTrack, trackFinding } from './heard.ts';
import { speaksInOriginal } from './speaks.ts';
import { rounded, shots, trackInShot } from './wording.ts';

/** Copies after 16-32 kbit/s coding differ in up to 6 % of the time, dubs in 27 % and more (docs/checks.md). */
const LARGEST_DIFFERING_SHARE = 0.12;
/** A word lasts longer than this, s. */
const LONGEST_DIFFERENCE_SEC = 0.2;
/** What subtraction must leave at most, dB: copies -7 and less, dubs 0 and more. */
const LARGEST_RESIDUAL_DB = -4;
/** Less sound than this proves nothing, s. */
const LEAST_ACTIVE_SEC = 0.5;

/** Whether a comparison with the original shows the same sound from beginning to end. */
export function isSameSound(comparison: SoundComparison | null): boolean {
  return (
    comparison !== null &&
    comparison.activeSec >= LEAST_ACTIVE_SEC &&
    comparison.residualDb <= LARGEST_RESIDUAL_DB &&
    comparison.longestDifferenceSec <= LONGEST_DIFFERENCE_SEC &&
    comparison.differingSec <= LARGEST_DIFFERING_SHARE * comparison.activeSec
  );
}

/** Whether all dubs of a shot are the same sound as its original: nothing is said in it, so that is as it should be. */
export function isWordless(dubs: readonly Pick<HeardTrack, 'againstOriginal'>[]): boolean {
  return dubs.length > 0 && dubs.every((dub) => isSameSound(dub.againstOriginal));
}

/**
 * `same-as-original`: fault where other dubs of the shot differ; info where nobody speaks in the original, so that all
 * are rightly the same, or where no dub differs and voices were not listened for. Where all are the same and somebody
 * speaks: a warning with several dubs, a fault with one alone that differs nowhere.
 */
export function checkSameAsOriginal(title: HeardTitle): FindingDraft[] {
  return title.shots.flatMap((shot) =>
    shot.dubs.flatMap((dub) => {
      const comparison = dub.againstOriginal;
      if (comparison === null || !isSameSound(comparison)) return [];
      const [severity, reason] = judge(title, shot, dub);
      const share = comparison.differingSec / comparison.activeSec;
      const numbers = {
        differingSec: rounded(comparison.differingSec),
        activeSec: rounded(comparison.activeSec),
        residualDb: rounded(comparison.residualDb, 1),
        otherDubs: shot.dubs.length - 1,
      };
      const sentence = `${trackInShot(dub, shot)} is the original (${languageName(title.originalLanguage)}) again: they differ in ${(100 * share).toFixed(0)} % of ${comparison.activeSec.toFixed(1)} s of sound. ${reason}`;
      return [trackFinding(title, shot, dub, { code: 'same-as-original', severity, sentence, numbers })];
    }),
  );
}

function judge(title: HeardTitle, shot: HeardShot, dub: HeardTrack): [FindingSeverity, string] {
  if (!isWordless(shot.dubs)) {
    const others = shot.dubs.filter((other) => !isSameSound(other.againstOriginal)).length;
    return ['fault', `${others === 1 ? 'The other dub differs' : `${others} other dubs differ`} here.`];
  }
  const speaks = speaksInOriginal(shot);
  if (speaks === false) return ['info', 'Nobody speaks in this shot: they are rightly the same.'];
  if (shot.dubs.length > 1) {
    return speaks === true
      ? ['warning', 'So is every other dub, though somebody speaks or sings: listen.']
      : ['info', 'So is every other dub: nothing seems to be said in this shot.'];
  }
  const own = title.shots.flatMap(({ dubs }) => dubs.filter(({ voice }) => voice === dub.voice));
  const same = own.filter((track) => isSameSound(track.againstOriginal)).length;
  if (same < own.length) {
    return speaks === true
      ? ['warning', 'It differs in other shots, and somebody speaks in this one: listen.']
      : ['info', 'It differs in other shots: nothing seems to be said in this one.'];
  }
  if (same > 1) return ['fault', `So it is in all ${shots(same)} of the title.`];
  return speaks === true
    ? ['fault', 'Somebody speaks in it, so it is not dubbed.']
    : ['warning', 'There is no other dub to tell a copy from a shot without words: listen.'];
}
