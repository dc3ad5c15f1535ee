/** Requests of the inspector: a shot with its tracks, and the outlines of their sounds. */
import { join } from 'node:path';
import type { InspectedTrack, ShotInspection } from '../../core/domain/inspection.ts';
import { KeptMedia } from '../../core/media/kept-media.ts';
import { needsProxy } from '../../core/media/proxy.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import type { Project } from '../../core/project/project.ts';
import { type StoredShot, soundOf, storedShot } from '../../core/project/queries/inspection.ts';
import type { Handlers } from '../../core/rpc/contract.ts';
import type { HostContext } from '../host.ts';

/** Louder or quieter than this is no longer matched: something else is wrong then, dB (our choice). */
const MOST_GAIN_DB = 24;

/** Handlers of `shot/inspect` and `track/peaks`. */
export function inspectionHandlers(context: HostContext) {
  return {
    'shot/inspect': ({ shotId }) => inspectShot(context.project(), shotId),
    'track/peaks': ({ trackId, ...part }) => {
      const project = context.project();
      return keptMediaOf(project).peaks(soundOf(project.db, trackId), part);
    },
  } satisfies Partial<Handlers>;
}

const kept = new WeakMap<Project, KeptMedia>();

/** What import kept of a project's files; one reader a project. */
export function keptMediaOf(project: Project): KeptMedia {
  const known = kept.get(project) ?? new KeptMedia(join(project.folder, 'cache'), locateMediaTools());
  kept.set(project, known);
  return known;
}

async function inspectShot(project: Project, shotId: string): Promise<ShotInspection> {
  const { video, tracks, ...shot } = storedShot(project.db, shotId);
  const media = keptMediaOf(project);
  const record = await media.record(video.sha256);
  const stream = record?.probe.streams.find(({ index }) => index === video.streamIndex);
  const scanned = record?.videos.find(({ streamIndex }) => streamIndex === video.streamIndex);
  const hasPicture = record === null || stream?.kind === 'video';
  const hasProxy = (await media.proxyPath(video.sha256)) !== null;
  const isPlayable = record !== null && !needsProxy(record.probe);
  return {
    ...shot,
    picture: !hasPicture ? 'none' : hasProxy ? 'proxy' : isPlayable || record === null ? 'original' : 'none',
    frameRateHz: scanned === undefined ? null : rateOf(scanned),
    cutsSec: scanned?.cutsSec ?? [],
    tracks: await matched(media, tracks),
  };
}

function rateOf({ frameCount, firstSec, endSec }: { frameCount: number; firstSec: number; endSec: number }) {
  return endSec > firstSec && frameCount > 1 ? frameCount / (endSec - firstSec) : null;
}

async function matched(media: KeptMedia, tracks: StoredShot['tracks']): Promise<InspectedTrack[]> {
  const loudness = await Promise.all(
    tracks.map(({ source }) => media.loudnessLufs(source.sha256, source.streamIndex)),
  );
  const original = tracks.findIndex(({ role }) => role === 'original');
  const wanted = loudness[original] ?? null;
  return tracks.map(({ source: _source, ...track }, i) => {
    const own = loudness[i] ?? null;
    const gainDb = own === null || wanted === null ? 0 : wanted - own;
    return {
      ...track,
      loudnessLufs: own,
      matchGainDb: Math.max(-MOST_GAIN_DB, Math.min(MOST_GAIN_DB, gainDb)),
    };
  });
}
