/** A goods train that passes: it rumbles, and each axle pair clacks at the rail joint. */
import { groundColour, objectColour } from '../look.ts';
import { BLACK, blend, WHITE } from '../picture.ts';
import { beats, glowAfter, mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { burst, filtered } from '../sound.ts';

const HUE_DEG = 85;

export const train: SceneKind = {
  name: 'train',
  backgroundHueDeg: HUE_DEG,
  compose(parameters, random) {
    const wagonSec = mixRatio(1.25, 0.32, parameters.tempo);
    const joints = beats(wagonSec, random.uniform() * wagonSec);
    const wagonHeight = mix(0.16, 0.42, parameters.size);
    const wagonLength = mix(0.45, 0.75, parameters.size);
    const clackHz = mixRatio(1100, 320, parameters.size);
    const colour = objectColour(parameters);
    return {
      draw(canvas, timeSec) {
        const jointX = placeX(parameters);
        const railY = 0.84;
        canvas.rect(0.67, 0.95, 2, 0.24, groundColour(HUE_DEG, parameters, -0.1));
        canvas.rect(0.67, railY + 0.02, 2, 0.02, BLACK);
        const passed = (timeSec - joints[0]!) / wagonSec;
        for (let wagon = -3; wagon <= 3; wagon += 1) {
          const x = jointX + (wagon - (passed % 1)) * wagonLength;
          const tone =
            (((Math.floor(passed) + wagon) % 2) + 2) % 2 === 0 ? colour : blend(colour, BLACK, 0.35);
          canvas.rect(x, railY - 0.06 - wagonHeight / 2, wagonLength * 0.92, wagonHeight, tone);
          for (const dx of [-0.3, 0.3]) {
            canvas.rect(
              x + dx * wagonLength,
              railY - 0.06 - wagonHeight * 0.65,
              wagonLength * 0.2,
              wagonHeight * 0.3,
              WHITE,
              0.7,
            );
          }
          for (const dx of [-0.08, 0.08]) canvas.disc(x + dx, railY - 0.03, 0.045, BLACK);
        }
        const lit = glowAfter(joints, timeSec, 0.12);
        canvas.disc(jointX, railY + 0.06, 0.03 + 0.02 * lit, blend(colour, WHITE, lit));
      },
      play(timeline) {
        timeline.addSamples(
          -1,
          filtered(filtered(timeline.noise(random), 'lowpass', 110), 'lowpass', 140),
          1.6,
        );
        for (const joint of joints) {
          for (const delaySec of [0, mix(0.17, 0.09, parameters.tempo)]) {
            timeline.addSamples(joint + delaySec, burst(random, clackHz, 2.5, 0.035), 2);
            timeline.addSamples(joint + delaySec, burst(random, clackHz * 4.5, 3, 0.012), 1);
          }
        }
      },
    };
  },
};
