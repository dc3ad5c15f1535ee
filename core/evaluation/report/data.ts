/** What was imported: titles, clips, pairs by language, split and state; files that were left out. */
import type { PairState, Split } from '../../domain/title.ts';
import type { ReportInput, ReportPairCount, ReportTitle } from '../report-input.ts';
import { foldLong, html, htmlTable, type Markup } from './html.ts';
import { counted, languageLabel } from './words.ts';

const FOLD_ABOVE_ROWS = 15;
const MOST_REFUSED = 200;
const STATE_LABELS: Record<PairState, string> = {
  accepted: 'accepted',
  open: 'open',
  suspect: 'suspect',
  'needs-work': 'needs work',
  rejected: 'rejected',
};
const SPLIT_LABELS: Record<Split, string> = { train: 'training', heldout: 'held out' };

/** The data; nothing where nothing of it is known. */
export function dataSection(input: ReportInput): Markup {
  const { titles = [], pairCounts = [], refusedFiles = [] } = input;
  if (titles.length === 0 && pairCounts.length === 0 && refusedFiles.length === 0) return html``;
  return html`<section id="data"><h2>What was imported</h2>
${titles.length > 0 && html`<p>${importSentence(titles, input.fileCount)}</p>`}
${pairCounts.length > 0 && pairTable(pairCounts)}
${titles.length > 0 && titleTable(titles)}
${refusedFiles.length > 0 && refusedTable(refusedFiles)}
</section>\n`;
}

function importSentence(titles: readonly ReportTitle[], fileCount: number | undefined): string {
  const sum = (key: 'shotCount' | 'clipCount' | 'pairCount'): number =>
    titles.reduce((total, title) => total + title[key], 0);
  const heldOut = titles.filter((title) => title.split === 'heldout').length;
  const files = fileCount === undefined ? '' : ` from ${counted(fileCount, 'file')}`;
  return `${counted(titles.length, 'title')}${files}, ${heldOut} of them held out: ${counted(sum('shotCount'), 'shot')}, ${counted(sum('clipCount'), 'clip')}, ${counted(sum('pairCount'), 'clip–dub pair')}.`;
}

function pairTable(counts: readonly ReportPairCount[]): Markup {
  const languages = [...new Set(counts.map((entry) => entry.language))].toSorted();
  const splits = (['train', 'heldout'] as const).filter((split) =>
    counts.some((entry) => entry.split === split),
  );
  const states = (Object.keys(STATE_LABELS) as PairState[]).filter((state) =>
    counts.some((entry) => entry.state === state && entry.count > 0),
  );
  const total = (keep: Partial<ReportPairCount>): number =>
    counts
      .filter((entry) =>
        Object.entries(keep).every(([key, value]) => entry[key as keyof ReportPairCount] === value),
      )
      .reduce((sum, entry) => sum + entry.count, 0);
  const line = (label: Markup, keep: Partial<ReportPairCount>) => [
    label,
    ...splits.map((split) => total({ ...keep, split })),
    ...states.map((state) => total({ ...keep, state })),
    html`<b>${total(keep)}</b>`,
  ];
  return htmlTable(
    [
      'Pairs by language',
      ...splits.map((split) => SPLIT_LABELS[split]),
      ...states.map((state) => STATE_LABELS[state]),
      'all',
    ],
    [...languages.map((language) => line(languageLabel(language), { language })), line(html`<b>all</b>`, {})],
  );
}

function titleTable(titles: readonly ReportTitle[]): Markup {
  const table = htmlTable(
    ['Title', 'Original', 'Dubs', 'Part', 'shots', 'clips', 'pairs'],
    titles.map((title) => [
      title.name,
      title.originalLanguage,
      title.dubLanguages.join(', '),
      SPLIT_LABELS[title.split],
      title.shotCount,
      title.clipCount,
      title.pairCount,
    ]),
    { textColumns: 4 },
  );
  return foldLong(titles.length > FOLD_ABOVE_ROWS, `All ${counted(titles.length, 'title')}`, table);
}

function refusedTable(refused: readonly { name: string; reason: string }[]): Markup {
  const table = htmlTable(
    ['File', 'Why it was left out'],
    refused.slice(0, MOST_REFUSED).map((file) => [file.name, file.reason]),
    { textColumns: 2 },
  );
  const more = refused.length - MOST_REFUSED;
  return html`<h3>Not imported</h3>${foldLong(refused.length > FOLD_ABOVE_ROWS, counted(refused.length, 'file'), table)}
${more > 0 && html`<p class="note">and ${counted(more, 'more file')}</p>`}`;
}
