/** What import remarks about files that it took in: one closed union of codes, each with its severity. */

/** `warning`: look or listen before you trust it; `info`: good to know, nothing to do. */
export type NoteSeverity = 'info' | 'warning';

const SEVERITIES = {
  MEDIA_TRUNCATED: 'warning',
  MEDIA_DAMAGED: 'warning',
  MEDIA_LENGTH_LIES: 'warning',
  MEDIA_RATE_CHANGE: 'warning',
  MEDIA_LONG: 'warning',
  MEDIA_CHANGED: 'warning',
  AUDIO_LENGTH_LIES: 'warning',
  AUDIO_LOW_RATE: 'warning',
  PAIR_LENGTH: 'warning',
  PAIR_OFFSET: 'warning',
  NAME_NOT_PORTABLE: 'warning',
  NAME_COLLISION: 'warning',
  NEAR_DUPLICATE: 'warning',
  DUPLICATE: 'info',
  PLACED_BY_CONTENT: 'info',
  MEDIA_MOVED: 'info',
  MEDIA_OFFSET: 'info',
  MEDIA_NO_DURATION: 'info',
  AUDIO_DOWNMIX: 'info',
  VIDEO_VFR: 'info',
  VIDEO_ROTATED: 'info',
  VIDEO_SAR: 'info',
  DEINTERLACED: 'info',
  PROXY_MADE: 'info',
  TAG_CUT: 'info',
  NAME_ESCAPED: 'info',
} as const satisfies Record<string, NoteSeverity>;

/** The closed union of note codes; stable across releases. */
export type NoteCode = keyof typeof SEVERITIES;

/** Every code, in the order of the documentation. */
export const NOTE_CODES = Object.keys(SEVERITIES) as NoteCode[];

/** A remark. `message`: what, the measured number, what happened to the data, what to do. */
export type MediaNote = { code: NoteCode; severity: NoteSeverity; message: string };

/** A remark with the severity of its code. */
export function mediaNote(code: NoteCode, message: string): MediaNote {
  return { code, severity: SEVERITIES[code], message };
}
