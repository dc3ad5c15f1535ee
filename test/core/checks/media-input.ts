/** From a folder of files to what the checks take, without a project: for the tests on real and demo media. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckInput, CheckTrack, OpenTrack } from '../../../core/checks/check-input.ts';
import type { LanguageTag } from '../../../core/domain/language-tag.ts';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import { heardSourceOf } from './heard-source.ts';

/** Tracks that are kept open: a title is listened to twice, for its shifts and for its speech. */
const KEPT = 60;

/** Opens tracks of real files; `cut` may take a part of the sound, mono, 48 kHz. */
export function openerOf(cut: (samples: Float32Array) => Float32Array = (samples) => samples): OpenTrack {
  const tools = locateMediaTools();
  const kept = new Map<string, ReturnType<OpenTrack>>();
  return (source) => {
    const key = `${source.path}:${source.streamIndex}`;
    const found = kept.get(key);
    if (found !== undefined) return found;
    const opened = decodeAudio(source, { sampleRateHz: 48_000 }, tools).then((samples) =>
      heardSourceOf(cut(samples)),
    );
    kept.set(key, opened);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    return opened;
  };
}

/** One track; the original is English. */
export function trackOf(path: string, streamIndex: number, language: string): CheckTrack {
  return {
    trackId: `${path}:${streamIndex}`,
    language: language as LanguageTag,
    role: language === 'en' ? 'original' : 'dub',
    source: { path, streamIndex, sha256: '' },
  };
}

/** Files named `<title>_<shot>_<language>.mp4` whose first audio stream is stream 1. */
export function inputOfFolder(
  folder: string,
  durationsSec: (title: string, shot: string) => number,
): CheckInput {
  const input: CheckInput = { titles: [] };
  const names = readdirSync(folder).filter((name) => name.endsWith('.mp4'));
  for (const name of names.sort(
    (a, b) => Number(b.includes('_en.')) - Number(a.includes('_en.')) || (a < b ? -1 : 1),
  )) {
    const [titleName, shotName, language] = name.replace('.mp4', '').split('_') as [string, string, string];
    let title = input.titles.find((other) => other.name === titleName);
    if (title === undefined) {
      title = { titleId: titleName, name: titleName, originalLanguage: 'en' as LanguageTag, shots: [] };
      input.titles.push(title);
    }
    let shot = title.shots.find((other) => other.name === shotName);
    if (shot === undefined) {
      const durationSec = durationsSec(titleName, shotName);
      shot = { shotId: `${titleName}/${shotName}`, name: shotName, durationSec, tracks: [] };
      title.shots.push(shot);
    }
    shot.tracks.push(trackOf(join(folder, name), 1, language));
  }
  return input;
}
