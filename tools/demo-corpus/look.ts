/** Colours and surroundings that all scene kinds share, and the rendering of a scene into raw frames. */
import type { Rng } from '../../core/rng.ts';
import { blend, Canvas, type Colour, hsl, WHITE } from './picture.ts';
import {
  FRAME_RATE,
  HEIGHT_PX,
  mix,
  type Performance,
  SCENE_SEC,
  type SceneKind,
  type SceneParameters,
  WIDTH_PX,
} from './scene.ts';

/** Colour of what sounds in a scene: red to violet with `hue`. `lightness` 0..1, default 0.6. */
export function objectColour(parameters: SceneParameters, lightness = 0.6): Colour {
  return hsl(mix(0, 285, parameters.hue), 0.9, lightness);
}

/** A darker or lighter tone of a kind's surroundings, for floors and hills; `lift` is added to the lightness. */
export function groundColour(hueDeg: number, parameters: SceneParameters, lift: number): Colour {
  return hsl(hueDeg, 0.4, Math.min(0.95, Math.max(0.03, mix(0.07, 0.44, parameters.light) + lift)));
}

/** All frames of a scene as rgb24, one after the other. Camera drift, stars and grain are not tied to the sound. */
export function renderFrames(
  kind: SceneKind,
  performance: Performance,
  parameters: SceneParameters,
  rng: Rng,
  sceneIndex: number,
): Uint8Array {
  const random = rng.stream('surroundings', sceneIndex);
  const drift = { angle: random.uniform() * 2 * Math.PI, phase: random.uniform() * 6 };
  const hueDeg = kind.backgroundHueDeg + mix(-7, 7, random.uniform());
  const stars = Array.from({ length: 5 }, () => [random.uniform() * 1.4, random.uniform() * 0.6] as const);
  const grain = Int8Array.from({ length: WIDTH_PX * HEIGHT_PX }, () => random.integer(3) - 1);
  const top = groundColour(hueDeg, parameters, 0.06);
  const bottom = groundColour(hueDeg, parameters, -0.04);
  const frameBytes = WIDTH_PX * HEIGHT_PX * 3;
  const frames = new Uint8Array(frameBytes * SCENE_SEC * FRAME_RATE);
  for (let frame = 0; frame < SCENE_SEC * FRAME_RATE; frame += 1) {
    const timeSec = frame / FRAME_RATE;
    const canvas = new Canvas(WIDTH_PX, HEIGHT_PX);
    canvas.gradient(top, bottom);
    const sway = 0.02 * Math.sin(0.7 * timeSec + drift.phase);
    canvas.cameraX = sway * Math.cos(drift.angle);
    canvas.cameraY = sway * Math.sin(drift.angle);
    for (const [x, y] of stars) canvas.disc(x, y, 0.008, blend(top, WHITE, 0.5));
    performance.draw(canvas, timeSec);
    frames.set(canvas.toRgb24(grain), frame * frameBytes);
  }
  return frames;
}
