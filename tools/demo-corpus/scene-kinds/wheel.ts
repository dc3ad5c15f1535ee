/** A spoked wheel that turns: its motor hums, and each spoke that passes the stop makes a pulse. */
import { groundColour, objectColour } from '../look.ts';
import { BLACK, blend, WHITE } from '../picture.ts';
import { beats, glowAfter, mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { burst } from '../sound.ts';

const HUE_DEG = 120;
const SPOKES = 5;

export const wheel: SceneKind = {
  name: 'wheel',
  backgroundHueDeg: HUE_DEG,
  compose(parameters, random) {
    const pulseSec = mixRatio(0.7, 0.13, parameters.tempo);
    const phaseSec = random.uniform() * pulseSec;
    const pulses = beats(pulseSec, phaseSec);
    const radius = mix(0.17, 0.4, parameters.size);
    const humHz = mixRatio(330, 90, parameters.size);
    const colour = objectColour(parameters);
    return {
      draw(canvas, timeSec) {
        const x = placeX(parameters);
        const y = 0.52;
        canvas.rect(0.67, 1, 2, 0.16, groundColour(HUE_DEG, parameters, -0.1));
        canvas.line(x, y, x - 0.14, 0.95, 0.04, BLACK);
        canvas.line(x, y, x + 0.14, 0.95, 0.04, BLACK);
        canvas.disc(x, y, radius, BLACK, 0.35);
        for (let spoke = 0; spoke < SPOKES; spoke += 1) {
          const angle = (2 * Math.PI * (spoke + (timeSec - phaseSec) / pulseSec)) / SPOKES - Math.PI / 2;
          canvas.line(x, y, x + radius * Math.cos(angle), y + radius * Math.sin(angle), 0.035, colour);
        }
        canvas.ring(x, y, radius, 0.05, colour);
        canvas.disc(x, y, 0.05, blend(colour, WHITE, 0.5));
        const hit = glowAfter(pulses, timeSec, pulseSec / 4);
        canvas.disc(x, y - radius - 0.05, 0.03 + 0.02 * hit, blend(BLACK, WHITE, hit));
      },
      play(timeline) {
        for (const pulse of pulses) {
          timeline.add(pulse, pulseSec, (t) => {
            const envelope = Math.exp((-3 * t) / pulseSec) * Math.min(1, t / 0.004);
            const turns = humHz * (pulse + 1 + t);
            return envelope * (2 * (turns - Math.floor(turns)) - 1);
          });
          timeline.addSamples(pulse, burst(random, humHz * 5, 0.35, 0.03), 5);
        }
      },
    };
  },
};
