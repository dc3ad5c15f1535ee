/** Which files make which title: shots with one picture, an original and its dubs. What fits nowhere is named. */
import { type LanguageTag, languageName, UNKNOWN_LANGUAGE } from '../domain/language-tag.ts';
import type { MediaTrack, TrackRole } from '../domain/media.ts';
import type { Clip } from '../domain/title.ts';
import { stableId } from '../stable-id.ts';
import { clipWindows } from './clip-windows.ts';
import { parseShotName } from './naming.ts';
import { roleOf } from './roles.ts';
import type { MediaScan, ScannedStream } from './scan.ts';

/** A shot as an import found it. */
export type ImportedShot = {
  id: string;
  name: string;
  durationSec: number;
  video: { itemId: string; streamIndex: number };
  /** The original first. */
  tracks: MediaTrack[];
  clips: Clip[];
};

/** A title as an import found it. */
export type ImportedTitle = {
  id: string;
  name: string;
  originalLanguage: LanguageTag;
  shots: ImportedShot[];
};

/** A file, or a track of one, that became no part of a title, and why. */
export type Leftover = { path: string; reason: string };

/** What files make. */
export type ImportPlan = { titles: ImportedTitle[]; leftovers: Leftover[] };

/** Shorter shots hold too little to compare (our choice). */
const SHORTEST_SHOT_SEC = 1;
const SMALLEST_SIDE_PX = 64;

type Candidate = {
  scan: MediaScan;
  itemId: string;
  stream: ScannedStream;
  language: LanguageTag;
  role: TrackRole | null;
};
type ShotFiles = { titleName: string; shotName: string; scans: MediaScan[] };

/** Puts scanned files together. `originalLanguage` is what a person said; else the files decide, title by title. */
export function planImport(
  scans: readonly MediaScan[],
  options: { originalLanguage: string | null },
): ImportPlan {
  const leftovers: Leftover[] = [];
  const shots = groupShots(scans);
  const titles: ImportedTitle[] = [];
  for (const [titleName, files] of Map.groupBy(shots, (shot) => shot.titleName)) {
    const original = originalOf(files, options.originalLanguage);
    const made = files.flatMap((shot) => planShot(titleName, shot, original, leftovers));
    if (made.length === 0) continue;
    titles.push({ id: stableId('t', titleName), name: titleName, originalLanguage: original, shots: made });
  }
  return { titles, leftovers };
}

/** Id of a file's item: files are the same when path and content are. */
export function itemIdOf(scan: MediaScan): string {
  return stableId('i', scan.file.path, scan.sha256);
}

function groupShots(scans: readonly MediaScan[]): ShotFiles[] {
  const shots = new Map<string, ShotFiles>();
  // By path, so that the same files make the same titles however they were given.
  for (const scan of [...scans].sort((a, b) => compare(a.file.path, b.file.path))) {
    const { title, shot } = parseShotName(scan.file.name);
    const key = JSON.stringify([title, shot]);
    const known = shots.get(key) ?? { titleName: title, shotName: shot, scans: [] };
    known.scans.push(scan);
    shots.set(key, known);
  }
  return [...shots.values()].sort(
    (a, b) => compare(a.titleName, b.titleName) || compare(a.shotName, b.shotName),
  );
}

/** The original language of a title: said, marked, what most pictures have as first track, English, the first. */
function originalOf(files: readonly ShotFiles[], said: string | null): LanguageTag {
  const candidates = files.flatMap(candidatesOf);
  if (said !== null && candidates.some((c) => c.language === said)) return said as LanguageTag;
  const marked = candidates.find((c) => c.role === 'original');
  if (marked !== undefined) return marked.language;
  const own = mostFrequent(files.flatMap((shot) => ownLanguageOf(shot) ?? []));
  if (own !== null) return own;
  const languages = candidates.filter((c) => c.role === null).map((c) => c.language);
  return languages.find((language) => language === 'en') ?? languages.sort(compare)[0] ?? UNKNOWN_LANGUAGE;
}

/** What a shot's only picture has as its first track; null where each language has a picture of its own. */
function ownLanguageOf(shot: ShotFiles): LanguageTag | null {
  const [only, ...others] = shot.scans.filter(hasVideo);
  if (only === undefined || others.length > 0) return null;
  return candidatesOf(shot).find((c) => c.scan === only && c.role === null)?.language ?? null;
}

/** The most frequent; of equally frequent ones the first. */
function mostFrequent(languages: readonly LanguageTag[]): LanguageTag | null {
  const groups = [...Map.groupBy(languages, (language) => language).values()];
  const largest = Math.max(...groups.map((group) => group.length));
  return groups.find((group) => group.length === largest)?.[0] ?? null;
}

function planShot(
  titleName: string,
  shot: ShotFiles,
  original: LanguageTag,
  leftovers: Leftover[],
): ImportedShot[] {
  const leave = (reason: string): ImportedShot[] => {
    for (const scan of shot.scans) leftovers.push({ path: scan.file.path, reason });
    return [];
  };
  const candidates = candidatesOf(shot);
  const main = candidates.find((c) => c.language === original && (c.role === null || c.role === 'original'));
  if (main === undefined)
    return leave(`no track in the original language (${languageName(original)}) belongs to it`);
  const picture = pictureOf(shot, main);
  if (picture === null) return leave('no picture belongs to it');
  const { width, height, lastSec, durationSec } = picture.stream;
  if (Math.min(width, height) < SMALLEST_SIDE_PX) {
    return leave(`its picture is ${width}x${height}; at least ${SMALLEST_SIDE_PX} pixels a side are needed`);
  }
  if (lastSec < SHORTEST_SHOT_SEC) {
    return leave(`its picture lasts ${lastSec.toFixed(2)} s; at least ${SHORTEST_SHOT_SEC} s are needed`);
  }
  const shotId = stableId('s', titleName, shot.shotName);
  const tracks = tracksOf(shotId, candidates, main, leftovers);
  if (!tracks.some((track) => track.role === 'dub')) return leave('it has no dub beside the original');
  const clips = clipWindows(lastSec).map((timeWindow) => ({
    id: stableId('c', shotId, timeWindow.startSec, timeWindow.endSec),
    shotId,
    timeWindow,
  }));
  const video = { itemId: itemIdOf(picture.scan), streamIndex: picture.stream.index };
  return [{ id: shotId, name: shot.shotName, durationSec, video, tracks, clips }];
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
    const where = `${candidate.scan.file.path} (track ${candidate.stream.index})`;
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

function trackOf(shotId: string, { itemId, stream, language }: Candidate, role: TrackRole): MediaTrack {
  return {
    id: stableId('k', shotId, itemId, stream.index),
    itemId,
    shotId,
    streamIndex: stream.index,
    language,
    role,
    sampleRateHz: stream.sampleRateHz,
    channels: stream.channels,
    durationSec: stream.durationSec,
  };
}

/** The picture of a shot: that of the original's file, else the first there is. */
function pictureOf(shot: ShotFiles, main: Candidate): { scan: MediaScan; stream: ScannedStream } | null {
  for (const scan of [main.scan, ...shot.scans]) {
    const stream = scan.streams.find((candidate) => candidate.kind === 'video');
    if (stream !== undefined) return { scan, stream };
  }
  return null;
}

/** Every audio track of a shot with language and role; files by name, tracks in their order. */
function candidatesOf({ scans }: ShotFiles): Candidate[] {
  return scans.flatMap((scan) => {
    const named = parseShotName(scan.file.name).language;
    const audio = scan.streams.filter((stream) => stream.kind === 'audio');
    return audio.map((stream) => ({
      scan,
      itemId: itemIdOf(scan),
      stream,
      // A name that says the language was chosen by a person for this one track; a container's tag is often a default.
      language: audio.length === 1 && named !== null ? named : stream.language,
      role: roleOf(stream),
    }));
  });
}

function hasVideo(scan: MediaScan): boolean {
  return scan.streams.some((stream) => stream.kind === 'video');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
