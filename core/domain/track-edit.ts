/** What is meant when something is said of a track. */

/** The track alone, or every track of its title with the same language and role. */
export const TRACK_SCOPES = ['track', 'title'] as const;
/** One of `TRACK_SCOPES`. */
export type TrackScope = (typeof TRACK_SCOPES)[number];
