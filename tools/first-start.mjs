/**
 * What a package does at its first start, once a person has agreed: finds ffmpeg and the engine or brings them into the
 * cache. `--look` only says whether something is missing (exit status 3). Runs in the package's own Node.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from './setup/files.mjs';
import { cacheFolder } from './setup/paths.mjs';
import { createReporter } from './setup/reporter.mjs';

const MISSING = 3;
const cache = cacheFolder();
const root = fileURLToPath(new URL('../', import.meta.url));

if (process.argv.includes('--look')) {
  const hasTools = Boolean(process.env.DUBSCOPE_FFMPEG) || readJson(join(cache, 'tools.json')) !== null;
  process.exit(hasTools ? 0 : MISSING);
}
const reporter = createReporter({ logFolder: join(cache, 'logs') });
const { ensureMediaTools } = await import('./setup/media-tools.mjs');
await ensureMediaTools({ cache, reporter });
const { ensureEngine } = await import('./setup/engine.mjs');
await ensureEngine({ root, cache, reporter });
