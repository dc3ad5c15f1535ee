/** The clean media that faults are planted in. */
import type { CheckInput } from '../checks/check-input.ts';
import type { LanguageTag } from '../domain/language-tag.ts';
import type { AudioSource, TrackRole } from '../domain/media.ts';
import type { ImportResult } from '../intake/import-media.ts';

/** One audio track of a shot. */
export type SourceTrack = { language: LanguageTag; role: TrackRole; audio: AudioSource };

/** One shot: its picture, the original first among its tracks. */
export type SourceShot = {
  id: string;
  name: string;
  durationSec: number;
  picture: AudioSource;
  tracks: SourceTrack[];
  /** Shots that are played one after the other to make this one; absent for a shot of a file's own. */
  parts?: SourceShot[];
};

/** One title. */
export type SourceTitle = { id: string; name: string; originalLanguage: LanguageTag; shots: SourceShot[] };

/** What an import found, with paths in place of ids. */
export function sourceTitlesOf(imported: Pick<ImportResult, 'titles' | 'items'>): SourceTitle[] {
  const items = new Map(imported.items.map((item) => [item.id, item]));
  const streamOf = (itemId: string, streamIndex: number): AudioSource => {
    const { path, sha256 } = items.get(itemId)!;
    return { path, streamIndex, sha256 };
  };
  return imported.titles.map(({ id, name, originalLanguage, shots }) => ({
    id,
    name,
    originalLanguage,
    shots: shots.map((shot) => ({
      id: shot.id,
      name: shot.name,
      durationSec: shot.durationSec,
      picture: streamOf(shot.video.itemId, shot.video.streamIndex),
      tracks: shot.tracks.map(({ language, role, itemId, streamIndex }) => ({
        language,
        role,
        audio: streamOf(itemId, streamIndex),
      })),
    })),
  }));
}

/** The source as the checks take it. Track ids are only used to tell the tracks of a shot apart. */
export function checkInputOfSource(titles: readonly SourceTitle[]): CheckInput {
  return {
    titles: titles.map(({ id, name, originalLanguage, shots }) => ({
      titleId: id,
      name,
      originalLanguage,
      shots: shots.map((shot) => ({
        shotId: shot.id,
        name: shot.name,
        durationSec: shot.durationSec,
        tracks: shot.tracks.map(({ language, role, audio }, i) => ({
          trackId: `${shot.id} ${i}`,
          language,
          role,
          source: audio,
        })),
      })),
    })),
  };
}

/** The dubs of a shot. */
export function dubsOf(shot: SourceShot): SourceTrack[] {
  return shot.tracks.filter(({ role }) => role === 'dub');
}

/** Shots played one after the other until each is at least `leastSec` long: short shots become scenes. */
export function joinShots(titles: readonly SourceTitle[], leastSec: number): SourceTitle[] {
  return titles.map((title) => ({ ...title, shots: scenesOf(title.shots, leastSec).map(joinedShot) }));
}

function scenesOf(shots: readonly SourceShot[], leastSec: number): SourceShot[][] {
  const scenes: SourceShot[][] = [];
  let lengthSec = Number.POSITIVE_INFINITY;
  for (const shot of shots) {
    if (lengthSec >= leastSec) {
      scenes.push([]);
      lengthSec = 0;
    }
    scenes.at(-1)!.push(shot);
    lengthSec += shot.durationSec;
  }
  // A rest that is too short belongs to the scene before it.
  if (scenes.length > 1 && lengthSec < leastSec) scenes.at(-2)!.push(...scenes.pop()!);
  return scenes;
}

/** Only languages that every part has can go through. */
function joinedShot(parts: SourceShot[], index: number): SourceShot {
  const [first] = parts;
  const tracks = first!.tracks.filter(({ language, role }) =>
    parts.every((part) => part.tracks.some((track) => track.language === language && track.role === role)),
  );
  const durationSec = parts.reduce((sum, part) => sum + part.durationSec, 0);
  return { ...first!, name: String(index + 1).padStart(2, '0'), durationSec, tracks, parts };
}
