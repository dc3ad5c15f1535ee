/** What the model makes of the languages: heatmaps, what they say in a sentence, and retrieval. */
import type { EvaluationResult, LanguageCell, RetrievalRow } from '../../domain/evaluation.ts';
import { FEWEST_CLIPS_FOR_A_CLAIM, type LanguageMeasure } from '../heatmap-measure.ts';
import { drawHeatmap } from '../heatmap-svg.ts';
import { decimal } from '../svg.ts';
import { rankText } from '../text-table.ts';
import { html, type Markup, rawMarkup } from './html.ts';
import { counted, languageLabel, languageWord, mean, percent } from './words.ts';

/** The heatmap of the gap with what it says. */
export function languagesSection(result: EvaluationResult): Markup {
  return html`<section id="languages"><h2>How alike the model finds the languages</h2>
<p>${gapSentence(result)} Each cell compares the same clips in two languages: how similar their sounds are to the model, less how similar the sounds of different clips are. High means that the model hears what a clip is about and not which language is spoken.</p>
<figure class="heatmap">${picture(result, 'gap')}</figure>
<div class="pair"><figure>${picture(result, 'sameClip')}</figure><figure>${picture(result, 'otherClip')}</figure></div>
</section>\n`;
}

/** Retrieval by language and direction. */
export function retrievalSection(result: EvaluationResult): Markup {
  if (result.retrieval.length === 0) return html``;
  const isFew = result.retrieval.some((row) => row.candidates < FEWEST_CLIPS_FOR_A_CLAIM);
  return html`<section id="retrieval"><h2>Finding the sound of a picture, and the picture of a sound</h2>
<p>R@k: the share of clips whose match is among the first k of all clips in that language. The mark on each bar is what guessing would reach, the number behind it how many times that the model does. Ties count against the model.</p>
${directionTable(result, 'video-to-audio', 'Picture searches sound')}
${directionTable(result, 'audio-to-video', 'Sound searches picture')}
${isFew && html`<p class="note">Grey: fewer than ${FEWEST_CLIPS_FOR_A_CLAIM} clips to choose from, too few for a claim.</p>`}
</section>\n`;
}

/** Mean gap over all pairs of languages that have enough clips; null where none has. */
export function meanGap(result: EvaluationResult): number | null {
  return mean(soundPairs(result).map((cell) => cell.gap!));
}

function picture(result: EvaluationResult, measure: LanguageMeasure): Markup {
  return rawMarkup(drawHeatmap(result, { measure, theme: 'page' }));
}

/** Pairs of different languages with enough clips, each pair once. */
function soundPairs({ matrix, languages }: EvaluationResult): LanguageCell[] {
  return matrix.filter((cell, index) => {
    const isAboveDiagonal = index % languages.length > Math.floor(index / languages.length);
    return isAboveDiagonal && cell.gap !== null && cell.clipCount >= FEWEST_CLIPS_FOR_A_CLAIM;
  });
}

function gapSentence(result: EvaluationResult): string {
  const pairs = soundPairs(result);
  if (pairs.length === 0) {
    return `No two languages share ${FEWEST_CLIPS_FOR_A_CLAIM} clips: too few for a claim.`;
  }
  const sorted = pairs.toSorted((one, other) => one.gap! - other.gap!);
  const name = ({ a, b, gap }: LanguageCell): string =>
    `${languageWord(a)} and ${languageWord(b)} (${decimal(gap!, 2)})`;
  const first = `Over ${counted(pairs.length, 'pair')} of languages the same clip is on average ${decimal(mean(pairs.map((cell) => cell.gap!))!, 2)} closer than another clip`;
  if (pairs.length === 1) return `${first}.`;
  return `${first}: most between ${name(sorted.at(-1)!)}, least between ${name(sorted[0]!)}.`;
}

function directionTable(
  result: EvaluationResult,
  direction: RetrievalRow['direction'],
  caption: string,
): Markup {
  const rows = result.retrieval.filter((row) => row.direction === direction);
  return html`<div class="wide"><table class="retrieval"><caption>${caption}</caption>
<thead><tr><th>Language</th><th>R@1</th><th>R@5</th><th>R@10</th><th class="number">median rank</th><th class="number">by chance</th><th class="number">clips</th></tr></thead>
<tbody>${rows.map((row) => retrievalLine(row, result.originalLanguages))}</tbody></table></div>\n`;
}

function retrievalLine(row: RetrievalRow, originals: readonly string[]): Markup {
  const isOriginal = originals.includes(row.language);
  const few = rawMarkup(row.candidates < FEWEST_CLIPS_FOR_A_CLAIM ? ' class="few"' : '');
  return html`<tr${few}><td>${languageLabel(row.language)}${isOriginal && html` <span class="tag">original</span>`}</td>
${recallCell(row.recallAt1, row.chanceAt1)}${recallCell(row.recallAt5, row.chanceAt5)}${recallCell(row.recallAt10, row.chanceAt10)}
<td class="number">${rankText(row.medianRank)}</td><td class="number">${rankText(row.chanceMedianRank)}</td><td class="number">${row.candidates}</td></tr>\n`;
}

function recallCell(recall: number, chance: number): Markup {
  const times = chance >= 1 ? 'chance 100\u202f%' : `${(recall / chance).toFixed(1)}×`;
  const style = `--share:${(recall * 100).toFixed(1)}%;--chance:${(chance * 100).toFixed(1)}%`;
  return html`<td class="recall"><span class="bar" style="${style}"></span><span>${percent(recall)}</span> <small>${times}</small></td>`;
}
