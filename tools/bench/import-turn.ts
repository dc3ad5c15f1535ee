/** One turn of the import benchmark: what the workers of an import and of its checks do, in one process. */
import type { CheckInput } from '../../core/checks/check-input.ts';
import { systemClock } from '../../core/clock.ts';
import { type ImportResult, importMedia } from '../../core/intake/import-media.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { checkTask } from '../../main/tasks/check-task.ts';
import { processorSec } from './tree-memory.ts';

/** What the process prints. */
export type ImportTurn = {
  importMs: number;
  checkMs: number;
  /** The same import once more. */
  againMs: number;
  /** The same checks once more. */
  checkAgainMs: number;
  /** Processor time of Node for the import alone, s. */
  importOwnSec: number;
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
const importedSec = processorSec();
if (imported.titles.length !== 1)
  throw new Error(`No title: ${JSON.stringify([imported.refused, imported.leftovers])}`);
await check();
const checkedMs = performance.now();
const { own, children } = processorSec();
await importMedia(request, tools);
const importedAgainMs = performance.now();
await check();
const checkedAgainMs = performance.now();
const turn: ImportTurn = {
  importMs: importedMs - beginMs,
  checkMs: checkedMs - importedMs,
  againMs: importedAgainMs - checkedMs,
  checkAgainMs: checkedAgainMs - importedAgainMs,
  importOwnSec: importedSec.own,
  ownSec: own,
  childrenSec: children,
  ownPeakBytes: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(`${JSON.stringify(turn)}\n`);

async function check(): Promise<void> {
  await checkTask(
    { kind: 'check', input: inputOf(imported), cacheFolder, profile: null },
    {
      signal: new AbortController().signal,
      clock: systemClock,
      onProgress: () => {},
      onFile: () => {},
      onMetrics: () => {},
      onEngine: () => {},
      onWarning: () => {},
    },
  );
}

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
