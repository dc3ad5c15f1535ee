/** Every scene kind, in the order that scene plans count them. */
import type { SceneKind } from '../scene.ts';
import { ball } from './ball.ts';
import { bell } from './bell.ts';
import { birds } from './birds.ts';
import { bubbles } from './bubbles.ts';
import { drumPads } from './drum-pads.ts';
import { fireworks } from './fireworks.ts';
import { rain } from './rain.ts';
import { siren } from './siren.ts';
import { train } from './train.ts';
import { typewriter } from './typewriter.ts';
import { waves } from './waves.ts';
import { wheel } from './wheel.ts';

/** Add a kind at the end: the plan deals them out by their place here. */
export const SCENE_KINDS: readonly SceneKind[] = [
  ball,
  bell,
  birds,
  bubbles,
  drumPads,
  fireworks,
  rain,
  siren,
  train,
  typewriter,
  waves,
  wheel,
];
