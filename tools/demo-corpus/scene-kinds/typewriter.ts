/** A sheet that is typed on: a click for every character, a ding at the end of a line. */
import { objectColour } from '../look.ts';
import { BLACK, blend, WHITE } from '../picture.ts';
import { glowAfter, looseBeats, mix, mixRatio, placeX, type SceneKind } from '../scene.ts';
import { burst } from '../sound.ts';

export const typewriter: SceneKind = {
  name: 'typewriter',
  backgroundHueDeg: 55,
  compose(parameters, random) {
    const keys = looseBeats(mixRatio(0.36, 0.1, parameters.tempo), 0.5, random);
    const cell = mix(0.07, 0.15, parameters.size);
    const columns = Math.floor(0.72 / cell);
    const rows = Math.floor(0.8 / cell);
    const glyphs = keys.map(() => [random.uniform(), random.uniform(), random.integer(3)] as const);
    const clickHz = mixRatio(4200, 1300, parameters.size);
    const colour = objectColour(parameters);
    return {
      draw(canvas, timeSec) {
        const left = placeX(parameters) - (columns * cell) / 2;
        canvas.rect(placeX(parameters), 0.5, columns * cell + 0.08, 0.92, [0.93, 0.92, 0.88]);
        const typed = keys.filter((time) => time <= timeSec).length;
        const firstRow = Math.max(0, Math.floor((typed - 1) / columns) - rows + 1);
        for (let key = firstRow * columns; key < typed; key += 1) {
          const x = left + ((key % columns) + 0.5) * cell;
          const y = 0.1 + (Math.floor(key / columns) - firstRow + 0.5) * cell;
          const [a, b, bars] = glyphs[key]!;
          canvas.line(
            x + (a - 0.5) * cell * 0.5,
            y - cell * 0.32,
            x + (b - 0.5) * cell * 0.5,
            y + cell * 0.32,
            cell * 0.2,
            colour,
          );
          if (bars > 0) canvas.line(x - cell * 0.3, y, x + cell * 0.3, y, cell * 0.2, colour);
          if (bars > 1)
            canvas.line(x - cell * 0.3, y - cell * 0.3, x + cell * 0.3, y - cell * 0.3, cell * 0.2, colour);
        }
        const hit = glowAfter(keys, timeSec, 0.07);
        const headX = left + (((Math.max(1, typed) - 1) % columns) + 0.5) * cell;
        const headY = 0.1 + (Math.floor((Math.max(1, typed) - 1) / columns) - firstRow + 0.5) * cell;
        canvas.line(
          headX,
          1.05,
          headX,
          headY + cell * (0.6 + 0.7 * (1 - hit)),
          cell * 0.3,
          blend(BLACK, WHITE, 0.25),
          0.9,
        );
      },
      play(timeline) {
        for (const [key, time] of keys.entries()) {
          timeline.addSamples(time, burst(random, clickHz, 3, 0.008), 2);
          timeline.addSamples(time + 0.02, burst(random, clickHz * 0.45, 3, 0.012), 1);
          if ((key + 1) % columns !== 0) continue;
          timeline.add(
            time,
            0.8,
            (t) => 0.25 * Math.sin(2 * Math.PI * clickHz * 0.8 * t) * Math.exp(-t / 0.2),
          );
        }
      },
    };
  },
};
