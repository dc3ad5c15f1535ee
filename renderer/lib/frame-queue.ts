/** Pictures that take long to draw, one a frame, so that the pointer stays smooth while many change at once. */

const waiting = new Set<() => void>();
let frame = 0;

/** Draws in one of the next frames; asked for again before that, it is drawn once. */
export function drawInFrame(draw: () => void): void {
  waiting.add(draw);
  if (frame === 0) frame = requestAnimationFrame(next);
}

/** Takes a picture back that is not drawn yet. */
export function dropDrawing(draw: () => void): void {
  waiting.delete(draw);
}

function next(): void {
  const [draw] = waiting;
  if (draw !== undefined) {
    waiting.delete(draw);
    draw();
  }
  frame = waiting.size > 0 ? requestAnimationFrame(next) : 0;
}
