/** An emergency lamp that flashes while its siren wails up and down. */
import { groundColour, objectColour } from '../look.ts';
import { BLACK, blend, WHITE } from '../picture.ts';
import { mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { SAMPLE_RATE_HZ } from '../sound.ts';

const HUE_DEG = 262;

export const siren: SceneKind = {
  name: 'siren',
  backgroundHueDeg: HUE_DEG,
  compose(parameters, random) {
    const wailSec = mixRatio(2.4, 0.45, parameters.tempo);
    const phase = random.uniform();
    const pitchHz = mixRatio(1100, 330, parameters.size);
    const radius = mix(0.09, 0.22, parameters.size);
    const swing = (timeSec: number): number => Math.sin(2 * Math.PI * (timeSec / wailSec + phase));
    const colour = objectColour(parameters);
    return {
      draw(canvas, timeSec) {
        const x = placeX(parameters);
        const lit = 0.5 + 0.5 * swing(timeSec);
        const lampY = 0.62;
        canvas.glow(x, lampY, 0.3 + 0.9 * lit, colour, 0.15 + 0.75 * lit);
        canvas.rect(0.67, 0.92, 2, 0.3, groundColour(HUE_DEG, parameters, -0.12));
        canvas.disc(x, lampY + 0.06, radius, blend(colour, WHITE, 0.75 * lit));
        canvas.rect(x, 0.87, radius * 2.8, 0.32, BLACK);
        const beam = 2 * Math.PI * (timeSec / wailSec + phase);
        for (const turn of [0, Math.PI]) {
          const reach = radius + 0.5;
          canvas.line(
            x + Math.cos(beam + turn) * radius,
            lampY + Math.sin(beam + turn) * radius * 0.3,
            x + Math.cos(beam + turn) * reach,
            lampY + Math.sin(beam + turn) * reach * 0.3,
            0.03,
            blend(colour, WHITE, 0.5),
            0.6,
          );
        }
      },
      play(timeline) {
        let turns = 0;
        timeline.add(-1, 6, (t) => {
          turns += (pitchHz * 1.5 ** swing(t - 1)) / SAMPLE_RATE_HZ;
          let sum = 0;
          for (let k = 1; k <= 6; k += 1) sum += Math.sin(2 * Math.PI * k * turns) / k;
          return sum * (0.6 + 0.4 * swing(t - 1));
        });
      },
    };
  },
};
