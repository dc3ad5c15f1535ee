/** The whole page of a report. */
import { isoTime } from '../../clock.ts';
import type { RetrievalRow } from '../../domain/evaluation.ts';
import { FEWEST_CLIPS_FOR_A_CLAIM } from '../heatmap-measure.ts';
import type { ReportInput } from '../report-input.ts';
import { decimal } from '../svg.ts';
import { checksSection, offsetsSection } from './checks.ts';
import { dataSection } from './data.ts';
import { html, type Markup, rawMarkup } from './html.ts';
import { languagesSection, meanGap, retrievalSection } from './results.ts';
import { REPORT_STYLE } from './style.ts';
import { trainingSection } from './training.ts';
import { counted, grouped, mean, percent } from './words.ts';

/** The report as one HTML document that needs nothing besides itself: no scripts, no files, no network. */
export function reportPage(input: ReportInput): string {
  const sections = [
    {
      name: 'Languages',
      content: input.evaluation === undefined ? html`` : languagesSection(input.evaluation),
    },
    {
      name: 'Retrieval',
      content: input.evaluation === undefined ? html`` : retrievalSection(input.evaluation),
    },
    { name: 'Training', content: trainingSection(input.run, input.metrics ?? []) },
    { name: 'Data', content: dataSection(input) },
    { name: 'Checks', content: checksSection(input) },
    { name: 'Offsets', content: offsetsSection(input.offsets ?? [], input.titles ?? []) },
    { name: 'Repeat', content: repeatSection(input) },
  ].filter(({ content }) => content.markup !== '');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${input.projectName}: Dubscope report</title>
<style>${rawMarkup(REPORT_STYLE)}</style>
</head>
<body>
<header>
<h1>${input.projectName}</h1>
<p>${madeLine(input)}</p>
${keyFigures(input)}
<nav>${sections.map(({ name }) => html`<a href="#${name.toLowerCase()}">${name}</a>`)}</nav>
</header>
<main>
${sections.map(({ content }) => content)}
${sections.length === 0 && html`<section><p>There is nothing to report yet. Import media, check the pairs, train, and evaluate.</p></section>`}
</main>
<footer>Beside this page: the heatmap as PNG and SVG, the tables as CSV, and evaluation.json, as far as there was an evaluation.</footer>
</body>
</html>
`;
  return page.markup;
}

function madeLine({ createdMs, version }: ReportInput): string {
  const when = createdMs === undefined ? null : `${isoTime(createdMs).slice(0, 16).replace('T', ' ')} UTC`;
  const what = version === undefined ? 'Dubscope report' : `Dubscope ${version} report`;
  return when === null ? what : `${what}, ${when}`;
}

function keyFigures(input: ReportInput): Markup {
  const { titles = [], pairCounts, evaluation, findings } = input;
  const figures: { value: string; label: string }[] = [];
  if (titles.length > 0) {
    const clips = titles.reduce((sum, title) => sum + title.clipCount, 0);
    figures.push({ value: grouped(clips), label: `clips of ${counted(titles.length, 'title')}` });
  }
  if (pairCounts !== undefined && pairCounts.length > 0) {
    const accepted = pairCounts.filter((entry) => entry.state === 'accepted');
    const total = pairCounts.reduce((sum, entry) => sum + entry.count, 0);
    const count = accepted.reduce((sum, entry) => sum + entry.count, 0);
    figures.push({ value: grouped(count), label: `of ${counted(total, 'pair')} accepted` });
  }
  if (findings !== undefined) {
    const faults = findings.filter((finding) => finding.severity === 'fault').length;
    figures.push({ value: grouped(faults), label: `${faults === 1 ? 'fault' : 'faults'} found` });
  }
  if (evaluation !== undefined) {
    for (const direction of ['video-to-audio', 'audio-to-video'] as const) {
      const figure = recallFigure(evaluation.retrieval, direction);
      if (figure !== null) figures.push(figure);
    }
    const gap = meanGap(evaluation);
    if (gap !== null) figures.push({ value: decimal(gap, 2), label: 'same clip closer than another' });
  }
  if (figures.length === 0) return html``;
  return html`<div class="figures">${figures.map(({ value, label }) => html`<div><b>${value}</b><span>${label}</span></div>`)}</div>`;
}

/** Mean over the languages that have enough clips; null where none has. */
function recallFigure(
  retrieval: readonly RetrievalRow[],
  direction: RetrievalRow['direction'],
): { value: string; label: string } | null {
  const rows = retrieval.filter(
    (row) => row.direction === direction && row.candidates >= FEWEST_CLIPS_FOR_A_CLAIM,
  );
  const recall = mean(rows.map((row) => row.recallAt1));
  const chance = mean(rows.map((row) => row.chanceAt1));
  if (recall === null || chance === null) return null;
  const what = direction === 'video-to-audio' ? 'R@1 picture to sound' : 'R@1 sound to picture';
  return { value: percent(recall), label: `${what}, ${(recall / chance).toFixed(1)}× chance` };
}

function repeatSection({ commands = [], environment = [] }: ReportInput): Markup {
  if (commands.length === 0 && environment.length === 0) return html``;
  return html`<section id="repeat"><h2>To make the same again</h2>
${commands.length > 0 && html`<p>Same build, engine and device, same seed, same pairs: same bytes.</p><pre><code>${commands.join('\n')}</code></pre>`}
${environment.length > 0 && html`<dl class="facts">${environment.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`}
</section>\n`;
}
