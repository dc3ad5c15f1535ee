/**
 * What is wrong in the corpus, on purpose. Nothing else may be: every check has to find all of these and nothing more.
 * No track has two faults.
 */
import type { DemoLanguage } from './titles.ts';

/** A title's dub that sounds `offsetMs` later than the original in every shot (negative: earlier). */
export type OffsetFault = { kind: 'offset'; title: string; language: DemoLanguage; offsetMs: number };

/** One shot's dub. */
export type ShotFault = { title: string; shot: number; language: DemoLanguage } & (
  | { kind: 'silent'; noiseDb: number | null }
  | { kind: 'clipped'; driveDb: number }
  | { kind: 'original-again' }
  | { kind: 'other-scene'; source: { title: string; shot: number } }
  | { kind: 'too-quiet'; gainDb: number }
);

/** Faults of whole dubs. */
export const OFFSET_FAULTS: readonly OffsetFault[] = [
  offset('amber-road', 'es', 25),
  offset('blue-harbour', 'fr', -120),
  offset('cold-lantern', 'it', -25),
  offset('early-frost', 'de', 40),
  offset('far-meadow', 'fr', 250),
  offset('glass-garden', 'it', -400),
  offset('iron-coast', 'de', 600),
  offset('kite-season', 'es', -250),
  offset('long-weekend', 'it', 120),
  offset('night-ferry', 'de', -600),
  offset('paper-moon-bay', 'fr', -40),
  offset('salt-and-tin', 'es', 400),
];

/** Faults of single shots. */
export const SHOT_FAULTS: readonly ShotFault[] = [
  { kind: 'silent', title: 'hollow-hill', shot: 2, language: 'fr', noiseDb: null },
  { kind: 'silent', title: 'blue-harbour', shot: 5, language: 'es', noiseDb: -90 },
  { kind: 'silent', title: 'far-meadow', shot: 1, language: 'it', noiseDb: null },
  { kind: 'clipped', title: 'distant-drums', shot: 3, language: 'de', driveDb: 18 },
  { kind: 'clipped', title: 'mill-street', shot: 4, language: 'it', driveDb: 18 },
  { kind: 'clipped', title: 'amber-road', shot: 6, language: 'fr', driveDb: 18 },
  { kind: 'original-again', title: 'july-letters', shot: 1, language: 'es' },
  { kind: 'original-again', title: 'iron-coast', shot: 3, language: 'fr' },
  { kind: 'original-again', title: 'early-frost', shot: 6, language: 'it' },
  otherScene('kite-season', 4, 'de', 'hollow-hill', 1),
  otherScene('orchard-lane', 2, 'it', 'mill-street', 3),
  otherScene('violet-hour', 5, 'fr', 'quiet-platform', 2),
  { kind: 'too-quiet', title: 'glass-garden', shot: 2, language: 'es', gainDb: -20 },
  { kind: 'too-quiet', title: 'night-ferry', shot: 5, language: 'it', gainDb: -20 },
  { kind: 'too-quiet', title: 'cold-lantern', shot: 1, language: 'de', gainDb: -20 },
];

/** How much later than the original a title's dub sounds, ms; 0 where nothing is planted. */
export function offsetOf(title: string, language: DemoLanguage): number {
  return OFFSET_FAULTS.find((fault) => fault.title === title && fault.language === language)?.offsetMs ?? 0;
}

/** The fault of one shot's dub, or null. */
export function shotFaultOf(title: string, shot: number, language: DemoLanguage): ShotFault | null {
  const isHere = (fault: ShotFault): boolean =>
    fault.title === title && fault.shot === shot && fault.language === language;
  return SHOT_FAULTS.find(isHere) ?? null;
}

function offset(title: string, language: DemoLanguage, offsetMs: number): OffsetFault {
  return { kind: 'offset', title, language, offsetMs };
}

function otherScene(
  title: string,
  shot: number,
  language: DemoLanguage,
  sourceTitle: string,
  sourceShot: number,
): ShotFault {
  return { kind: 'other-scene', title, shot, language, source: { title: sourceTitle, shot: sourceShot } };
}
