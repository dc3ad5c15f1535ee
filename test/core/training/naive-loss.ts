/** The contrastive loss in double precision, pair by pair, and its slopes: what the tests compare with. */
import type { LossForm } from '../../../core/domain/run.ts';
import { createRng } from '../../../core/rng.ts';
import type { LossSettings } from '../../../core/training/loss.ts';

/** One view of a batch: a row a clip. */
export type Rows = number[][];

/** The four views. */
export type Views = Record<'videoPrimary' | 'videoSecondary' | 'audioPrimary' | 'audioSecondary', Rows>;

/** Random rows of length one. */
export function unitRows(purpose: string, batch = 5, size = 4): Rows {
  const random = createRng(9).stream(purpose);
  return Array.from({ length: batch }, () => {
    const row = Array.from({ length: size }, () => random.normal());
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
}

/** Four different views. */
export function randomViews(batch: number): Views {
  return {
    videoPrimary: unitRows('v p', batch),
    videoSecondary: unitRows('v s', batch),
    audioPrimary: unitRows('a p', batch),
    audioSecondary: unitRows('a s', batch),
  };
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, k) => sum + value * b[k]!, 0);

/** Mean over `anchors` of -log of the positive's share among the anchor's candidates. */
function meanSurprise(anchors: Rows, candidatesOf: (i: number) => Rows, positives: Rows, t: number): number {
  const surprises = anchors.map((anchor, i) => {
    const scores = candidatesOf(i).map((candidate) => dot(anchor, candidate) / t);
    const most = Math.max(...scores);
    const log = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
    return log - dot(anchor, positives[i]!) / t;
  });
  return surprises.reduce((sum, value) => sum + value, 0) / surprises.length;
}

/** One term, each form by its definition. */
export function naiveTerm(form: LossForm, x: Rows, y: Rows, temperature: number): number {
  if (form === 'nt-xent') {
    const all = [...x, ...y];
    const others = (i: number): Rows => all.filter((_, k) => k !== i);
    return meanSurprise(all, others, [...y, ...x], temperature);
  }
  const forth = meanSurprise(x, () => y, y, temperature);
  return form === 'one-direction' ? forth : (forth + meanSurprise(y, () => x, x, temperature)) / 2;
}

/** The whole loss and its unweighted parts. */
export function naiveLoss(
  { videoPrimary, videoSecondary, audioPrimary, audioSecondary }: Views,
  { temperature, lambdaVideo, lambdaAudio, lossForm, lossPairing, crossScale }: LossSettings,
): { total: number; cross: number; video: number; audio: number } {
  const l = (x: Rows, y: Rows): number => naiveTerm(lossForm, x, y, temperature);
  let sum = l(videoSecondary, audioPrimary) + l(videoPrimary, audioSecondary);
  if (lossPairing === 'all') sum += l(videoPrimary, audioPrimary) + l(videoSecondary, audioSecondary);
  const mean = lossPairing === 'all' ? sum / 4 : sum / 2;
  const cross = crossScale === 'sum' ? sum : mean;
  const video = lambdaVideo === 0 ? 0 : l(videoPrimary, videoSecondary);
  const audio = lambdaAudio === 0 ? 0 : l(audioPrimary, audioSecondary);
  const weight = crossScale === 'remainder' ? 1 - lambdaVideo - lambdaAudio : 1;
  return { total: weight * cross + lambdaVideo * video + lambdaAudio * audio, cross, video, audio };
}

/** Central difference of a function of one number. */
export function slopeAt(f: (x: number) => number, x: number, h = 1e-5): number {
  return (f(x + h) - f(x - h)) / (2 * h);
}

/** Central differences of a function of rows, number by number, flattened. */
export function slopes(f: (rows: Rows) => number, rows: Rows): number[] {
  return rows.flatMap((row, i) =>
    row.map((value, k) =>
      slopeAt((moved) => f(rows.map((old, r) => (r === i ? old.with(k, moved) : old))), value),
    ),
  );
}
