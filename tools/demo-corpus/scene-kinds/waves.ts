/** A swell that rises and falls, and its surf. */
import { groundColour, objectColour } from '../look.ts';
import { blend, WHITE } from '../picture.ts';
import { mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { filtered, SAMPLE_RATE_HZ } from '../sound.ts';

const HUE_DEG = 210;

export const waves: SceneKind = {
  name: 'waves',
  backgroundHueDeg: HUE_DEG,
  compose(parameters, random) {
    const swellSec = mixRatio(3.2, 0.8, parameters.tempo);
    const phase = random.uniform();
    const height = mix(0.06, 0.22, parameters.size);
    const surfHz = mixRatio(1500, 260, parameters.size);
    const swell = (timeSec: number): number =>
      0.5 + 0.5 * Math.sin(2 * Math.PI * (timeSec / swellSec + phase));
    const colour = objectColour(parameters);
    return {
      draw(canvas, timeSec) {
        const boatX = placeX(parameters);
        const seaY = (x: number, layer: number): number => {
          const ripple = 0.25 * Math.sin(9 * x + layer * 2 + timeSec * 3);
          return (
            0.62 + 0.12 * layer + height * (ripple + 0.9 - 1.8 * swell(timeSec - layer * 0.12 * swellSec))
          );
        };
        const deckY = seaY(boatX, 0);
        canvas.polygon(
          [
            [boatX, deckY - 0.34],
            [boatX + 0.17, deckY - 0.07],
            [boatX, deckY - 0.07],
          ],
          WHITE,
        );
        canvas.polygon(
          [
            [boatX - 0.16, deckY - 0.06],
            [boatX + 0.18, deckY - 0.06],
            [boatX + 0.12, deckY + 0.05],
            [boatX - 0.1, deckY + 0.05],
          ],
          blend(colour, WHITE, 0.2),
        );
        for (let layer = 0; layer < 3; layer += 1) {
          const tone = blend(colour, groundColour(HUE_DEG, parameters, -0.15), 0.15 + 0.25 * layer);
          for (let column = -3; column < 116; column += 1) {
            const x = column / 80;
            const y = seaY(x, layer);
            canvas.rect(x, (y + 1.1) / 2, 0.026, 1.1 - y, tone);
            canvas.rect(x, y, 0.0125, 0.022, WHITE, 0.25 + 0.65 * swell(timeSec - layer * 0.12 * swellSec));
          }
        }
      },
      play(timeline) {
        const surf = filtered(timeline.noise(random), 'lowpass', surfHz, 0.6);
        timeline.addSamples(
          -1,
          surf.map((sample, i) => sample * mix(0.04, 1, swell(i / SAMPLE_RATE_HZ - 1) ** 2)),
        );
        const foam = filtered(timeline.noise(random), 'bandpass', surfHz * 6, 1);
        timeline.addSamples(
          -1,
          foam.map((sample, i) => sample * 0.15 * swell(i / SAMPLE_RATE_HZ - 1) ** 6),
        );
      },
    };
  },
};
