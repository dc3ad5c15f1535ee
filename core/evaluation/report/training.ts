/** How the model was trained: settings and curves. */
import type { MetricsRow, RunConfig, RunSummary } from '../../domain/run.ts';
import { drawLineChart } from '../line-chart-svg.ts';
import { html, type Markup, rawMarkup } from './html.ts';
import { counted, grouped } from './words.ts';

/** Every setting of a run with its name for people and its unit. */
const SETTING_LABELS: Record<keyof RunConfig, string> = {
  preset: 'Model preset',
  patchOverlap: 'Overlapping patches',
  startFrom: 'Started from',
  strategy: 'Language strategy',
  dubProbability: 'Probability of a dub',
  languageWeights: 'Language weights',
  clipsPerTitle: 'Clips of a title together (0: as shuffled)',
  seed: 'Seed',
  epochs: 'Epochs',
  batchSize: 'Batch size, clips',
  chunkSize: 'Clips in memory at once (0: the batch)',
  recompute: 'Computed again in the backward pass',
  learningRate: 'Peak learning rate',
  finalLearningRate: 'Final learning rate',
  warmupEpochs: 'Warm-up, epochs',
  weightDecay: 'Weight decay',
  adamBeta1: 'Adam β₁',
  adamBeta2: 'Adam β₂',
  adamEpsilon: 'Adam ε',
  clipNorm: 'Gradient norm limit (0: none)',
  dropPathVideo: 'Drop path, video',
  dropPathAudio: 'Drop path, audio',
  inputNorm: 'Statistics of the input norm',
  emaDecay: 'Decay of the mean weights (0: none)',
  temperature: 'Temperature τ',
  learnTemperature: 'Temperature is trained',
  lossForm: 'Form of the loss',
  lossPairing: 'Views compared',
  crossScale: 'Scale of the cross-modal part',
  lambdaVideo: 'Weight of video–video term λᵥ',
  lambdaAudio: 'Weight of audio–audio term λₐ',
  temporalCut: 'Temporal cut, share of the window',
  scaleJitter: 'Largest scale of the picture',
  cropJitterPx: 'Crop from the middle, pixels',
  flipProbability: 'Probability of a flip',
  colourProbability: 'Probability of colour jitter',
  colourStrength: 'Brightness, contrast, saturation, ±',
  hueStrength: 'Hue, ± share of the circle',
  greyProbability: 'Probability of greyscale',
  blurProbability: 'Probability of blur',
  blurSigmaPx: 'Widest blur σ, pixels',
  gainDb: 'Gain, ± dB',
  shiftMs: 'Shift of the sound, ± ms',
  offsetJitter: 'Dubs move within their uncertainty',
  maskBands: 'Widest band masked, mel bands',
  maskFrames: 'Longest time masked, frames',
  validateEveryEpochs: 'Validation every, epochs (0: never)',
  validationClips: 'Clips validated, at most',
  earlyStopAfter: 'Early stop after, validations (0: never)',
  checkpointEverySteps: 'Checkpoint every, steps',
  keepCheckpoints: 'Checkpoints kept',
  decodeAhead: 'Batches read ahead',
};

/** Settings of the run and its curves; either may be missing. */
export function trainingSection(run: RunSummary | undefined, metrics: readonly MetricsRow[]): Markup {
  if (run === undefined && metrics.length === 0) return html``;
  return html`<section id="training"><h2>How it was trained</h2>
${run !== undefined && html`<p>${runSentence(run)}</p>`}
${metrics.length > 0 && html`<figure>${lossChart(metrics)}</figure><figure>${similarityChart(metrics)}</figure>`}
${run !== undefined && settings(run.config)}
</section>\n`;
}

function runSentence(run: RunSummary): string {
  const parts = [
    `${run.id} (${run.state}) learned from ${counted(run.clipCount, 'clip')} with ${counted(run.pairCount, 'dub')}`,
    `${grouped(run.step)} of ${counted(run.totalSteps, 'step')}`,
    run.firstLoss === null || run.lastLoss === null
      ? null
      : `loss from ${run.firstLoss.toFixed(3)} to ${run.lastLoss.toFixed(3)}`,
    run.engine === null ? null : `on ${run.engine}`,
  ];
  return `${parts.filter((part) => part !== null).join(', ')}.`;
}

function lossChart(metrics: readonly MetricsRow[]): Markup {
  const steps = metrics.map((row) => row.step);
  return rawMarkup(
    drawLineChart({
      title: 'Loss',
      stepLabel: 'step',
      valueLabel: 'loss, nats',
      series: [{ name: 'loss', steps, values: metrics.map((row) => row.loss) }],
      theme: 'page',
    }),
  );
}

function similarityChart(metrics: readonly MetricsRow[]): Markup {
  const steps = metrics.map((row) => row.step);
  return rawMarkup(
    drawLineChart({
      title: 'Similarity of picture and sound in a batch',
      stepLabel: 'step',
      valueLabel: 'mean cosine similarity',
      series: [
        { name: 'of one clip', steps, values: metrics.map((row) => row.positiveSimilarity) },
        { name: 'of different clips', steps, values: metrics.map((row) => row.negativeSimilarity) },
      ],
      theme: 'page',
    }),
  );
}

function settingText(value: RunConfig[keyof RunConfig]): string | number {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' || text === '{}' ? '–' : text;
}

function settings(config: RunConfig): Markup {
  const entries = Object.entries(SETTING_LABELS).map(([key, label]) => {
    const value = config[key as keyof RunConfig];
    return value === undefined ? null : html`<div><dt>${label}</dt><dd>${settingText(value)}</dd></div>`;
  });
  return html`<dl class="facts">${entries}</dl>`;
}
