/** A served project over real films that ffmpeg makes: two titles, each one picture with English and German. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateMediaTools } from '../../../core/process/media-tools.ts';
import type { Project } from '../../../core/project/project.ts';
import type { Client } from '../../../core/rpc/client.ts';
import type { PagePolicy } from '../../../main/page-policy.ts';
import { type ServedProject, serveMadeProject } from './fixture.ts';

/** A served project, the folder of its media, and an id of each kind that a page can name. */
export type ServedFilms = {
  served: ServedProject;
  media: string;
  titleId: string;
  shotId: string;
  trackId: string;
  pairId: string;
  clipId: string;
  close(): Promise<void>;
};

/** Makes `A Film` and `B Film` (or only some) in `folder`: 4 s of moving test picture, a tone a language. */
export function makeFilms(folder: string, titleCount = 2): void {
  for (const [title, hz] of [
    ['A Film', 300],
    ['B Film', 500],
  ].slice(0, titleCount) as [string, number][]) {
    for (const [i, language] of ['en', 'de'].entries()) {
      const target = join(folder, title, language);
      mkdirSync(target, { recursive: true });
      const args = `-v error -f lavfi -i testsrc2=s=96x96:r=12:d=4 -f lavfi -i sine=${hz + 90 * i}:d=4 -c:v libx264 -pix_fmt yuv420p -g 12 -movflags +faststart -c:a aac 7.mp4`;
      const { status, stderr } = spawnSync(locateMediaTools().ffmpegPath, args.split(' '), { cwd: target });
      if (status !== 0) throw new Error(`ffmpeg: ${stderr.toString()}`);
    }
  }
}

/** Imports a folder laid out as title/language/shot and waits for the end. */
export async function importFilms(client: Client, folder: string): Promise<void> {
  const { jobId } = await client.call('import/start', {
    paths: [folder],
    preset: 'folders',
    originalLanguage: 'en',
  });
  for (;;) {
    const job = await client.call('job/get', { jobId });
    if (job.state === 'succeeded') return;
    if (!['queued', 'running'].includes(job.state)) throw new Error(`import: ${JSON.stringify(job)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Makes, imports and serves them. `more` puts in what else a test needs, before the import. */
export async function serveFilms(
  policy?: PagePolicy,
  titleCount = 2,
  more?: (project: Project) => void | Promise<void>,
): Promise<ServedFilms> {
  const folder = mkdtempSync(join(tmpdir(), 'dubscope-films-'));
  const media = join(folder, 'media');
  makeFilms(media, titleCount);
  const served = await serveMadeProject(0, policy, more);
  const { client } = served.host;
  await importFilms(client, media);
  const pair = (await client.call('pair/list', { limit: 1 })).rows[0];
  if (pair === undefined) throw new Error('The import made no pair.');
  const { tracks } = await client.call('shot/inspect', { shotId: pair.shotId });
  return {
    served,
    media,
    titleId: pair.titleId,
    shotId: pair.shotId,
    trackId: tracks[0]?.id ?? '',
    pairId: pair.id,
    clipId: pair.clipId,
    close: async () => {
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
