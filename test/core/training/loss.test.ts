import { expect, it } from 'vitest';
import { type Tensor, type Tensor2D, tf } from '../../../core/engine/tf.ts';
import { createRng } from '../../../core/rng.ts';
import { contrastiveLoss, infoNce, pairSimilarities } from '../../../core/training/loss.ts';
import { onEveryEngine } from '../engine/every-engine.ts';

type Rows = number[][];

/** Random rows of length one. */
function unitRows(purpose: string, batch = 5, size = 4): Rows {
  const random = createRng(9).stream(purpose);
  return Array.from({ length: batch }, () => {
    const row = Array.from({ length: size }, () => random.normal());
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
}

/** -mean log of the diagonal's share in its row and in its column. */
function naiveInfoNce(x: Rows, y: Rows, temperature: number): number {
  const score = (i: number, j: number) =>
    x[i]!.reduce((sum, value, k) => sum + value * y[j]![k]!, 0) / temperature;
  let loss = 0;
  for (let i = 0; i < x.length; i += 1) {
    let row = 0;
    let column = 0;
    for (let j = 0; j < x.length; j += 1) {
      row += Math.exp(score(i, j));
      column += Math.exp(score(j, i));
    }
    loss -= (score(i, i) - Math.log(row) + score(i, i) - Math.log(column)) / 2;
  }
  return loss / x.length;
}

const VIEWS = {
  videoPrimary: unitRows('v p'),
  videoSecondary: unitRows('v s'),
  audioPrimary: unitRows('a p'),
  audioSecondary: unitRows('a s'),
};

function tensors(rows: typeof VIEWS) {
  return {
    videoPrimary: tf.tensor2d(rows.videoPrimary),
    videoSecondary: tf.tensor2d(rows.videoSecondary),
    audioPrimary: tf.tensor2d(rows.audioPrimary),
    audioSecondary: tf.tensor2d(rows.audioSecondary),
  };
}

const numberOf = (tensor: Tensor): number => tensor.dataSync()[0]!;

onEveryEngine('contrastive loss', () => {
  it('of one pairing is the naive sum', () => {
    const { videoPrimary, audioPrimary } = tensors(VIEWS);
    for (const temperature of [1, 0.07]) {
      const naive = naiveInfoNce(VIEWS.videoPrimary, VIEWS.audioPrimary, temperature);
      expect(numberOf(infoNce(videoPrimary, audioPrimary, temperature)) / naive).toBeCloseTo(1, 5);
    }
  });

  it('pairs primary with secondary views and adds what lies within a modality', () => {
    const parts = contrastiveLoss(tensors(VIEWS), { temperature: 0.2, lambdaVideo: 0.1, lambdaAudio: 0.3 });
    const l = (x: Rows, y: Rows) => naiveInfoNce(x, y, 0.2);
    const cross = l(VIEWS.videoSecondary, VIEWS.audioPrimary) + l(VIEWS.videoPrimary, VIEWS.audioSecondary);
    const video = l(VIEWS.videoPrimary, VIEWS.videoSecondary);
    const audio = l(VIEWS.audioPrimary, VIEWS.audioSecondary);
    expect(numberOf(parts.cross)).toBeCloseTo(cross, 4);
    expect(numberOf(parts.video)).toBeCloseTo(video, 4);
    expect(numberOf(parts.audio)).toBeCloseTo(audio, 4);
    expect(numberOf(parts.total)).toBeCloseTo(cross + 0.1 * video + 0.3 * audio, 4);
  });

  it('leaves out a term of weight 0', () => {
    const parts = contrastiveLoss(tensors(VIEWS), { temperature: 0.2, lambdaVideo: 0, lambdaAudio: 0 });
    expect([numberOf(parts.video), numberOf(parts.audio)]).toEqual([0, 0]);
    expect(numberOf(parts.total)).toBe(numberOf(parts.cross));
  });

  it('is 0 for one sample, log(batch) for embeddings that are all the same, and finite at every temperature', () => {
    const same = tf.tensor2d(Array.from({ length: 8 }, () => [1, 0])) as Tensor2D;
    const one = tf.tensor2d([[0.6, 0.8]]);
    expect(numberOf(infoNce(one, one, 0.07))).toBeCloseTo(0, 6);
    expect(numberOf(infoNce(same, same, 0.07))).toBeCloseTo(Math.log(8), 5);
    const opposite = tf.neg(same) as Tensor2D;
    expect(numberOf(infoNce(same, opposite, 0.001))).toBeCloseTo(Math.log(8), 3);
  });

  it('has the gradients that differences of the naive sum give', () => {
    const temperature = 0.3;
    const x = tf.tensor2d(VIEWS.videoPrimary);
    const y = tf.tensor2d(VIEWS.audioPrimary);
    const [dx, dy] = tf.grads((a, b) => infoNce(a as Tensor2D, b as Tensor2D, temperature))([x, y]);
    const moved = (rows: Rows, i: number, k: number, by: number) =>
      rows.map((row, r) => row.map((value, c) => (r === i && c === k ? value + by : value)));
    const h = 1e-5;
    for (let i = 0; i < 5; i += 1) {
      for (let k = 0; k < 4; k += 1) {
        const alongX =
          (naiveInfoNce(moved(VIEWS.videoPrimary, i, k, h), VIEWS.audioPrimary, temperature) -
            naiveInfoNce(moved(VIEWS.videoPrimary, i, k, -h), VIEWS.audioPrimary, temperature)) /
          (2 * h);
        const alongY =
          (naiveInfoNce(VIEWS.videoPrimary, moved(VIEWS.audioPrimary, i, k, h), temperature) -
            naiveInfoNce(VIEWS.videoPrimary, moved(VIEWS.audioPrimary, i, k, -h), temperature)) /
          (2 * h);
        expect(dx!.dataSync()[i * 4 + k]).toBeCloseTo(alongX, 4);
        expect(dy!.dataSync()[i * 4 + k]).toBeCloseTo(alongY, 4);
      }
    }
  });

  it('measures similarities of matching and other pairs', () => {
    const { positive, negative } = pairSimilarities(tensors(VIEWS));
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
    const sums = { positive: 0, negative: 0 };
    for (let i = 0; i < 5; i += 1) {
      for (let j = 0; j < 5; j += 1) {
        const mean =
          (dot(VIEWS.videoSecondary[i]!, VIEWS.audioPrimary[j]!) +
            dot(VIEWS.videoPrimary[i]!, VIEWS.audioSecondary[j]!)) /
          2;
        if (i === j) sums.positive += mean / 5;
        else sums.negative += mean / 20;
      }
    }
    expect(numberOf(positive)).toBeCloseTo(sums.positive, 5);
    expect(numberOf(negative)).toBeCloseTo(sums.negative, 5);
  });
});
