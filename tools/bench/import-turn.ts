/** One turn of the import benchmark: what the workers of an import and of its checks do, in one process. */
import type { CheckInput } from '../../core/checks/check-input.ts';
import { runChecks } from '../../core/checks/run-checks.ts';
import { type ImportResult, importMedia } from '../../core/intake/import-media.ts';
import { openTrack } from '../../core/media/scan-cache.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { processorSec } from './tree-memory.ts';

/** What the process prints. */
export type ImportTurn = {
  importMs: number;
  checkMs: number;
  /** The same import once more. */
  againMs: number;
  /** Processor time of Node, and of ffmpeg, s. */
  ownSec: number;
  childrenSec: number;
  /** Of Node alone. */
  ownPeakBytes: number;
};

const [path = '', cacheFolder = ''] = process.argv.slice(2);
process.stderr.write(`pid ${process.pid}\n`);
const tools = locateMediaTools();
const request = { inputs: [path], originalLanguage: 'en', cacheFolder };
const beginMs = performance.now();
const imported = await importMedia(request, tools);
const importedMs = performance.now();
if (imported.titles.length !== 1)
  throw new Error(`No title: ${JSON.stringify([imported.refused, imported.leftovers])}`);
await runChecks(inputOf(imported), { openTrack: (source) => openTrack(source, cacheFolder, tools) });
const checkedMs = performance.now();
await importMedia(request, tools);
const againMs = performance.now() - checkedMs;
const { own, children } = processorSec();
const turn: ImportTurn = {
  importMs: importedMs - beginMs,
  checkMs: checkedMs - importedMs,
  againMs,
  ownSec: own,
  childrenSec: children,
  ownPeakBytes: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(`${JSON.stringify(turn)}\n`);

function inputOf({ titles, items }: ImportResult): CheckInput {
  const itemById = new Map(items.map((item) => [item.id, item]));
  return {
    titles: titles.map(({ id, name, originalLanguage, shots }) => ({
      titleId: id,
      name,
      originalLanguage,
      shots: shots.map((shot) => ({
        shotId: shot.id,
        name: shot.name,
        durationSec: shot.durationSec,
        tracks: shot.tracks.map((track) => {
          const item = itemById.get(track.itemId)!;
          const source = { path: item.path, streamIndex: track.streamIndex, sha256: item.sha256 };
          return { trackId: track.id, language: track.language, role: track.role, source };
        }),
      })),
    })),
  };
}
