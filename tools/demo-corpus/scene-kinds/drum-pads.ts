/** Four drum pads that light up when they are hit. */
import { groundColour, objectColour } from '../look.ts';
import { BLACK, blend, WHITE } from '../picture.ts';
import { beats, glowAfter, mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { burst } from '../sound.ts';

const HUE_DEG = 322;

export const drumPads: SceneKind = {
  name: 'drum-pads',
  backgroundHueDeg: HUE_DEG,
  compose(parameters, random) {
    const stepSec = mixRatio(0.42, 0.11, parameters.tempo);
    const steps = beats(stepSec, random.uniform() * stepSec);
    const pattern = Array.from({ length: 8 }, (_, i) =>
      i % 4 === 0 ? 0 : i % 4 === 2 ? 1 : random.integer(4),
    );
    const hits: number[][] = [[], [], [], []];
    for (const [i, time] of steps.entries()) hits[pattern[i % pattern.length]!]!.push(time);
    const padSize = mix(0.17, 0.36, parameters.size);
    const pitch = mixRatio(1.9, 0.75, parameters.size);
    const colour = objectColour(parameters);
    return {
      draw(canvas, timeSec) {
        canvas.rect(
          placeX(parameters),
          0.52,
          padSize * 2.6,
          padSize * 2.6,
          groundColour(HUE_DEG, parameters, -0.14),
        );
        for (let pad = 0; pad < 4; pad += 1) {
          const lit = glowAfter(hits[pad]!, timeSec, 0.12);
          const x = placeX(parameters) + (pad % 2 === 0 ? -0.6 : 0.6) * padSize;
          const y = 0.52 + (pad < 2 ? 0.6 : -0.6) * padSize;
          canvas.rect(
            x,
            y,
            padSize,
            padSize,
            blend(blend(BLACK, colour, 0.55), blend(colour, WHITE, 0.6), lit),
          );
        }
      },
      play(timeline) {
        for (const time of hits[0]!) {
          timeline.add(time, 0.4, (t) => {
            return (
              1.3 *
              Math.sin(2 * Math.PI * 62 * pitch * (t + 0.03 * (1 - Math.exp(-t / 0.03)))) *
              Math.exp(-t / 0.1)
            );
          });
        }
        for (const time of hits[1]!) timeline.addSamples(time, burst(random, 1700 * pitch, 0.5, 0.05), 1.3);
        for (const time of hits[2]!) timeline.addSamples(time, burst(random, 8000, 1.2, 0.02), 1.2);
        for (const time of hits[3]!) {
          timeline.add(time, 0.4, (t) => 0.9 * Math.sin(2 * Math.PI * 190 * pitch * t) * Math.exp(-t / 0.08));
        }
      },
    };
  },
};
