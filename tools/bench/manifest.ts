/** A manifest of many pairs, from the file to the stored project, by the real command's own parts. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { importMedia } from '../../core/intake/import-media.ts';
import { readManifest } from '../../core/intake/read-manifest.ts';
import { NO_WISHES } from '../../core/intake/read-rules.ts';
import { locateMediaTools } from '../../core/process/media-tools.ts';
import { spawnTool } from '../../core/process/spawn-tool.ts';
import { storeImport } from '../../core/project/import-store.ts';
import { createProject } from '../../core/project/project.ts';

const LANGUAGES = ['de', 'es', 'fr', 'it', 'ja', 'ko', 'pl', 'pt-BR', 'tr', 'zh'];
const TITLES = 20;
const TITLE_SEC = 60;
const WINDOW_SEC = 3;

/** Makes twenty real titles and a manifest of that many windows of them, takes it in, removes all. */
export async function benchManifest(a: { pairs: number; print: (line: string) => void }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dubscope-bench-'));
  const say = (name: string, startMs: number): void =>
    a.print(`${name.padEnd(48)} ${((performance.now() - startMs) / 1000).toFixed(1).padStart(7)} s`);
  try {
    const windows = Math.ceil(a.pairs / (TITLES * LANGUAGES.length));
    await makeMedia(join(folder, 'media'));
    const manifest = join(folder, 'manifest.csv');
    await writeFile(manifest, manifestText(windows));
    a.print(`${TITLES * windows * LANGUAGES.length} rows of CSV about ${TITLES} titles of ${TITLE_SEC} s`);
    const readMs = performance.now();
    await readManifest(manifest);
    say('read the manifest', readMs);
    const startMs = performance.now();
    const naming = { ...NO_WISHES, manifest };
    const request = { inputs: [], originalLanguage: null, cacheFolder: join(folder, 'cache'), naming };
    const imported = await importMedia(request, locateMediaTools());
    say('read, decode, plan', startMs);
    const storeMs = performance.now();
    const project = createProject(join(folder, 'project'), { program: 'bench', clock: systemClock });
    const stored = storeImport(project.db, systemClock, imported, { label: 'Import', by: 'bench' });
    project.close();
    say(`store ${stored.pairs} pairs`, storeMs);
    say('all (wanted: 180 s at most for 1,000,000 pairs)', startMs);
    a.print(`memory: ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeMedia(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { ffmpegPath } = locateMediaTools();
  for (let t = 0; t < TITLES; t += 1) {
    const sounds = Array.from({ length: LANGUAGES.length + 1 }, (_, i) => [
      ...['-f', 'lavfi', '-i', `sine=${200 + 40 * i + t}:d=${TITLE_SEC}:r=16000`],
    ]);
    const maps = Array.from({ length: LANGUAGES.length + 2 }, (_, i) => ['-map', String(i)]);
    await spawnTool({
      tool: ffmpegPath,
      args: [
        ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=96x96:r=12:d=${TITLE_SEC},hue=h=${18 * t}`],
        ...sounds.flat(),
        ...maps.flat(),
        ...['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', join(folder, `t${t}.mkv`)],
      ],
      timeoutMs: 120_000,
    });
  }
}

function manifestText(windows: number): string {
  const step = (TITLE_SEC - WINDOW_SEC - 1) / windows;
  const rows = ['title,shot,video,dub,stream,language,original_language,start,end'];
  for (let t = 0; t < TITLES; t += 1) {
    for (let w = 0; w < windows; w += 1) {
      const startSec = w * step;
      const times = `${startSec.toFixed(4)},${(startSec + WINDOW_SEC).toFixed(4)}`;
      for (const [i, language] of LANGUAGES.entries()) {
        rows.push(`Title ${t},1,media/t${t}.mkv,media/t${t}.mkv,${i + 2},${language},en,${times}`);
      }
    }
  }
  return `${rows.join('\n')}\n`;
}
