/** Birds that cross the sky: each downstroke of the wings has its chirp. */
import { objectColour } from '../look.ts';
import { blend, WHITE } from '../picture.ts';
import { beats, glowAfter, mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { SAMPLE_RATE_HZ } from '../sound.ts';

export const birds: SceneKind = {
  name: 'birds',
  backgroundHueDeg: 185,
  compose(parameters, random) {
    const flapSec = mixRatio(0.75, 0.17, parameters.tempo);
    const phaseSec = random.uniform() * flapSec;
    const flaps = beats(flapSec, phaseSec);
    const chirpHz = mixRatio(4600, 1700, parameters.size);
    const span = mix(0.12, 0.32, parameters.size);
    const direction = random.uniform() < 0.5 ? -1 : 1;
    const flock = [
      [0, 0.35],
      [-0.3, 0.55],
      [0.3, 0.6],
    ] as const;
    const colour = objectColour(parameters);
    return {
      draw(canvas, timeSec) {
        canvas.disc(placeX(parameters), 0.16, 0.09, [1, 0.95, 0.7]);
        const lift = Math.cos((2 * Math.PI * (timeSec - phaseSec)) / flapSec);
        const chirping = glowAfter(flaps, timeSec, 0.08);
        for (const [dx, y] of flock) {
          const x = placeX(parameters) + dx + direction * 0.07 * (timeSec - 2);
          const wingY = y - span * 0.55 * lift;
          canvas.line(x, y, x - span, wingY, span * 0.16, colour);
          canvas.line(x, y, x + span, wingY, span * 0.16, colour);
          canvas.ellipse(x, y, span * 0.3, span * 0.17, blend(colour, WHITE, 0.3 + 0.6 * chirping));
        }
      },
      play(timeline) {
        for (const flap of flaps) {
          const lengthSec = Math.min(0.11, flapSec * 0.7);
          const rise = random.uniform() < 0.7 ? 1 : -1;
          let turns = 0;
          timeline.add(flap, lengthSec, (t) => {
            const at = t / lengthSec;
            turns += (chirpHz * 1.5 ** (rise * (at - 0.5))) / SAMPLE_RATE_HZ;
            return Math.sin(2 * Math.PI * turns) * Math.sin(Math.PI * at);
          });
        }
      },
    };
  },
};
