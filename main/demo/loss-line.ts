/** A curve in one line of text. */

/** The loss as one line of bars, each the mean of a stretch of steps. */
export function lossLine(losses: readonly number[]): string {
  if (losses.length < 2) return '';
  const bars = '█▇▆▅▄▃▂▁';
  const columns = Math.min(60, losses.length);
  const means = Array.from({ length: columns }, (_, i) => {
    const part = losses.slice(
      Math.floor((i * losses.length) / columns),
      Math.floor(((i + 1) * losses.length) / columns),
    );
    return part.reduce((sum, loss) => sum + loss, 0) / part.length;
  });
  const top = Math.max(...means);
  const bottom = Math.min(...means);
  const scaled = means.map((mean) => bars[Math.min(7, Math.floor((8 * (top - mean)) / (top - bottom || 1)))]);
  return `loss ${top.toFixed(2)} ${scaled.join('')} ${bottom.toFixed(2)}`;
}
