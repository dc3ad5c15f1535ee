/** A swinging bell: it rings at each end of its swing. */
import { groundColour, objectColour } from '../look.ts';
import { blend, WHITE } from '../picture.ts';
import { beats, glowAfter, mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { burst } from '../sound.ts';

const HUE_DEG = 30;
/** Partials of a minor-third church bell against its strike note, with strength and decay in s. */
const PARTIALS = [
  [0.5, 0.6, 0.9],
  [1, 1, 0.6],
  [1.2, 0.8, 0.5],
  [1.5, 0.4, 0.4],
  [2, 0.7, 0.35],
  [2.66, 0.3, 0.25],
  [4.1, 0.2, 0.15],
] as const;

export const bell: SceneKind = {
  name: 'bell',
  backgroundHueDeg: HUE_DEG,
  compose(parameters, random) {
    const strokeSec = mixRatio(1.3, 0.42, parameters.tempo);
    const phaseSec = random.uniform() * strokeSec;
    const strokes = beats(strokeSec, phaseSec);
    const size = mix(0.16, 0.4, parameters.size);
    const strikeHz = mixRatio(900, 260, parameters.size);
    const colour = objectColour(parameters);
    return {
      draw(canvas, timeSec) {
        const x = placeX(parameters);
        const angle = 0.75 * Math.cos((Math.PI * (timeSec - phaseSec)) / strokeSec);
        const at = (across: number, along: number): [number, number] => [
          x + size * (across * Math.cos(angle) - along * Math.sin(angle)),
          0.14 + size * (across * Math.sin(angle) + along * Math.cos(angle)),
        ];
        const lit = glowAfter(strokes, timeSec, 0.25);
        const [mouthX, mouthY] = at(0, 1.5);
        canvas.glow(mouthX, mouthY, size * 1.8, WHITE, 0.5 * lit);
        canvas.rect(0.67, 0.09, 2, 0.1, groundColour(HUE_DEG, parameters, -0.1));
        canvas.line(...at(0, 0), ...at(0, 0.5), 0.03, WHITE);
        canvas.disc(...at(0, 1.75), size * 0.16, WHITE);
        canvas.polygon(
          [at(-0.3, 0.4), at(0.3, 0.4), at(0.62, 0.9), at(0.8, 1.6), at(-0.8, 1.6), at(-0.62, 0.9)],
          colour,
        );
        canvas.line(...at(-0.82, 1.58), ...at(0.82, 1.58), size * 0.14, blend(colour, WHITE, 0.4));
      },
      play(timeline) {
        for (const stroke of strokes) {
          timeline.add(stroke, 4, (t) => {
            let sum = 0;
            for (const [ratio, strength, decaySec] of PARTIALS) {
              sum += strength * Math.sin(2 * Math.PI * ratio * strikeHz * t) * Math.exp(-t / decaySec);
            }
            return sum * Math.min(1, t / 0.002);
          });
          timeline.addSamples(stroke, burst(random, strikeHz * 2.5, 0.35, 0.07), 12);
        }
      },
    };
  },
};
