/** What the checks found, what was decided, and how the dubs sit in time. */
import { type Alignment, type Finding, findingWord, SEVERITIES } from '../../domain/finding.ts';
import type { ReportDecisionCount, ReportInput, ReportTitle } from '../report-input.ts';
import { foldLong, html, htmlTable, type Markup } from './html.ts';
import { counted, languageLabel, offsetWords, percent } from './words.ts';

const MOST_SENTENCES = 300;
const FOLD_ABOVE_ROWS = 15;
/** A dub this close to its original counts as in step (our choice). */
const IN_STEP_MS = 1;

const VERDICT_LABELS: Record<ReportDecisionCount['verdict'], string> = {
  accept: 'accepted',
  reject: 'rejected',
  'needs-work': 'needs work',
};

/** Findings, planted faults and decisions; each only where it is known. */
export function checksSection(input: ReportInput): Markup {
  const { findings, planted, decisions = [], titles = [] } = input;
  if (findings === undefined && planted === undefined && decisions.length === 0) return html``;
  return html`<section id="checks"><h2>What the checks found, and what was decided</h2>
${planted !== undefined && plantedList(planted)}
${findings !== undefined && findingParts(findings, titles)}
${decisions.length > 0 && decisionTable(decisions)}
</section>\n`;
}

/** Offsets by language, and every one of them below. */
export function offsetsSection(offsets: readonly Alignment[], titles: readonly ReportTitle[]): Markup {
  if (offsets.length === 0) return html``;
  return html`<section id="offsets"><h2>How the dubs sit in time</h2>
<p>Measured on the sound that original and dub share, over all shots of a title; where they share too little, the answer is "can't tell". What was measured is taken out when a dub is read.</p>
${offsetSummary(offsets)}
${foldLong(offsets.length > FOLD_ABOVE_ROWS, 'Every title and language', offsetTable(offsets, titles))}
</section>\n`;
}

function plantedList({ faults, falseAlarms, cleanPairs }: NonNullable<ReportInput['planted']>): Markup {
  const found = faults.filter((fault) => fault.found).length;
  return html`<p>Planted faults found: <b>${found} of ${faults.length}</b>. False alarms: <b>${falseAlarms}</b> on ${counted(cleanPairs, 'clean pair')}.</p>
<ul class="ticks">${faults.map((fault) => html`<li class="${fault.found ? 'found' : 'missed'}">${fault.sentence}${!fault.found && html` <b>(not found)</b>`}</li>`)}</ul>`;
}

function findingParts(findings: readonly Finding[], titles: readonly ReportTitle[]): Markup {
  if (findings.length === 0) return html`<p>No check found anything.</p>`;
  const groups = [
    ...Map.groupBy(findings, (finding) => `${finding.code} ${finding.severity}`).values(),
  ].toSorted((one, other) => severityRank(other[0]!) - severityRank(one[0]!) || other.length - one.length);
  const names = new Map(titles.map((title) => [title.id, title.name]));
  const worstFirst = findings.toSorted((one, other) => severityRank(other) - severityRank(one));
  const sentences = htmlTable(
    ['Severity', 'Title', 'Language', 'What was found'],
    worstFirst
      .slice(0, MOST_SENTENCES)
      .map((finding) => [
        finding.severity,
        names.get(finding.titleId) ?? finding.titleId,
        languageLabel(finding.language),
        finding.sentence,
      ]),
    { textColumns: 4 },
  );
  const more = findings.length - MOST_SENTENCES;
  return html`${htmlTable(
    ['Finding', 'Severity', 'Languages', 'number'],
    groups.map((group) => [
      findingWord(group[0]!.code),
      html`<span class="tag ${group[0]!.severity}">${group[0]!.severity}</span>`,
      [...new Set(group.map((finding) => finding.language))].toSorted().join(', '),
      group.length,
    ]),
    { textColumns: 3 },
  )}
${foldLong(findings.length > FOLD_ABOVE_ROWS, `All ${counted(findings.length, 'finding')}`, sentences)}
${more > 0 && html`<p class="note">and ${counted(more, 'more finding')}; dubscope pairs lists them all.</p>`}`;
}

function severityRank(finding: Finding): number {
  return SEVERITIES.indexOf(finding.severity);
}

function decisionTable(decisions: readonly ReportDecisionCount[]): Markup {
  return htmlTable(
    ['Decision', 'By', 'pairs'],
    decisions.map(({ verdict, by, count }) => [VERDICT_LABELS[verdict], by, count]),
    { textColumns: 2 },
  );
}

function offsetSummary(offsets: readonly Alignment[]): Markup {
  const byLanguage = Map.groupBy(offsets, (offset) => offset.language);
  const rows = [...byLanguage]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([language, all]) => {
      const known = all.map((offset) => offset.offsetMs).filter((offsetMs) => offsetMs !== null);
      const inStep = known.filter((offsetMs) => Math.abs(offsetMs) <= IN_STEP_MS).length;
      return [
        languageLabel(language),
        known.length === 0 ? '–' : offsetWords(Math.min(...known)),
        known.length === 0 ? '–' : offsetWords(Math.max(...known)),
        inStep,
        known.length - inStep,
        all.length - known.length,
      ];
    });
  return htmlTable(
    ['Language', 'earliest', 'latest', `within ${IN_STEP_MS} ms`, 'further off', "can't tell"],
    rows,
  );
}

function offsetTable(offsets: readonly Alignment[], titles: readonly ReportTitle[]): Markup {
  const names = new Map(titles.map((title) => [title.id, title.name]));
  const languages = [...new Set(offsets.map((offset) => offset.language))].toSorted();
  const byTitle = Map.groupBy(offsets, (offset) => offset.titleId);
  return htmlTable(
    ['Title', ...languages.map((language) => languageLabel(language))],
    [...byTitle].map(([titleId, all]) => [
      names.get(titleId) ?? titleId,
      ...languages.map((language) => offsetCell(all.find((offset) => offset.language === language))),
    ]),
  );
}

function offsetCell(offset: Alignment | undefined): Markup {
  if (offset === undefined) return html`<span class="faint">–</span>`;
  const shots = counted(offset.shotCount, 'shot');
  if (offset.offsetMs === null) return html`<span class="faint">can't tell</span><br><small>${shots}</small>`;
  const how =
    offset.source === 'person' ? 'set by a person' : `${percent(offset.confidence, 0)} sure, ${shots}`;
  return html`${offsetWords(offset.offsetMs)}<br><small>${how}</small>`;
}
