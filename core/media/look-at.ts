/** A glance at a file: what its header says, as a scan would tell it. Nothing is decoded, so nothing is sure. */
import type { MediaTools } from '../process/media-tools.ts';
import { inspectFile } from './file-kind.ts';
import { probeMedia } from './probe.ts';
import type { MediaScan } from './scan.ts';

/** Lengths are what the header promises; `sha256` is ''. @throws AppError as `inspectFile` and `probeMedia`. */
export async function lookAt(
  path: string,
  tools: MediaTools,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<MediaScan> {
  const file = await inspectFile(path);
  const probe = await probeMedia(file, tools, options);
  const durationSec = probe.headerDurationSec ?? 0;
  const streams = probe.streams
    .filter(({ kind }) => kind !== 'other')
    .map((stream) => ({ ...stream, decodedCount: 0, durationSec, lastSec: durationSec }));
  return { file, sha256: '', durationSec, streams, warnings: [] };
}
