/** Dubs that are another dub again. */
import type { SoundComparison } from '../align/same-sound.ts';
import type { FindingDraft, FindingSeverity } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import { agreement } from './compare-dubs.ts';
import {
  type HeardShot,
  type HeardTitle,
  type HeardTrack,
  isSilent,
  peaksBetween,
  trackFinding,
} from './heard.ts';
import { isSameSound, isWordless } from './same-as-original.ts';
import { rounded, trackInShot } from './wording.ts';

/** Two tracks whose sound was not subtracted are the same when their signs agree like this; real dubs reach 0.84. */
const SAME_SIGNS = 0.88;
/** A language's own shift tells which of two is in its place, ms. */
const OWN_PLACE_MS = 5;
/** A place in the shot counts from this height on, standard deviations. */
const CLEAR_HEIGHT = 10;

type Twin = { dub: HeardTrack; other: HeardTrack; comparison: SoundComparison | null; signs: number };

/**
 * `duplicate-track`: fault on both, since the sound cannot say which one is wrong; where the languages have different
 * shifts, fault on the one that is not in its own place and info on the other. Info also where both are of one
 * language, and where every dub of the shot is the same (nothing is said).
 */
export function checkDuplicateTrack(title: HeardTitle): FindingDraft[] {
  return title.shots.flatMap((shot) => {
    if (isWordless(shot.dubs)) return [];
    const twins = twinsOf(shot);
    return shot.dubs.flatMap((dub) => {
      const own = twins.filter((twin) => twin.dub === dub);
      return own.length === 0 ? [] : [findingOf(title, shot, own)];
    });
  });
}

/** Each dub with each other one that it is. */
function twinsOf(shot: HeardShot): Twin[] {
  const dubs = shot.dubs.filter((dub) => !isSilent(dub) && !isSameSound(dub.againstOriginal ?? null));
  return dubs.flatMap((dub) =>
    dubs
      .filter((other) => other !== dub)
      .flatMap((other): Twin[] => {
        const comparison = dub.againstDubs?.find(({ voice }) => voice === other.voice)?.comparison ?? null;
        if (comparison !== null) return isSameSound(comparison) ? [{ dub, other, comparison, signs: 1 }] : [];
        const best = peaksBetween(shot, dub.voice, other.voice)[0];
        if (best === undefined || best.height < CLEAR_HEIGHT || dub.againstDubs !== undefined) return [];
        const signs = agreement(dub.fingerprint, other.fingerprint, best.lagMs);
        return signs >= SAME_SIGNS ? [{ dub, other, comparison, signs }] : [];
      }),
  );
}

function findingOf(title: HeardTitle, shot: HeardShot, twins: readonly Twin[]): FindingDraft {
  const { dub } = twins[0]!;
  const [severity, reason] = judge(title, shot, twins);
  const names = twins.map(({ other }) => languageName(other.language)).join(', ');
  const sentence = `${trackInShot(dub, shot)} is the same sound as ${names}. ${reason}`;
  const { comparison, signs } = twins[0]!;
  const numbers = {
    sameAs: twins.map(({ other }) => other.language).join(' '),
    differingSec: comparison === null ? null : rounded(comparison.differingSec),
    activeSec: comparison === null ? null : rounded(comparison.activeSec),
    residualDb: comparison === null ? null : rounded(comparison.residualDb, 1),
    sameSigns: comparison === null ? rounded(signs) : null,
  };
  return trackFinding(title, shot, dub, { code: 'duplicate-track', severity, sentence, numbers });
}

function judge(title: HeardTitle, shot: HeardShot, twins: readonly Twin[]): [FindingSeverity, string] {
  const { dub } = twins[0]!;
  if (twins.every(({ other }) => other.language === dub.language)) {
    return ['info', 'Both are of the same language: one of them is enough.'];
  }
  const sounding = shot.dubs.filter((other) => !isSilent(other)).length;
  if (sounding > 2 && twins.length === sounding - 1) {
    return ['info', 'So is every other dub: nothing seems to be said in them in this shot.'];
  }
  const own = isInPlace(title, shot, dub);
  const others = twins.map(({ other }) => isInPlace(title, shot, other));
  if (own === true && others.every((inPlace) => inPlace === false)) {
    return [
      'info',
      'It sits where its language sits in the rest of the title, the other does not: that one is wrong.',
    ];
  }
  if (own === false && others.some((inPlace) => inPlace === true)) {
    return ['fault', 'The other sits where its language sits in the rest of the title, this one does not.'];
  }
  return ['fault', 'One of them is not what its tag says; the sound cannot tell which.'];
}

/** Whether a dub is, in this shot, where its language is in the title; null where that cannot be told. */
function isInPlace(title: HeardTitle, shot: HeardShot, dub: HeardTrack): boolean | null {
  const offset = title.offsets.find(({ voice }) => voice === dub.voice);
  if (shot.original === null || offset === undefined || offset.offsetMs === null || offset.shotCount < 2)
    return null;
  const best = peaksBetween(shot, shot.original.voice, dub.voice)[0];
  if (best === undefined || best.height < CLEAR_HEIGHT) return null;
  return Math.abs(best.lagMs - offset.offsetMs) <= OWN_PLACE_MS;
}
