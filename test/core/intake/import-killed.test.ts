/** An import that is killed leaves no program behind, and the next one does only what was not finished. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { importMedia } from '../../../core/intake/import-media.ts';
import { make, mediaFolder, picture, tone, tools } from '../media/make-media.ts';

const folder = mediaFolder();
const IMPORTER = `
  import { importMedia } from ${JSON.stringify(join(import.meta.dirname, '../../../core/intake/import-media.ts'))};
  const [tools, request] = JSON.parse(process.argv[1]);
  await importMedia(request, tools);
`;

/** Running programs whose arguments name the folder (Linux). */
function programsIn(place: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith(tools.ffmpegPath)
          ? readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(place)
          : false;
      } catch {
        return false;
      }
    });
}

it.skipIf(process.platform !== 'linux')(
  'goes on after the files that were finished',
  async () => {
    const sound = [...tone(300, 2), ...tone(400, 2), '-map', '0', '-map', '1', '-map', '2', '-c:a', 'flac'];
    const names = ['short_1.mkv', 'short_2.mkv'];
    for (const [i, name] of names.entries()) make(folder, ...picture(2 + i), ...sound, name);
    make(folder, ...picture(60, 'size=1280x720:rate=25'), '-c:v', 'mpeg4', '-q:v', '9', 'zlong_3.avi');
    const inputs = [...names, 'zlong_3.avi'].map((name) => join(folder, name));
    const cacheFolder = join(folder, 'cache');
    const heard = join(cacheFolder, 'heard');
    const request = { inputs, originalLanguage: null, cacheFolder };
    const args = ['--input-type=module-typescript', '-e', IMPORTER, JSON.stringify([tools, request])];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const finished = (): string[] =>
      existsSync(heard) ? readdirSync(heard).filter((name) => !name.startsWith('.')) : [];
    const isWriting = (): boolean => readdirSync(heard).some((name) => name.startsWith('.'));
    await expect
      .poll(() => finished().length === 2 && isWriting(), { timeout: 60_000, interval: 20 })
      .toBe(true);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await expect.poll(() => programsIn(folder), { timeout: 20_000 }).toEqual([]);
    const madeBefore = new Map(
      finished().map((name) => [name, statSync(join(heard, name, 'heard.json')).mtimeMs]),
    );
    const result = await importMedia(request, tools);
    expect(result.refused).toEqual([]);
    for (const [name, made] of madeBefore)
      expect(statSync(join(heard, name, 'heard.json')).mtimeMs).toBe(made);
    expect(readdirSync(heard).sort()).toEqual(finished().sort());
    expect(finished()).toHaveLength(3);
  },
  120_000,
);
