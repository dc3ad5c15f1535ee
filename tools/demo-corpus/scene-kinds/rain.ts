/** Rain in gusts: the hiss and the patter follow how much is falling. */
import { groundColour, objectColour } from '../look.ts';
import { blend, WHITE } from '../picture.ts';
import { looseBeats, mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { burst, filtered, SAMPLE_RATE_HZ } from '../sound.ts';

const HUE_DEG = 235;

export const rain: SceneKind = {
  name: 'rain',
  backgroundHueDeg: HUE_DEG,
  compose(parameters, random) {
    const gustSec = mixRatio(2.6, 0.55, parameters.tempo);
    const phase = random.uniform();
    const gust = (timeSec: number): number => 0.5 + 0.5 * Math.sin(2 * Math.PI * (timeSec / gustSec + phase));
    const length = mix(0.05, 0.16, parameters.size);
    const hissHz = mixRatio(7000, 1800, parameters.size);
    const drops = Array.from(
      { length: 70 },
      () => [random.uniform() * 1.6 - 0.1, random.uniform(), random.uniform()] as const,
    );
    const colour = blend(objectColour(parameters), WHITE, 0.25);
    const patter = looseBeats(0.035, 0.9, random);
    return {
      draw(canvas, timeSec) {
        const cloudX = placeX(parameters);
        canvas.rect(0.67, 1, 2, 0.16, groundColour(HUE_DEG, parameters, -0.08));
        const falling = Math.round(mix(12, drops.length, gust(timeSec)));
        for (const [x, start, rate] of drops.slice(0, falling)) {
          const y = ((start + timeSec * (1.3 + 0.5 * rate)) % 1) * 0.8 + 0.15;
          canvas.line(x, y, x - length * 0.2, y + length, mix(0.011, 0.02, parameters.size), colour, 0.9);
          if (y > 0.8) canvas.ellipse(x, 0.95, 0.03, 0.008, WHITE, 0.5);
        }
        for (const [dx, r] of [
          [-0.16, 0.1],
          [0, 0.15],
          [0.17, 0.11],
        ] as const) {
          canvas.disc(cloudX + dx, 0.12, r, blend(objectColour(parameters, 0.4), WHITE, 0.35));
        }
      },
      play(timeline) {
        const hiss = filtered(timeline.noise(random), 'bandpass', hissHz, 0.6);
        timeline.addSamples(
          -1,
          hiss.map((sample, i) => sample * mix(0.12, 1, gust(i / SAMPLE_RATE_HZ - 1))),
        );
        for (const time of patter) {
          if (random.uniform() > gust(time)) continue;
          timeline.addSamples(time, burst(random, hissHz * mix(0.6, 1.2, random.uniform()), 4, 0.008), 1.5);
        }
      },
    };
  },
};
