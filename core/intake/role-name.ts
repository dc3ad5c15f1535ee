/** Roles as patterns and manifests write them. */
import { TRACK_ROLES, type TrackRole } from '../domain/media.ts';
import { roleOf } from '../media/roles.ts';

/** `video`: the file's picture only, its sound is not meant. */
export type NamedRole = TrackRole | 'video';

/** Every role that can be written. */
export const NAMED_ROLES: readonly NamedRole[] = [...TRACK_ROLES, 'video'];

/** The role that a word means: its own name, or any of the names that tracks are given; null where none fits. */
export function roleNamed(text: string): NamedRole | null {
  const folded = text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  return NAMED_ROLES.find((role) => role === folded) ?? roleOf({ dispositions: [], title: text.trim() });
}
