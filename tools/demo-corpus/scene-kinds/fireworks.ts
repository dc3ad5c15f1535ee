/** Rockets that whistle up, burst with a crack and crackle out. */
import { groundColour, objectColour } from '../look.ts';
import { blend, WHITE } from '../picture.ts';
import { looseBeats, mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { burst, filtered, SAMPLE_RATE_HZ, whiteNoise } from '../sound.ts';

const HUE_DEG = 288;
const RAYS = 14;
const RISE_SEC = 0.4;

export const fireworks: SceneKind = {
  name: 'fireworks',
  backgroundHueDeg: HUE_DEG,
  compose(parameters, random) {
    const gapSec = mixRatio(1.5, 0.45, parameters.tempo);
    const shells = looseBeats(gapSec, 0.25, random).map((timeSec) => ({
      timeSec,
      x: placeX(parameters) + (random.uniform() - 0.5) * 0.3,
      y: 0.25 + random.uniform() * 0.2,
      turn: random.uniform(),
    }));
    const reach = mix(0.17, 0.45, parameters.size);
    const crackHz = mixRatio(1500, 180, parameters.size);
    const colour = objectColour(parameters);
    return {
      draw(canvas, timeSec) {
        canvas.rect(0.67, 1, 2, 0.14, groundColour(HUE_DEG, parameters, -0.1));
        for (const { timeSec: burstSec, x, y, turn } of shells) {
          const since = timeSec - burstSec;
          if (since > -RISE_SEC && since < 0) {
            const rocketY = mix(y, 0.95, (-since / RISE_SEC) ** 1.5);
            canvas.line(x, rocketY, x, rocketY + 0.1, 0.018, [1, 0.9, 0.6]);
          }
          if (since < 0 || since > 1) continue;
          const spread = reach * (1 - Math.exp(-since / 0.15));
          const fade = Math.exp(-since / 0.35);
          canvas.glow(x, y, reach * 1.6, WHITE, Math.exp(-since / 0.06));
          for (let ray = 0; ray < RAYS; ray += 1) {
            const angle = (2 * Math.PI * (ray + turn)) / RAYS;
            const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
            const fall = 0.12 * since * since;
            const tip = blend(colour, WHITE, 0.7 * fade * fade);
            canvas.line(
              x + dx * spread * 0.55,
              y + dy * spread * 0.55 + fall,
              x + dx * spread,
              y + dy * spread + fall,
              0.03,
              tip,
              fade,
            );
          }
        }
      },
      play(timeline) {
        for (const { timeSec } of shells) {
          timeline.addSamples(timeSec, burst(random, crackHz, 0.4, 0.09), 3);
          timeline.addSamples(timeSec, burst(random, 3500, 0.4, 0.015), 2);
          const crackle = whiteNoise(random, SAMPLE_RATE_HZ * 0.8).map((sample, i) => {
            return Math.abs(sample) > 0.9985 ? sample * 6 * Math.exp(-i / SAMPLE_RATE_HZ / 0.3) : 0;
          });
          timeline.addSamples(timeSec + 0.08, filtered(crackle, 'bandpass', 4500, 1));
          let turns = 0;
          timeline.add(timeSec - RISE_SEC, RISE_SEC, (t) => {
            turns += mixRatio(900, 2400, t / RISE_SEC) / SAMPLE_RATE_HZ;
            return 0.1 * Math.sin(2 * Math.PI * turns);
          });
        }
      },
    };
  },
};
