/** Which files make which title: shots with one picture, an original and its dubs. What fits nowhere is named. */
import { type LanguageTag, languageName, UNKNOWN_LANGUAGE } from '../domain/language-tag.ts';
import type { MediaTrack, TrackRole } from '../domain/media.ts';
import type { Split } from '../domain/title.ts';
import type { MediaScan, ScannedStream } from '../media/scan.ts';
import { stableId } from '../stable-id.ts';
import { noClaims, type ShotClaim, shotKey, type TitleClaim } from './claim.ts';
import { cutClips, type ImportedClip, listedClips } from './clips.ts';
import type { ImportNote } from './note.ts';
import { originalOf } from './original.ts';
import type { PlaceRules } from './place.ts';
import {
  type Candidate,
  candidatesOf,
  groupShots,
  type Leftover,
  type LocatedScan,
  type ShotFiles,
} from './shot-files.ts';

export type { Leftover } from './shot-files.ts';

/** A shot as an import found it. */
export type ImportedShot = {
  id: string;
  name: string;
  durationSec: number;
  /** `streamIndex` is -1 where there is no picture, which only titles of a list may lack. */
  video: { itemId: string; streamIndex: number };
  /** The original first. */
  tracks: MediaTrack[];
  clips: ImportedClip[];
  labels: readonly string[];
};

/** A title as an import found it. */
export type ImportedTitle = {
  id: string;
  name: string;
  originalLanguage: LanguageTag;
  shots: ImportedShot[];
  labels: readonly string[];
  /** What was said of it; null: nothing. */
  split: Split | null;
};

/** What files make. */
export type ImportPlan = {
  titles: ImportedTitle[];
  leftovers: Leftover[];
  /** What is amiss with files that were used. */
  remarks: ImportNote[];
};

/** Index of a picture that is not there. */
export const NO_PICTURE = -1;

/** Shorter shots hold too little to compare (our choice). */
const SHORTEST_SHOT_SEC = 1;
const SMALLEST_SIDE_PX = 64;

const UNSAID_TITLE: TitleClaim = { originalLanguage: null, split: null, labels: [], needsDub: true };
const UNSAID_SHOT: ShotClaim = { windows: [], labels: [] };

/** The rules where nobody said anything: files' own names. */
export const BY_NAME: PlaceRules = { claims: noClaims(), patterns: [], moved: new Map() };

/** Puts scanned files together. `originalLanguage` is what a person said; else the files decide, title by title. */
export function planImport(
  scans: readonly LocatedScan[],
  options: { originalLanguage: LanguageTag | null; rules?: PlaceRules },
): ImportPlan {
  const { originalLanguage, rules = BY_NAME } = options;
  const leftovers: Leftover[] = [];
  const remarks: ImportNote[] = [];
  const titles: ImportedTitle[] = [];
  const shots = groupShots(scans, rules, leftovers);
  for (const [name, files] of Map.groupBy(shots, (shot) => shot.title)) {
    const said = rules.claims.titles.get(name) ?? UNSAID_TITLE;
    const original = originalOf(files, originalLanguage ?? said.originalLanguage);
    const made = files.flatMap((shot) => {
      const claim = rules.claims.shots.get(shotKey(name, shot.shot)) ?? UNSAID_SHOT;
      return planShot(shot, { original, needsDub: said.needsDub, claim }, { leftovers, remarks });
    });
    if (made.length === 0) continue;
    const { labels, split } = said;
    titles.push({ id: titleIdOf(name), name, originalLanguage: original, shots: made, labels, split });
  }
  return { titles, leftovers, remarks };
}

/** Id of a file's item: files are the same when path and content are. */
export function itemIdOf(scan: MediaScan): string {
  return stableId('i', scan.file.path, scan.sha256);
}

/** Id of the title of this name. */
export function titleIdOf(name: string): string {
  return stableId('t', name);
}

type ShotWishes = { original: LanguageTag; needsDub: boolean; claim: ShotClaim };

function planShot(
  shot: ShotFiles,
  wishes: ShotWishes,
  { leftovers, remarks }: Pick<ImportPlan, 'leftovers' | 'remarks'>,
): ImportedShot[] {
  const leave = (reason: string, code?: Leftover['code']): ImportedShot[] => {
    for (const { scan } of shot.files)
      leftovers.push({ path: scan.file.path, reason, ...(code === undefined ? {} : { code }) });
    return [];
  };
  const { original, needsDub, claim } = wishes;
  const candidates = candidatesOf(shot);
  const main = candidates.find((c) => c.language === original && (c.role === null || c.role === 'original'));
  if (candidates.length === 0 && needsDub) return leave('it has no sound', 'DUB_NO_AUDIO');
  if (main === undefined && needsDub)
    return leave(`no track in the original language (${languageName(original)}) belongs to it`);
  const picture = pictureOf(shot, main);
  if (picture === null && needsDub) return leave('no picture belongs to it', 'CLIP_NO_VIDEO');
  const why = picture === null ? null : unfitPicture(picture.stream);
  if (why !== null) return leave(why.reason, why.code);
  const seen = picture ?? heardOnly(main);
  if (seen === null) return leave('it holds neither picture nor sound that can be used');
  const shotId = stableId('s', shot.title, shot.shot);
  const tracks = main === undefined ? [] : tracksOf(shotId, candidates, main, leftovers);
  if (needsDub && !tracks.some(isDub)) return leave('it has no dub beside the original');
  return [
    {
      id: shotId,
      name: shot.shot,
      durationSec: seen.stream.durationSec,
      video: { itemId: seen.itemId, streamIndex: picture === null ? NO_PICTURE : seen.stream.index },
      tracks,
      clips: clipsOf(shotId, shot, seen.stream, claim, remarks),
      labels: claim.labels,
    },
  ];
}

function isDub({ role }: MediaTrack): boolean {
  return role === 'dub' || role === 'synthetic';
}

function unfitPicture({ width, height, lastSec }: ScannedStream): Pick<Leftover, 'reason' | 'code'> | null {
  if (Math.min(width, height) < SMALLEST_SIDE_PX) {
    const reason = `its picture is ${width}x${height}; at least ${SMALLEST_SIDE_PX} pixels a side are needed`;
    return { reason, code: 'CLIP_TOO_SMALL' };
  }
  if (lastSec >= SHORTEST_SHOT_SEC) return null;
  const reason = `its picture lasts ${lastSec.toFixed(2)} s; at least ${SHORTEST_SHOT_SEC} s are needed`;
  return { reason, code: 'CLIP_TOO_SHORT' };
}

function clipsOf(
  shotId: string,
  shot: ShotFiles,
  { lastSec, cutsSec = [] }: ScannedStream,
  { windows }: ShotClaim,
  remarks: ImportNote[],
): ImportedClip[] {
  if (windows.length === 0) return cutClips(shotId, lastSec, cutsSec);
  const { clips, outside } = listedClips(shotId, lastSec, windows);
  if (outside > 0) {
    remarks.push({
      path: shot.files[0]!.scan.file.path,
      severity: 'warning',
      code: 'TIME_RANGE',
      message: `${outside} of the ${windows.length} windows listed for "${shot.title}", shot ${shot.shot}, end after its last frame (${lastSec.toFixed(2)} s). They were passed over; mend their times.`,
    });
  }
  return clips;
}

function tracksOf(
  shotId: string,
  candidates: readonly Candidate[],
  main: Candidate,
  leftovers: Leftover[],
): MediaTrack[] {
  const tracks = [trackOf(shotId, main, 'original')];
  const taken = new Set<string>([`original ${main.language}`]);
  for (const candidate of candidates) {
    if (candidate === main) continue;
    const where = `${candidate.file.scan.file.path} (track ${candidate.stream.index})`;
    const role = candidate.role === null || candidate.role === 'original' ? 'dub' : candidate.role;
    if (role === 'dub' && candidate.language === UNKNOWN_LANGUAGE) {
      leftovers.push({ path: where, reason: 'neither its name nor its container says which language it is' });
      continue;
    }
    if (role === 'dub' && candidate.language === main.language) {
      leftovers.push({
        path: where,
        reason: `the shot has its ${languageName(main.language)} original already`,
      });
      continue;
    }
    const key = `${role} ${candidate.language}`;
    if (taken.has(key)) {
      leftovers.push({
        path: where,
        reason: `the shot has a ${languageName(candidate.language)} ${role} already`,
      });
      continue;
    }
    taken.add(key);
    tracks.push(trackOf(shotId, candidate, role));
  }
  return tracks;
}

function trackOf(shotId: string, { file, stream, language }: Candidate, role: TrackRole): MediaTrack {
  return {
    id: stableId('k', shotId, file.itemId, stream.index),
    itemId: file.itemId,
    shotId,
    streamIndex: stream.index,
    language,
    role,
    sampleRateHz: stream.sampleRateHz,
    channels: stream.channels,
    durationSec: stream.durationSec,
  };
}

type Seen = { itemId: string; stream: ScannedStream };

/** The picture of a shot: the one that was named, that of the original's file, else the first there is. */
function pictureOf(shot: ShotFiles, main: Candidate | undefined): Seen | null {
  const named = shot.files.filter(({ place }) => place.role === 'video');
  for (const { scan, itemId } of [...named, ...(main === undefined ? [] : [main.file]), ...shot.files]) {
    const stream = scan.streams.find((candidate) => candidate.kind === 'video');
    if (stream !== undefined) return { itemId, stream };
  }
  return null;
}

function heardOnly(main: Candidate | undefined): Seen | null {
  return main === undefined ? null : { itemId: main.file.itemId, stream: main.stream };
}
