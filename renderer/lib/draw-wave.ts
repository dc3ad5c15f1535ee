/** Draws the outline of a sound on a canvas. */
import type { TrackPeaks } from '../../core/domain/inspection.ts';

/** Value of a column that is as loud as can be. */
export const FULL_SCALE = 127;

/** How it is drawn. `shiftShare`: moved to the right by this share of the width. `gain`: height at full scale is 1. */
export type WaveLook = { colour: string; middle: string; shiftShare: number; gain: number };

/** Draws columns over the whole canvas, at the screen's own resolution. */
export function drawWave(canvas: HTMLCanvasElement, peaks: TrackPeaks | null, look: WaveLook): void {
  const { width, height } = canvas;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.clearRect(0, 0, width, height);
  context.fillStyle = look.middle;
  context.fillRect(0, Math.floor(height / 2), width, 1);
  if (peaks === null) return;
  const columns = peaks.lows.length;
  const scale = (look.gain * height) / 2 / FULL_SCALE;
  context.fillStyle = look.colour;
  for (let i = 0; i < columns; i += 1) {
    const [low, high] = [peaks.lows[i]!, peaks.highs[i]!];
    if (low === 0 && high === 0) continue;
    const x = (i / columns + look.shiftShare) * width;
    const top = Math.max(0, height / 2 - high * scale);
    const bottom = Math.min(height, height / 2 - low * scale);
    context.fillRect(x, top, Math.max(1, width / columns), Math.max(1, bottom - top));
  }
}
