/** Bubbles that come off the bottom: each starts with a rising blip. */
import { groundColour, objectColour } from '../look.ts';
import { blend, WHITE } from '../picture.ts';
import { looseBeats, mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { SAMPLE_RATE_HZ } from '../sound.ts';

const HUE_DEG = 155;
const RISE_SEC = 1.5;

export const bubbles: SceneKind = {
  name: 'bubbles',
  backgroundHueDeg: HUE_DEG,
  compose(parameters, random) {
    const gapSec = mixRatio(0.62, 0.13, parameters.tempo);
    const born = looseBeats(gapSec, 0.4, random).map((timeSec) => ({
      timeSec,
      x: placeX(parameters) + (random.uniform() - 0.5) * 0.28,
      scale: mix(0.8, 1.2, random.uniform()),
    }));
    const radius = mix(0.04, 0.13, parameters.size);
    const pitchHz = mixRatio(1300, 330, parameters.size);
    const colour = objectColour(parameters, 0.62);
    return {
      draw(canvas, timeSec) {
        canvas.ellipse(placeX(parameters), 1.02, 0.5, 0.14, groundColour(HUE_DEG, parameters, -0.12));
        for (const { timeSec: birthSec, x, scale } of born) {
          const since = timeSec - birthSec;
          if (since < 0 || since > RISE_SEC) continue;
          const at = since / RISE_SEC;
          const size = radius * scale * Math.min(1, 0.3 + since / 0.12);
          const y = 0.9 - at * 1.05;
          const wobbleX = x + 0.03 * Math.sin(since * 8);
          canvas.disc(wobbleX, y, size, colour, 0.55);
          canvas.ring(wobbleX, y, size, 0.02, blend(colour, WHITE, 0.6));
          canvas.disc(wobbleX - size * 0.35, y - size * 0.35, size * 0.2, WHITE);
          canvas.glow(wobbleX, y, size * 2, WHITE, 0.6 * Math.exp(-since / 0.08));
        }
      },
      play(timeline) {
        for (const { timeSec, scale } of born) {
          const lengthSec = 0.16;
          let turns = 0;
          timeline.add(timeSec, lengthSec, (t) => {
            turns += ((pitchHz / scale) * 2.2 ** (t / lengthSec)) / SAMPLE_RATE_HZ;
            return Math.sin(2 * Math.PI * turns) * Math.sin(Math.PI * (t / lengthSec)) ** 0.7;
          });
        }
      },
    };
  },
};
