/** Rows of reliability.md 4.1 that an import cannot tell alone: silence and clipping, and files that still grow. */
import { appendFileSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { importMedia } from '../../core/intake/import-media.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { temporaryFolder } from '../fixtures/project.ts';
import { command, json } from '../main/command.ts';
import { CODED, openKit, picture } from './kit.ts';

const temporary = temporaryFolder();
const tools = locateMediaTools();
const kit = openKit(join(temporary.folder, 'kitchen'), join(temporary.folder, 'media'), tools);
afterAll(() => temporary.remove());

it('14 pure silence and 16c clipped sound come in, and the checks call them faults', async () => {
  const noise = ['-f', 'lavfi', '-i', 'anoisesrc=d=6:r=48000:seed=1:amplitude=0.2'];
  const silence = ['-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=mono:d=6'];
  const loud = ['-f', 'lavfi', '-i', 'anoisesrc=d=6:r=48000:seed=1:amplitude=0.9,volume=14dB'];
  const tags = ['eng', 'ger', 'fre'].flatMap((tag, i) => [`-metadata:s:a:${i}`, `language=${tag}`]);
  const maps = ['-map', '0', '-map', '1', '-map', '2', '-map', '3', ...tags];
  kit.ffmpeg(
    ...picture(6),
    ...noise,
    ...silence,
    ...loud,
    ...maps,
    ...CODED,
    '-c:a',
    'pcm_s16le',
    kit.path('film.mkv'),
  );
  const project = join(temporary.folder, 'project');
  await command(['new', project]);
  const said = (await json(['import', project, join(temporary.folder, 'media'), '--original', 'en'])) as {
    value: { pairs: number };
  };
  expect(said.value.pairs).toBeGreaterThanOrEqual(2);
  const { out, err } = await command(['check', project]);
  expect(err).toBe('');
  expect(out).toMatch(/fault +film: .*German.* is silent: .*digital silence/);
  expect(out).toMatch(/(fault|warning) +film: .*French.* is clipped: .* % of its samples/);
});

it('54 a file that grows while it is read is refused, and is taken in when it is complete', async () => {
  const folder = join(temporary.folder, 'growing');
  mkdirSync(folder);
  const path = join(folder, 'growing.mkv');
  copyFileSync(kit.part('whole.mkv'), path);
  const look = () =>
    importMedia(
      { inputs: [folder], originalLanguage: null, cacheFolder: join(temporary.folder, 'cache') },
      tools,
    );
  const writer = setInterval(() => appendFileSync(path, Buffer.alloc(1000)), 5);
  const refused = await look().finally(() => clearInterval(writer));
  expect(refused.refused).toMatchObject([{ code: 'MEDIA_CHANGED' }]);
  expect(refused.refused[0]!.message).toMatch(/changed while it was read\. .*Wait until it is complete/);
  copyFileSync(kit.part('whole.mkv'), path);
  expect((await look()).refused).toEqual([]);
});
