/**
 * Node keeps what it has compiled of our sources, and takes it from there at the next start: about 0.3 s less of each.
 * Imported for that, before anything else is.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from '../core/engine/cache-folder.ts';

const folder = join(cacheFolder(), 'compiled');
// Where the folder cannot be written, Node goes on without it and says nothing.
enableCompileCache(folder);
// For the processes of heavy jobs.
process.env.NODE_COMPILE_CACHE ??= folder;
