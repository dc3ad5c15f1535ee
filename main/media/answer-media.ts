/**
 * Media for the page, by opaque id: pictures, moving pictures in ranges, sound. The page never says a path and never learns
 * one; what an id means is looked up in the open project.
 */
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { AppError } from '../../core/domain/errors.ts';
import { PALETTE_BYTES } from '../../core/domain/spectrogram.ts';
import { spectrogram } from '../../core/dsp/spectrogram.ts';
import { scaleColour } from '../../core/evaluation/colour-scale.ts';
import { listenWindow } from '../../core/media/listen-window.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import type { Project } from '../../core/project/project.ts';
import { pictureOf, soundOf } from '../../core/project/queries/inspection.ts';
import { keptMediaOf } from '../handlers/inspection.ts';
import { parseMediaPath } from './media-path.ts';
import { parseRange } from './range.ts';
import { type SoundCache, soundKey } from './sound-cache.ts';

/** What a page asks for: the address below its origin, and the `Range` header if it sent one. */
export type MediaRequest = { url: string; range: string | null };

/** An answer; a file's part is read by whoever sends it on. */
export type MediaAnswer = {
  status: 200 | 206 | 400 | 404 | 416;
  headers: Record<string, string>;
  body:
    | { kind: 'bytes'; bytes: Uint8Array }
    /** Of the file, from `start` to `end`, both included. */
    | { kind: 'file'; path: string; start: number; end: number }
    | { kind: 'none' };
};

const TYPES: Record<string, string> = {
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.mov': 'video/mp4',
  '.webm': 'video/webm',
  '.mkv': 'video/x-matroska',
};

/** Small pictures stay what they are for a while; a file's bytes do not, it may be imported anew. */
const THUMBNAIL_HEADERS = { 'Content-Type': 'image/jpeg', 'Cache-Control': 'private, max-age=600' };

/** Answers one request; never throws for what a page may have asked wrongly. */
export async function answerMedia(
  project: Project,
  sounds: SoundCache,
  request: MediaRequest,
): Promise<MediaAnswer> {
  const wanted = parseMediaPath(request.url);
  if (wanted === null) return { status: 400, headers: {}, body: { kind: 'none' } };
  try {
    switch (wanted.kind) {
      case 'thumb': {
        const { sha256 } = pictureOf(project.db, wanted.id);
        const bytes = await keptMediaOf(project).thumbnail(sha256, wanted.sec);
        return bytes === null ? NOTHING : { status: 200, headers: THUMBNAIL_HEADERS, body: whole(bytes) };
      }
      case 'video':
        return await answerVideo(project, wanted.id, request.range);
      case 'sound': {
        const source = soundOf(project.db, wanted.id);
        const bytes = await sounds.get(soundKey(source, wanted), () =>
          listenWindow(source, wanted, locateMediaTools()),
        );
        return { status: 200, headers: { 'Content-Type': 'audio/wav' }, body: whole(bytes) };
      }
      case 'spectrum': {
        const heard = await keptMediaOf(project).heard(soundOf(project.db, wanted.id));
        if (heard === null) return NOTHING;
        const bytes = Buffer.concat([PALETTE, await spectrogram(heard.sound, wanted)]);
        return { status: 200, headers: { 'Content-Type': 'application/octet-stream' }, body: whole(bytes) };
      }
    }
  } catch (error) {
    if (error instanceof AppError) return NOTHING;
    throw error;
  }
}

/** The colours of heatmaps, byte by byte. */
const PALETTE = Uint8Array.from({ length: PALETTE_BYTES }, (_, i) => {
  const colour = scaleColour(Math.floor(i / 3) / (PALETTE_BYTES / 3 - 1));
  return Number.parseInt(colour.slice(1 + 2 * (i % 3), 3 + 2 * (i % 3)), 16);
});

async function answerVideo(project: Project, shotId: string, range: string | null): Promise<MediaAnswer> {
  const source = pictureOf(project.db, shotId);
  const path = (await keptMediaOf(project).proxyPath(source.sha256)) ?? source.path;
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
  if (size === 0) return NOTHING;
  const type = TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const part = parseRange(range, size);
  if (part === 'unsatisfiable') {
    return { status: 416, headers: { 'Content-Range': `bytes */${size}` }, body: { kind: 'none' } };
  }
  const { start, end } = part ?? { start: 0, end: size - 1 };
  const headers: Record<string, string> = {
    'Content-Type': type,
    'Accept-Ranges': 'bytes',
    'Content-Length': String(end - start + 1),
  };
  if (part !== null) headers['Content-Range'] = `bytes ${start}-${end}/${size}`;
  return { status: part === null ? 200 : 206, headers, body: { kind: 'file', path, start, end } };
}

const NOTHING: MediaAnswer = { status: 404, headers: {}, body: { kind: 'none' } };

function whole(bytes: Uint8Array): MediaAnswer['body'] {
  return { kind: 'bytes', bytes };
}
