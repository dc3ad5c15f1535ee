/** `finding/shared`: which stretches of a track are the same sound as the track that a finding holds it against. */
import { SAME_LIKENESS, type SharedSound, sharedSound } from '../../core/align/shared-sound.ts';
import type { HeardSource } from '../../core/checks/check-input.ts';
import type { KeptHearing } from '../../core/checks/kept-hearing.ts';
import { MOST_PARTNERS, type SharedCode, type SharedEvidence } from '../../core/domain/evidence.ts';
import type { Finding } from '../../core/domain/finding.ts';
import type { Project } from '../../core/project/project.ts';
import { findingOfTrack } from '../../core/project/queries/findings.ts';
import {
  findTrack,
  type StoredShot,
  shotOfTrack,
  storedShot,
} from '../../core/project/queries/inspection.ts';
import type { RequestArguments } from '../../core/rpc/contract.ts';
import { keptMediaOf } from './inspection.ts';

/** Goes up when it is compared in another way. */
const RECIPE = 1;
/** Other dubs that are shown for comparison at most. */
const MOST_OTHERS = 4;
const MOST_PLACES = 200;

type Track = StoredShot['tracks'][number];
/** A track that a finding names, with its shot. */
type Named = { track: Track; shot: StoredShot };
type Measure = SharedEvidence['measure'];
/** Another dub against the same partner, and how late it sounds. */
type Other = { compared: SharedSound; lateSec: number };

/** The picture; null where there is nothing of it. `kept` remembers comparisons. */
export async function sharedEvidence(
  project: Project,
  kept: KeptHearing,
  { trackId, code, partner: wanted = 0 }: RequestArguments<'finding/shared'>,
): Promise<SharedEvidence | null> {
  const finding = findingOfTrack(project.db, trackId, code);
  if (finding === null) return null;
  const shot = storedShot(project.db, shotOfTrack(project.db, trackId));
  const track = shot.tracks.find(({ id }) => id === trackId);
  const partners = partnersOf(project, shot, finding, code).slice(0, MOST_PARTNERS);
  const partner = partners[wanted];
  if (track === undefined || partner === undefined) return null;
  const compare = (one: Track): Promise<SharedSound | null> =>
    compareKept(project, kept, one, partner.track, {
      isSameShot: partner.shot.shotId === shot.shotId,
      withParts: one === track,
    });
  const own = await compare(track);
  const partnerSound = await heardOf(project, partner.track);
  if (own === null || partnerSound === null) return null;
  const others: Other[] = [];
  // What a dub of this shot usually has of the partner; of a sound elsewhere none has anything.
  if (partner.shot.shotId === shot.shotId) {
    for (const other of othersOf(shot, track, partner.track)) {
      const compared = await compare(other);
      if (compared !== null) others.push({ compared, lateSec: (other.offsetMs ?? 0) / 1000 });
    }
  }
  return {
    partners: partners.map(({ track: { language, role }, shot: its }) => {
      const isHere = its.shotId === shot.shotId;
      return {
        language,
        role,
        titleName: isHere ? null : its.titleName,
        shotName: isHere ? null : its.shotName,
      };
    }),
    partner: wanted,
    ...drawn(own, others, code, { durationSec: shot.durationSec, offsetMs: track.offsetMs ?? 0 }),
    partnerSec: partnerSound.sound.durationSec,
  };
}

/** Whom a finding holds a track against, in its words' order. */
function partnersOf(
  project: Project,
  shot: StoredShot,
  { trackId, numbers }: Finding,
  code: SharedCode,
): Named[] {
  const original = shot.tracks.filter(({ role }) => role === 'original').map((track) => ({ track, shot }));
  if (code === 'duplicate-track') {
    const languages = String(numbers.sameAs ?? '').split(' ');
    return shot.tracks
      .filter(
        ({ id, role, language }) => id !== trackId && role !== 'original' && languages.includes(language),
      )
      .map((track) => ({ track, shot }));
  }
  if (code !== 'shares-nothing' || numbers.foundTitle === null) return original;
  const found = findTrack(project.db, {
    titleName: String(numbers.foundTitle),
    shotName: String(numbers.foundShot),
    language: String(numbers.foundLanguage),
  });
  if (found === null) return original;
  const elsewhere = storedShot(project.db, found.shotId);
  const track = elsewhere.tracks.find(({ id }) => id === found.trackId);
  return track === undefined ? original : [...original, { track, shot: elsewhere }];
}

function othersOf({ tracks }: StoredShot, track: Track, partner: Track): Track[] {
  const isOther = ({ id, role }: Track): boolean =>
    id !== track.id && id !== partner.id && (role === 'dub' || role === 'synthetic');
  return tracks.filter(isOther).slice(0, MOST_OTHERS);
}

async function heardOf(project: Project, { source }: Track): Promise<HeardSource | null> {
  return keptMediaOf(project).heard(source);
}

/** Compared once; what was kept of the tracks' sound is all that it depends on. */
async function compareKept(
  project: Project,
  kept: KeptHearing,
  track: Track,
  partner: Track,
  { isSameShot, withParts }: { isSameShot: boolean; withParts: boolean },
): Promise<SharedSound | null> {
  const [own, its] = await Promise.all([heardOf(project, track), heardOf(project, partner)]);
  if (own === null || its === null) return null;
  const nearMs = isSameShot ? (partner.offsetMs ?? 0) - (track.offsetMs ?? 0) : 0;
  const content = ({ source: { sha256, streamIndex } }: Track) => ({ sha256, streamIndex });
  const key = {
    what: 'shared',
    recipe: RECIPE,
    tracks: [content(track), content(partner)],
    nearMs,
    withParts,
  };
  return kept.keep(key, () => sharedSound(own.sound, its.sound, { nearMs, withParts }));
}

/** From the track's own time to the shot's, where its sound is heard once its offset is taken out. */
function drawn(
  own: SharedSound,
  others: readonly Other[],
  code: SharedCode,
  { durationSec, offsetMs }: { durationSec: number; offsetMs: number },
): Omit<SharedEvidence, 'partners' | 'partner' | 'partnerSec'> {
  const measure: Measure = code === 'original-speech' || code === 'commentary' ? 'contained' : 'likeness';
  const late = offsetMs / 1000;
  const columns = own.columns.map((column) => ({
    startSec: column.startSec - late,
    endSec: column.endSec - late,
    value: column[measure],
    othersValue: middleOf(others.map((other) => valueAt(other, middleSec(column) - late, measure))),
  }));
  const active = columns.filter(({ value }) => value !== null);
  const lengthOf = (some: typeof columns): number =>
    Math.round(some.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0) * 100) / 100;
  const sameFrom = measure === 'likeness' ? SAME_LIKENESS : null;
  return {
    measure,
    // A foreign sound may go on for longer than the shot.
    timeWindow: { startSec: 0, endSec: Math.max(durationSec, columns.at(-1)?.endSec ?? 0) },
    columns,
    sameFrom,
    activeSec: lengthOf(active),
    sharedSec: lengthOf(active.filter(({ value }) => sameFrom !== null && value! >= sameFrom)),
    places: own.parts.slice(0, MOST_PLACES).map(({ startSec, endSec, otherSec }) => ({
      startSec: startSec - late,
      endSec: endSec - late,
      partnerSec: otherSec,
    })),
  };
}

function middleSec({ startSec, endSec }: { startSec: number; endSec: number }): number {
  return (startSec + endSec) / 2;
}

/** At a time of the shot. */
function valueAt({ compared, lateSec }: Other, sec: number, measure: Measure): number | null {
  const at = sec + lateSec;
  return compared.columns.find(({ startSec, endSec }) => at >= startSec && at < endSec)?.[measure] ?? null;
}

function middleOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known[known.length >> 1] ?? null;
}
