/** How the model was trained: settings and curves. */
import type { MetricsRow, RunConfig, RunSummary } from '../../domain/run.ts';
import { drawLineChart } from '../line-chart-svg.ts';
import { html, type Markup, rawMarkup } from './html.ts';
import { counted, grouped } from './words.ts';

/** Every setting of a run with its name for people and its unit. */
const SETTING_LABELS: Record<keyof RunConfig, string> = {
  preset: 'Model preset',
  strategy: 'Language strategy',
  seed: 'Seed',
  epochs: 'Epochs',
  batchSize: 'Batch size, clips',
  learningRate: 'Peak learning rate',
  finalLearningRate: 'Final learning rate',
  warmupEpochs: 'Warm-up, epochs',
  weightDecay: 'Weight decay',
  adamBeta1: 'Adam β₁',
  adamBeta2: 'Adam β₂',
  adamEpsilon: 'Adam ε',
  clipNorm: 'Gradient norm limit (0: none)',
  temperature: 'Temperature τ',
  lambdaVideo: 'Weight of video–video term λᵥ',
  lambdaAudio: 'Weight of audio–audio term λₐ',
  checkpointEverySteps: 'Checkpoint every, steps',
  keepCheckpoints: 'Checkpoints kept',
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

function settings(config: RunConfig): Markup {
  const entries = Object.entries(SETTING_LABELS).map(([key, label]) => {
    const value = config[key as keyof RunConfig];
    return value === undefined ? null : html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  });
  return html`<dl class="facts">${entries}</dl>`;
}
