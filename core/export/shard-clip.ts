/** What a clip is called in a shard, and what its JSON says. */
import type { DatasetAudio, DatasetClip } from '../domain/dataset.ts';
import { pairKey } from './columns.ts';

/** One sound of a clip and the ending of its file, e.g. `fr.flac`. */
export type ShardSound = { audio: DatasetAudio; ending: string };

/** The name of a clip's files: no dot in it, since WebDataset ends the key at the first one. */
export function sampleKey({ clipId }: DatasetClip): string {
  return clipId.replace(/[^\w-]/g, '_');
}

/** The clip's sounds, the original first. A second sound of a language is `fr-x-2`, a third `fr-x-3`. */
export function soundsOf({ original, dubs }: DatasetClip): ShardSound[] {
  const seen = new Map<string, number>();
  return [original, ...dubs].map((audio) => {
    const language = audio.language.replace(/[^\w-]/g, '_');
    const count = (seen.get(language) ?? 0) + 1;
    seen.set(language, count);
    return { audio, ending: count === 1 ? `${language}.flac` : `${language}-x-${count}.flac` };
  });
}

/** The text of `key.json`; its fields are described in docs/export.md. */
export function sampleJson(clip: DatasetClip, sounds: readonly ShardSound[], sampleRateHz: number): string {
  const { startSec, endSec } = clip.timeWindow;
  const value = {
    key: sampleKey(clip),
    title: clip.titleName,
    shot: clip.shotName,
    split: clip.split,
    start_sec: startSec,
    end_sec: endSec,
    sample_rate_hz: sampleRateHz,
    original_language: clip.original.language,
    video_sha256: clip.video.sha256,
    video_stream: clip.video.streamIndex,
    sounds: sounds.map(({ audio, ending }) => ({
      file: ending,
      language: audio.language,
      role: audio.pairId === null ? 'original' : 'dub',
      offset_ms: audio.offsetMs,
      offset_uncertainty_ms: audio.uncertaintyMs ?? null,
      sha256: audio.source.sha256,
      stream: audio.source.streamIndex,
      pair_key: audio.pairId === null ? null : keyOf(clip, audio),
    })),
  };
  return `${JSON.stringify(value, null, 1)}\n`;
}

function keyOf({ video, timeWindow }: DatasetClip, { source, language }: DatasetAudio): string {
  return pairKey({
    videoSha256: video.sha256,
    videoStream: video.streamIndex,
    dubSha256: source.sha256,
    dubStream: source.streamIndex,
    language,
    ...timeWindow,
  });
}
