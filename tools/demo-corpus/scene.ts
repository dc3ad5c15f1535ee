/** What a scene of the demo corpus is: five numbers that are seen and heard alike, and a kind that performs them. */
import type { RandomStream } from '../../core/rng.ts';
import type { Canvas } from './picture.ts';
import type { Timeline } from './sound.ts';

/** Length of every scene, s. */
export const SCENE_SEC = 4;
export const FRAME_RATE = 25;
export const WIDTH_PX = 160;
export const HEIGHT_PX = 120;

/**
 * The five numbers of a scene, each in 0..1. Every kind shows each of them in its picture and lets it be heard in its
 * sound, by the same rule, so that a model can learn the rule on some scenes and use it on others.
 */
export type SceneParameters = {
  /** 0 small and high, 1 big and low. */
  size: number;
  /** 0 slow, 1 fast: motion and rhythm are one. */
  tempo: number;
  /** 0 red with a resonance at 350 Hz, 1 violet with one at 5 kHz. */
  hue: number;
  /** 0 left with a dull spectrum, 1 right with a bright one. */
  place: number;
  /** 0 dark with hardly any ambient noise, 1 light with much of it. */
  light: number;
};

/** A scene ready to be rendered. Times are seconds from the scene's start; sound runs from -1 to 5 s. */
export type Performance = {
  /** Draws the moment `timeSec` over the background. */
  draw(canvas: Canvas, timeSec: number): void;
  /** Adds all its sounds. Their level is set afterwards. */
  play(timeline: Timeline): void;
};

/** One kind of thing that moves and sounds. */
export type SceneKind = {
  name: string;
  /** Hue of the background, degrees. */
  backgroundHueDeg: number;
  /** `random` decides what the parameters leave open (when a drop falls, which pad is hit). */
  compose(parameters: SceneParameters, random: RandomStream): Performance;
};

/** Linear way from `from` (at 0) to `to` (at 1). */
export function mix(from: number, to: number, at: number): number {
  return from + (to - from) * at;
}

/** Geometric way from `from` (at 0) to `to` (at 1); for pitches and rates. Both above 0. */
export function mixRatio(from: number, to: number, at: number): number {
  return from * (to / from) ** at;
}

/** Where a scene's object stands, in picture heights from the left (the picture is 4/3 wide). */
export function placeX(parameters: SceneParameters): number {
  return mix(0.34, 0.99, parameters.place);
}

/** Times from -1 to 5 s, `periodSec` apart, through `phaseSec`. */
export function beats(periodSec: number, phaseSec: number): number[] {
  const times: number[] = [];
  for (let k = Math.ceil((-1 - phaseSec) / periodSec); phaseSec + k * periodSec < 5; k += 1) {
    times.push(phaseSec + k * periodSec);
  }
  return times;
}

/** Times from -1 to 5 s whose gaps vary by `jitter` (0..1) around `periodSec`. */
export function looseBeats(periodSec: number, jitter: number, random: RandomStream): number[] {
  const times: number[] = [];
  for (let time = -1 + random.uniform() * periodSec; time < 5; ) {
    times.push(time);
    time += periodSec * (1 + jitter * (random.uniform() * 2 - 1));
  }
  return times;
}

/** How far a hit of one of `times` still glows at `timeSec`: 1 at the hit, falling by e every `decaySec`. */
export function glowAfter(times: readonly number[], timeSec: number, decaySec: number): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const time of times) if (time <= timeSec && time > last) last = time;
  return Math.exp((last - timeSec) / decaySec);
}
