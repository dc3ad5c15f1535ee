/** Whether anybody speaks. */
import type { HeardShot, HeardSpeech } from './heard.ts';

/** Nobody speaks: no voice of a quarter of a second, and at no moment is it likelier than not. */
const NOT_SURE = 0.5;
/** So much speech is no cough, s. */
const SPEAKS_SEC = 1;

/** Whether nobody speaks in a track; null where it was not listened for. */
export function isMute(speech: HeardSpeech | null | undefined): boolean | null {
  if (speech == null) return null;
  return speech.speechSec === 0 && speech.surest < NOT_SURE;
}

/** Whether somebody speaks in the original of a shot; null where that was not listened for or is not clear. */
export function speaksInOriginal(shot: HeardShot): boolean | null {
  const speech = shot.original?.speech;
  if (speech == null) return null;
  if (speech.speechSec >= SPEAKS_SEC) return true;
  return isMute(speech) ? false : null;
}
