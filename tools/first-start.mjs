/**
 * What a first start lacks, and the fetching of it once a person has agreed: ffmpeg and the engine are found, or brought into
 * the cache. Standard output is for the host that started it, one JSON object a line; people read standard error.
 *   --look            says what is there and what is missing; downloads nothing
 *   ffmpeg | engine   fetches that; without a name both
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureEngine, lookForEngine } from './setup/engine.mjs';
import { ensureMediaTools, hasMediaTools } from './setup/media-tools.mjs';
import { cacheFolder } from './setup/paths.mjs';
import { createReporter } from './setup/reporter.mjs';

const cache = cacheFolder();
const root = fileURLToPath(new URL('../', import.meta.url));
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const reporter = createReporter({
  logFolder: join(cache, 'logs'),
  write: (text) => {
    process.stderr.write(text);
    tell({ text });
  },
});
const names = process.argv.slice(2);

if (!names.includes('--look')) {
  const isWanted = (name) => names.length === 0 || names.includes(name);
  // A person asks: what failed a while ago is tried again.
  if (isWanted('ffmpeg')) await ensureMediaTools({ cache, reporter, repair: true });
  if (isWanted('engine')) await ensureEngine({ root, cache, reporter, repair: true });
}
const ffmpeg = (await hasMediaTools({ cache, reporter })) ? 'found' : 'missing';
tell({ look: { ffmpeg, engine: lookForEngine({ root, cache }), cacheFolder: cache } });
