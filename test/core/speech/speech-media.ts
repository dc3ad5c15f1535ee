/** Real and demo media as the speech tests take it: 16 kHz mono samples, by title, shot and language. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeAudio } from '../../../core/media/decode-audio.ts';
import { locateMediaTools } from '../../../core/process/media-tools.ts';

const ROOT = join(import.meta.dirname, '../../..');
const REAL = join(ROOT, '../shared/media/real-dubs');
const DEMO = join(ROOT, 'demo');

/** Whether the corpora are there. */
export const hasReal = existsSync(REAL);
export const hasDemo = existsSync(join(DEMO, 'truth.json')) && existsSync(join(DEMO, 'media'));

/** Where each language of a real title lies, ms (docs/checks.md). */
const REAL_OFFSETS_MS: Record<string, Record<string, number>> = {
  '1532254': { de: 0, es: -0.7, fr: -0.7, it: -0.2, ja: -0.7 },
  '80114859': { de: 0.8, es: 0.7, fr: -1.5, it: -0.2, ja: -1.5 },
  '80145138': { de: 11.9, es: 3.7, fr: 20.9, it: 14.2, ja: 14.0 },
  '81056348': { de: 0.6, es: -23.4, fr: 0.6, it: -41.7, ja: 0.6 },
  '81215414': { de: 0, es: 41.9, fr: 20.0, it: 0, ja: 0.5 },
};

/** One clean track, put right in time and as long as its original. */
export type SpeechTrack = { language: string; samples: Float32Array };
export type SpeechShot = { name: string; original: Float32Array; dubs: SpeechTrack[] };
export type SpeechTitle = { name: string; shots: SpeechShot[] };

/** A whole track, mono, 16 kHz. */
export async function soundOf(path: string, streamIndex: number): Promise<Float32Array> {
  return decodeAudio({ path, streamIndex, sha256: '' }, { sampleRateHz: 16_000 }, locateMediaTools());
}

/** The eight real shots. */
export async function realTitles(): Promise<SpeechTitle[]> {
  const titles: SpeechTitle[] = [];
  for (const file of readdirSync(REAL)
    .filter((name) => name.endsWith('_en.mp4'))
    .sort()) {
    const [name, shot] = file.split('_') as [string, string];
    const original = await soundOf(join(REAL, file), 1);
    const dubs = await Promise.all(
      Object.entries(REAL_OFFSETS_MS[name]!).map(async ([language, offsetMs]) => {
        const samples = await soundOf(join(REAL, `${name}_${shot}_${language}.mp4`), 1);
        return { language, samples: moved(samples, Math.round(offsetMs * 16), original.length) };
      }),
    );
    const title = titles.find((other) => other.name === name) ?? { name, shots: [] };
    if (!titles.includes(title)) titles.push(title);
    title.shots.push({ name: shot, original, dubs });
  }
  return titles;
}

type Truth = {
  titles: { id: string }[];
  scenes: { title: string; shot: number; files: { name: string; languages: string[] }[] }[];
  faults: { title: string; language: string; shot?: number }[];
};

/** The clean tracks of the demo corpus: the first `titleCount` titles. */
export async function demoTitles(titleCount: number): Promise<SpeechTitle[]> {
  const truth = JSON.parse(readFileSync(join(DEMO, 'truth.json'), 'utf8')) as Truth;
  const titles: SpeechTitle[] = [];
  for (const { id } of truth.titles.slice(0, titleCount)) {
    const title: SpeechTitle = { name: id, shots: [] };
    for (const scene of truth.scenes.filter(({ title: of }) => of === id)) {
      const tracks = await Promise.all(
        scene.files.flatMap(({ name, languages }) =>
          languages.map(async (language, i) => {
            const first = Number(/\.(mkv|mp4)$/.test(name));
            return { language, samples: await soundOf(join(DEMO, 'media', name), i + first) };
          }),
        ),
      );
      const original = tracks.find(({ language }) => language === 'en')!.samples;
      const isClean = ({ language }: SpeechTrack): boolean =>
        language !== 'en' &&
        !truth.faults.some(
          (fault) =>
            fault.title === id && fault.language === language && (fault.shot ?? scene.shot) === scene.shot,
        );
      const dubs = tracks
        .filter(isClean)
        .map(({ language, samples }) => ({ language, samples: moved(samples, 0, original.length) }));
      title.shots.push({ name: String(scene.shot), original, dubs });
    }
    titles.push(title);
  }
  return titles;
}

function moved(samples: Float32Array, late: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => samples[i + late] ?? 0);
}

/** Root mean square. */
export function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

/** `a` and `gain` times `b`, which is repeated where it is shorter. */
export function mixed(a: Float32Array, b: Float32Array, gain: number): Float32Array {
  return a.map((sample, i) => sample + gain * b[i % b.length]!);
}
