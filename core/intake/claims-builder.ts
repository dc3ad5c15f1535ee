/** Gathers what rows say into claims; a million rows of the same few thousand shots stay small. */
import type { LanguageTag } from '../domain/language-tag.ts';
import type { Split } from '../domain/title.ts';
import { type Claim, type ClaimProblem, type Claims, shotKey, type WindowClaim } from './claim.ts';

type ShotSoFar = {
  title: string;
  shot: string;
  files: Map<string, Claim>;
  windows: Map<string, { startSec: number; endSec: number; languages: LanguageTag[] }>;
  labels: Set<string>;
};
type TitleSoFar = {
  shots: Map<string, ShotSoFar>;
  originalLanguage: LanguageTag | null;
  split: Split | null;
  labels: Set<string>;
};

/** What a row adds to its title and shot. */
export type TitleWords = { originalLanguage: LanguageTag | null; split: Split | null };

/** Takes rows one after the other. */
export class ClaimsBuilder {
  readonly #titles = new Map<string, TitleSoFar>();
  readonly #problems: ClaimProblem[] = [];
  readonly #needsDub: boolean;

  /** @param needsDub false where titles are clips of a data set, which have no dubs */
  constructor(needsDub: boolean) {
    this.#needsDub = needsDub;
  }

  /** Notes a row that cannot be used. */
  addProblem(problem: ClaimProblem): void {
    this.#problems.push(problem);
  }

  /**
   * The shot that a row is about.
   * @returns null where the title was said to be in the other split before
   */
  shotOf(title: string, shot: string, { originalLanguage, split }: TitleWords): ShotSoFar | null {
    let known = this.#titles.get(title);
    if (known === undefined) {
      known = { shots: new Map(), originalLanguage: null, split: null, labels: new Set() };
      this.#titles.set(title, known);
    }
    if (split !== null && known.split !== null && split !== known.split) return null;
    known.split ??= split;
    known.originalLanguage ??= originalLanguage;
    let found = known.shots.get(shot);
    if (found === undefined) {
      found = { title, shot, files: new Map(), windows: new Map(), labels: new Set() };
      known.shots.set(shot, found);
    }
    return found;
  }

  /** Adds a file to a shot; the same again adds nothing. */
  addFile(shot: ShotSoFar, file: Omit<Claim, 'title' | 'shot'>): void {
    const key = `${file.path}\0${file.streamIndex}\0${file.language}\0${file.role}`;
    if (!shot.files.has(key)) shot.files.set(key, { ...file, title: shot.title, shot: shot.shot });
  }

  /** Adds a window of a shot, with one more dub that makes a pair there; null: all of them. */
  addWindow(shot: ShotSoFar, startSec: number, endSec: number, language: LanguageTag | null): void {
    const key = `${startSec} ${endSec}`;
    let window = shot.windows.get(key);
    if (window === undefined) {
      window = { startSec, endSec, languages: [] };
      shot.windows.set(key, window);
    }
    if (language !== null && !window.languages.includes(language)) window.languages.push(language);
  }

  /** Everything that was said. */
  finish(): Claims {
    const claims: Claims = { files: [], shots: new Map(), titles: new Map(), problems: this.#problems };
    for (const [title, { shots, originalLanguage, split, labels }] of this.#titles) {
      claims.titles.set(title, {
        originalLanguage,
        split,
        labels: [...labels].sort(),
        needsDub: this.#needsDub,
      });
      for (const { shot, files, windows, labels: own } of shots.values()) {
        claims.files.push(...files.values());
        claims.shots.set(shotKey(title, shot), {
          windows: [...windows.values()].map(toWindow).sort(byTime),
          labels: [...own].sort(),
        });
      }
    }
    return claims;
  }
}

function toWindow(window: { startSec: number; endSec: number; languages: LanguageTag[] }): WindowClaim {
  const { startSec, endSec, languages } = window;
  return { timeWindow: { startSec, endSec }, languages: languages.length === 0 ? null : languages };
}

function byTime({ timeWindow: a }: WindowClaim, { timeWindow: b }: WindowClaim): number {
  return a.startSec - b.startSec || a.endSec - b.endSec;
}
