/** Dubs of something else. */
import { type FingerprintMatch, matchFingerprints } from '../align/fingerprint.ts';
import type { FindingDraft } from '../domain/finding.ts';
import { languageName } from '../domain/language-tag.ts';
import { type HeardShot, type HeardTitle, type HeardTrack, isSilent, trackFinding } from './heard.ts';
import { rounded, trackInShot } from './wording.ts';

/** Heights below this are what chance reaches, standard deviations. */
const CHANCE_HEIGHT = 6;
/** The original and another dub of the shot must share their bed this clearly before a third may be called foreign. */
const CLEAR_HEIGHT = 20;
/** A fingerprint found elsewhere. */
const MATCH_HEIGHT = 12;
const MATCH_RATIO = 1.5;
/** Fingerprints compared at most for one check, so that a huge project with many suspects still ends. */
const COMPARISON_BUDGET = 200_000;

/** A dub that shares nothing with the other languages of its shot. */
export type Suspect = {
  title: HeardTitle;
  shot: HeardShot;
  dub: HeardTrack;
  /** Best fit with any other track of the shot, standard deviations. */
  ownHeight: number;
  /** Best fit of the original with any other dub. */
  bedHeight: number;
};

type Elsewhere = { title: HeardTitle; shot: HeardShot; track: HeardTrack; match: FingerprintMatch };

/** The suspects of a title: dubs that are not even by way of another dub linked to the original of their shot. */
export function suspectsOf(title: HeardTitle): Suspect[] {
  return title.shots.flatMap((shot) => {
    const { original } = shot;
    if (original === null || isSilent(original)) return [];
    const family = familyOf(shot, original.voice);
    const bedHeight = highest(shot, (a, b) => a === original.voice && family.has(b));
    return shot.dubs
      .filter((dub) => !isSilent(dub) && !family.has(dub.voice))
      .map((dub) => {
        const ownHeight = highest(shot, (a, b) => a === dub.voice && family.has(b));
        return { title, shot, dub, ownHeight, bedHeight };
      });
  });
}

/** The voices that share sound with the original, or with one that does. */
function familyOf(shot: HeardShot, original: string): Set<string> {
  const family = new Set([original]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const { first, second, peaks } of shot.pairs) {
      if ((peaks[0]?.height ?? 0) < CHANCE_HEIGHT) continue;
      if (family.has(first)) family.add(second);
      if (family.has(second)) family.add(first);
    }
  }
  return family;
}

/** The best fit among the pairs of voices that are meant, either way round. */
function highest(shot: HeardShot, isMeant: (a: string, b: string) => boolean): number {
  const meant = shot.pairs.filter(({ first, second }) => isMeant(first, second) || isMeant(second, first));
  return Math.max(0, ...meant.map(({ peaks }) => peaks[0]?.height ?? 0));
}

/**
 * `shares-nothing`: fault where a suspect is found again in another shot (which is named), or where its original and
 * another dub clearly share a bed that it lacks; else null. Nothing is said of the rest: two voices over silence share
 * nothing either.
 * @param elsewhere titles to look in; empty: do not look.
 */
export function judgeSuspect(suspect: Suspect, elsewhere: readonly HeardTitle[]): FindingDraft | null {
  if (isInOwnShot(suspect)) return null;
  const found = findElsewhere(suspect, elsewhere);
  const { title, shot, dub, ownHeight, bedHeight } = suspect;
  if (found === null && bedHeight < CLEAR_HEIGHT) return null;
  const contrast = bedHeight < CLEAR_HEIGHT ? '' : ', which clearly share their music and effects';
  const sentence = `${trackInShot(dub, shot)} shares nothing with the other languages of its shot${contrast}.${placeText(suspect, found)}`;
  const numbers = {
    ownHeightSd: rounded(ownHeight, 1),
    bedHeightSd: rounded(bedHeight, 1),
    foundHeightSd: found === null ? null : rounded(found.match.height, 1),
    foundTitle: found?.title.name ?? null,
    foundShot: found?.shot.name ?? null,
    foundLanguage: found?.track.language ?? null,
  };
  return trackFinding(title, shot, dub, { code: 'shares-nothing', severity: 'fault', sentence, numbers });
}

/** How many suspects may be looked for in all titles, so that a huge project with many suspects still ends. */
export function searchableSuspects(titles: readonly HeardTitle[]): number {
  const tracks = titles.flatMap(({ shots }) => shots.map(({ dubs }) => dubs.length + 1));
  const trackCount = tracks.reduce((sum, count) => sum + count, 0);
  return Math.max(1, Math.floor(COMPARISON_BUDGET / Math.max(1, trackCount)));
}

/** A dub that is shifted farther than was looked, or turned upside down, is no foreign sound. */
function isInOwnShot({ shot, dub }: Suspect): boolean {
  return [shot.original, ...shot.dubs].some(
    (track) =>
      track !== null && track !== dub && isMatch(matchFingerprints(dub.fingerprint, track.fingerprint)),
  );
}

function isMatch(match: FingerprintMatch): boolean {
  return match.height >= MATCH_HEIGHT && match.ratio >= MATCH_RATIO;
}

function placeText(suspect: Suspect, found: Elsewhere | null): string {
  if (found === null) return '';
  const title = found.title === suspect.title ? 'this title' : `"${found.title.name}"`;
  return ` It is the sound of shot ${found.shot.name} of ${title} (${languageName(found.track.language)}).`;
}

function findElsewhere(suspect: Suspect, titles: readonly HeardTitle[]): Elsewhere | null {
  let best: Elsewhere | null = null;
  for (const title of titles) {
    for (const shot of title.shots) {
      if (shot === suspect.shot) continue;
      for (const track of [shot.original, ...shot.dubs]) {
        if (track === null || isSilent(track)) continue;
        const match = matchFingerprints(suspect.dub.fingerprint, track.fingerprint);
        if (!isMatch(match)) continue;
        if (best === null || match.height > best.match.height) best = { title, shot, track, match };
      }
    }
  }
  return best;
}
