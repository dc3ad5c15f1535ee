/** A plan as the rows of a list: titles, below opened ones their shots, below those their tracks. */
import type {
  PlannedImport,
  PlannedShot,
  PlannedTitle,
  PlannedTrack,
} from '../../core/domain/planned-import.ts';

/** One row of the list. */
export type PlanRow =
  | { kind: 'title'; key: string; title: PlannedTitle; isOpen: boolean }
  | { kind: 'shot'; key: string; title: PlannedTitle; shot: PlannedShot }
  | { kind: 'track'; key: string; shot: PlannedShot; track: PlannedTrack };

/** More tracks than this begin folded. */
const MOST_OPEN_TRACKS = 80;

/** Names of the titles that begin unfolded. */
export function openAtFirst({ titles }: PlannedImport): Set<string> {
  const tracks = titles.flatMap((title) => title.shots).reduce((sum, shot) => sum + shot.tracks.length, 0);
  return new Set(tracks <= MOST_OPEN_TRACKS ? titles.map(({ name }) => name) : []);
}

/** The rows, in order. */
export function planRows({ titles }: PlannedImport, open: ReadonlySet<string>): PlanRow[] {
  return titles.flatMap((title): PlanRow[] => {
    const isOpen = open.has(title.name);
    const head: PlanRow = { kind: 'title', key: `t ${title.name}`, title, isOpen };
    if (!isOpen) return [head];
    return [
      head,
      ...title.shots.flatMap((shot): PlanRow[] => [
        { kind: 'shot', key: `s ${title.name} ${shot.name}`, title, shot },
        ...shot.tracks.map(
          (track): PlanRow => ({
            kind: 'track',
            key: `k ${track.path} ${track.streamIndex} ${shot.name}`,
            shot,
            track,
          }),
        ),
      ]),
    ];
  });
}

/** Languages of a title's dubs, sorted. */
export function dubsOf({ shots }: PlannedTitle): string[] {
  const dubs = shots
    .flatMap((shot) => shot.tracks)
    .filter(({ role }) => role === 'dub' || role === 'synthetic');
  return [...new Set(dubs.map(({ language }) => language))].toSorted();
}
