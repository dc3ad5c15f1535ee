/** How much of the disk the decoded windows of a project may take. */
import { statfs } from 'node:fs/promises';
import { AppError } from '../domain/errors.ts';

const GIB = 2 ** 30;
/** Our choice: enough for some 9,000 clips of the paper's input with five dubs each. */
const MOST_BYTES = 50 * GIB;
/** Our choice. */
const SHARE_OF_FREE = 0.2;

/** Name of the variable that sets the limit, in GiB (a fraction is allowed, 0 keeps nothing). */
export const CACHE_LIMIT_VARIABLE = 'DUBSCOPE_CACHE_LIMIT_GB';

/**
 * The limit: what the variable says, else a fifth of the space that is free or already the cache's, and 50 GiB at most.
 * @param folder an existing folder on the disk of the cache
 * @param usedBytes what the cache holds now
 * @throws AppError ARGUMENT_INVALID when the variable is no number of 0 or more.
 */
export async function cacheLimitBytes(
  folder: string,
  usedBytes: number,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<number> {
  const given = env[CACHE_LIMIT_VARIABLE]?.trim() ?? '';
  if (given !== '') {
    const gib = Number(given);
    if (gib >= 0) return gib * GIB;
    throw new AppError(
      'ARGUMENT_INVALID',
      `${CACHE_LIMIT_VARIABLE} must be a number of GiB from 0 on, not "${given}". Nothing was decoded. Correct or unset it.`,
      { details: { variable: CACHE_LIMIT_VARIABLE } },
    );
  }
  const { bavail, bsize } = await statfs(folder);
  return Math.min(MOST_BYTES, SHARE_OF_FREE * (bavail * bsize + usedBytes));
}
