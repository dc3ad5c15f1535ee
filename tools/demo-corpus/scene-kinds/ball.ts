/** A ball that bounces: a thud at every impact. */
import { groundColour, objectColour } from '../look.ts';
import { BLACK, blend, WHITE } from '../picture.ts';
import { beats, glowAfter, mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { burst } from '../sound.ts';

const HUE_DEG = 355;

export const ball: SceneKind = {
  name: 'ball',
  backgroundHueDeg: HUE_DEG,
  compose(parameters, random) {
    const periodSec = mixRatio(1.1, 0.34, parameters.tempo);
    const impacts = beats(periodSec, random.uniform() * periodSec);
    const radius = mix(0.07, 0.2, parameters.size);
    const pitchHz = mixRatio(210, 55, parameters.size);
    const colour = objectColour(parameters);
    const floorY = 0.86;
    return {
      draw(canvas, timeSec) {
        canvas.rect(0.67, 1, 2, 2 * (1 - floorY), groundColour(HUE_DEG, parameters, -0.1));
        const sinceImpact = (((timeSec - impacts[0]!) % periodSec) + periodSec) % periodSec;
        const phase = sinceImpact / periodSec;
        const height = 4 * phase * (1 - phase);
        const squash = 1 - 0.35 * Math.max(0, 1 - height * 8);
        const x = placeX(parameters);
        const y = floorY - radius * squash - height * (0.8 - 2 * radius);
        canvas.ellipse(x, floorY + 0.02, radius * (1.2 - 0.6 * height), 0.02, BLACK, 0.4);
        canvas.ellipse(x, y, radius / squash, radius * squash, colour);
        canvas.disc(x - radius * 0.35, y - radius * 0.35, radius * 0.25, blend(colour, WHITE, 0.6));
        const dust = glowAfter(impacts, timeSec, 0.1);
        canvas.ring(x, floorY, radius * (1 + 2 * (1 - dust)), 0.015, WHITE, 0.6 * dust);
      },
      play(timeline) {
        for (const impact of impacts) {
          timeline.add(impact, 0.5, (t) => {
            return (
              Math.sin(2 * Math.PI * pitchHz * (t + 0.02 * (1 - Math.exp(-t / 0.02)))) * Math.exp(-t / 0.09)
            );
          });
          timeline.addSamples(impact, burst(random, pitchHz * 6, 0.4, 0.04), 4);
        }
      },
    };
  },
};
