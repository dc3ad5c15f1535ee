/** Turns raw frames and samples into the corpus's files: every layout that an import has to understand. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnTool } from '../../core/process/spawn-tool.ts';
import type { PlannedScene } from './plan.ts';
import { FRAME_RATE, HEIGHT_PX, WIDTH_PX } from './scene.ts';
import { SAMPLE_RATE_HZ } from './sound.ts';
import { type DemoLanguage, ORIGINAL_LANGUAGE } from './titles.ts';
import type { Track } from './tracks.ts';

/** One file of a scene and the languages that are heard in it. */
export type DemoFile = { name: string; languages: DemoLanguage[] };

/** ISO 639-2 codes; Matroska asks for the bibliographic ones, MP4 for the terminological ones. */
const MATROSKA_CODES = { en: 'eng', de: 'ger', es: 'spa', fr: 'fre', it: 'ita' } as const;
const MP4_CODES = { en: 'eng', de: 'deu', es: 'spa', fr: 'fra', it: 'ita' } as const;
const SIDECAR_EXTENSIONS = { en: '', de: 'opus', es: 'm4a', fr: 'opus', it: 'opus' } as const;
/** Dubs that are kept lossless, to have the format in the corpus; more of them would make it too large. */
const LOSSLESS = new Set(['mill-street_01.it', 'river-mouth_01.it']);
/** Nothing of the machine, the clock or the tools' versions in the files. */
const REPRODUCIBLE = [
  '-map_metadata',
  '-1',
  '-fflags',
  '+bitexact',
  '-flags:v',
  '+bitexact',
  '-flags:a',
  '+bitexact',
];
const AAC = ['-c:a', 'aac', '-b:a', '44k'];
const OPUS = ['-c:a', 'libopus', '-b:a', '24k', '-application', 'audio', '-frame_duration', '40'];

/** Encodes one scene into `folder` and says what was written. */
export async function encodeScene(
  scene: PlannedScene,
  frames: Uint8Array,
  tracks: readonly Track[],
  folder: string,
): Promise<DemoFile[]> {
  const temporary = await mkdtemp(join(tmpdir(), 'demo-corpus-'));
  try {
    const video = join(temporary, 'video.mp4');
    await encodeVideo(frames, video);
    const sounds = new Map<DemoLanguage, string>();
    for (const { language, samples } of tracks) {
      const path = join(temporary, `${language}.f32`);
      await writeFile(path, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
      sounds.set(language, path);
    }
    const stem = `${scene.title.id}_${String(scene.shot).padStart(2, '0')}`;
    const layouts = { mkv: multiTrack, mp4: multiTrack, sidecar: withSidecars, 'per-language': perLanguage };
    return await layouts[scene.title.layout]({ scene, stem, folder, video, sounds });
  } finally {
    await rm(temporary, { recursive: true });
  }
}

type Parts = {
  scene: PlannedScene;
  stem: string;
  folder: string;
  video: string;
  sounds: Map<DemoLanguage, string>;
};

async function encodeVideo(frames: Uint8Array, path: string): Promise<void> {
  const raw = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-s',
    `${WIDTH_PX}x${HEIGHT_PX}`,
    '-r',
    `${FRAME_RATE}`,
  ];
  const x264 = [
    '-c:v',
    'libx264',
    '-preset',
    'slow',
    '-crf',
    '32',
    '-pix_fmt',
    'yuv420p',
    '-threads',
    '1',
    '-g',
    '50',
  ];
  await ffmpeg([...raw, '-i', '-', '-bf', '0', ...x264, ...REPRODUCIBLE, path], frames);
}

async function multiTrack({ scene, stem, folder, video, sounds }: Parts): Promise<DemoFile[]> {
  const isMatroska = scene.title.layout === 'mkv';
  const codes = isMatroska ? MATROSKA_CODES : MP4_CODES;
  const languages = [...sounds.keys()];
  const inputs = languages.flatMap((language) => rawSound(sounds.get(language)!));
  const labels = languages.flatMap((language, i) => [
    '-map',
    `${i + 1}:a`,
    `-metadata:s:a:${i}`,
    `language=${codes[language]}`,
    `-disposition:a:${i}`,
    language === ORIGINAL_LANGUAGE ? 'default+original' : 'dub',
  ]);
  const name = `${stem}.${scene.title.layout}`;
  const codec = isMatroska ? OPUS : AAC;
  const args = ['-i', video, ...inputs, '-map', '0:v', '-c:v', 'copy', ...codec, ...REPRODUCIBLE, ...labels];
  await ffmpeg([...args, join(folder, name)]);
  return [{ name, languages }];
}

async function withSidecars(parts: Parts): Promise<DemoFile[]> {
  const { stem, folder, sounds } = parts;
  const files = [await oneLanguage(parts, `${stem}.mp4`, ORIGINAL_LANGUAGE)];
  for (const [language, sound] of sounds) {
    if (language === ORIGINAL_LANGUAGE) continue;
    const isLossless = LOSSLESS.has(`${stem}.${language}`);
    const extension = isLossless ? 'flac' : SIDECAR_EXTENSIONS[language];
    const codec = { flac: ['-c:a', 'flac', '-sample_fmt', 's16'], m4a: AAC, opus: OPUS, '': [] }[extension];
    const name = `${stem}.${language}.${extension}`;
    await ffmpeg([...rawSound(sound), ...codec, ...REPRODUCIBLE, join(folder, name)]);
    files.push({ name, languages: [language] });
  }
  return files;
}

async function perLanguage(parts: Parts): Promise<DemoFile[]> {
  const files: DemoFile[] = [];
  for (const language of parts.sounds.keys()) {
    files.push(await oneLanguage(parts, `${parts.stem}_${language}.mp4`, language));
  }
  return files;
}

async function oneLanguage(parts: Parts, name: string, language: DemoLanguage): Promise<DemoFile> {
  const { folder, video, sounds } = parts;
  const label = ['-metadata:s:a:0', `language=${MP4_CODES[language]}`];
  const maps = ['-map', '0:v', '-map', '1:a', '-c:v', 'copy', ...AAC, ...REPRODUCIBLE, ...label];
  await ffmpeg(['-i', video, ...rawSound(sounds.get(language)!), ...maps, join(folder, name)]);
  return { name, languages: [language] };
}

function rawSound(path: string): string[] {
  return ['-f', 'f32le', '-ar', `${SAMPLE_RATE_HZ}`, '-ac', '1', '-i', path];
}

async function ffmpeg(args: readonly string[], input?: Uint8Array): Promise<void> {
  const quiet = ['-hide_banner', '-loglevel', 'error', '-y'];
  await spawnTool(
    input
      ? { tool: 'ffmpeg', args: [...quiet, ...args], input }
      : { tool: 'ffmpeg', args: [...quiet, ...args] },
  );
}
