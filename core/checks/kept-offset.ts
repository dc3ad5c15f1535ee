/** What was heard of a title, where the cache still has it: for pictures of what findings rest on. */
import type { CheckTitle } from './check-input.ts';
import type { HeardOffset, HeardTitle } from './heard.ts';
import { type KeptHearing, withoutPaths } from './kept-hearing.ts';
import { DEFAULT_MAX_OFFSET_MS } from './run-checks.ts';

class NotKept extends Error {}

/** The shift of a language as it was heard; null where the title was not heard so, or the cache was emptied. */
export async function keptOffset(
  kept: KeptHearing,
  title: CheckTitle,
  language: string,
): Promise<HeardOffset | null> {
  const heard = await keptTitle(kept, title);
  return heard?.offsets.find((offset) => offset.language === language) ?? null;
}

/** The title as it was heard; null where it was not heard so, or the cache was emptied. */
export async function keptTitle(kept: KeptHearing, title: CheckTitle): Promise<HeardTitle | null> {
  const key = { what: 'title', title: withoutPaths(title), maxOffsetMs: DEFAULT_MAX_OFFSET_MS };
  return kept
    .keep<HeardTitle>(key, () => Promise.reject(new NotKept()))
    .catch((error: unknown) => {
      if (error instanceof NotKept) return null;
      throw error;
    });
}
