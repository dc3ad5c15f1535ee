/** Which files of folders have pictures and which have sounds, as the official inference tells them apart. */
import { glob, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';

/** What a tower reads. */
export type Modality = 'video' | 'audio';

/** Endings of each, lower case (paper-facts 4.1; any case and a fixed order are our choice). */
const ENDINGS: Record<Modality, readonly string[]> = {
  video: ['.mp4', '.avi'],
  audio: ['.mp3', '.wav', '.flac', '.opus'],
};

/** Absolute paths, in the order of their names. */
export type FeatureFiles = Record<Modality, string[]>;

/**
 * Files of the given folders and below, and files that are named. A film is a picture, whatever sound it has.
 * @throws AppError PATH_NOT_FOUND for what is not there.
 */
export async function findFeatureFiles(inputs: readonly string[]): Promise<FeatureFiles> {
  const found: FeatureFiles = { video: [], audio: [] };
  for (const input of inputs) {
    const path = resolve(input);
    for (const file of await filesIn(path, input)) {
      const ending = extname(file).toLowerCase();
      if (ENDINGS.video.includes(ending)) found.video.push(file);
      else if (ENDINGS.audio.includes(ending)) found.audio.push(file);
    }
  }
  return { video: [...new Set(found.video)].sort(), audio: [...new Set(found.audio)].sort() };
}

async function filesIn(path: string, input: string): Promise<string[]> {
  const about = await stat(path).catch((cause: unknown) => {
    throw new AppError(
      'PATH_NOT_FOUND',
      `${input} is not there. Nothing was done. Give a file or a folder.`,
      {
        cause,
      },
    );
  });
  if (!about.isDirectory()) return [path];
  const files: string[] = [];
  for await (const entry of glob('**/*', { cwd: path, withFileTypes: true }))
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
  return files;
}
