/** What a bulk edit changes, in sentences; the same in the window and on the command line. */
import type { BulkEdit, BulkLeft, BulkResult } from './bulk-edit.ts';
import { languageName } from './language-tag.ts';

/**
 * One sentence a line: how many and of what, from what to what, what stays and why, what else changes.
 * @param tense whether it was done, or only would be
 */
export function bulkLines(result: BulkResult, edit: BulkEdit, tense: 'did' | 'would'): string[] {
  const { changed, unit } = result;
  const what = unit === 'track' ? plural(changed, 'track') : plural(changed, "title's dub", "titles' dubs");
  const verb = tense === 'did' ? 'changed' : `would change`;
  const of = `${plural(result.pairs, 'pair')} of ${plural(result.titles, 'title')} ${result.pairs === 1 ? 'was' : 'were'} chosen`;
  return [
    changed === 0 ? `Nothing ${verb}: ${of}.` : `${what} ${verb}; ${of}.`,
    ...stepLines(result, edit),
    ...result.left.map(({ why, count }) => leftLine(why, count, unit)),
    ...(result.otherPairs > 0 ? [othersLine(result)] : []),
    ...(result.pairsGone > 0
      ? [
          `${plural(result.pairsGone, 'pair')} ${tense === 'did' ? 'went' : 'would go'}: their tracks are no dubs then. Decisions come back with them.`,
        ]
      : []),
    ...(changed > 0 ? ['Findings are those of the last check until these titles are checked again.'] : []),
  ];
}

function stepLines({ steps, stepCount }: BulkResult, edit: BulkEdit): string[] {
  const name = (value: string): string =>
    edit.kind === 'language' ? languageName(value) : value.replaceAll('-', edit.kind === 'role' ? ' ' : '-');
  const lines = steps.map(({ from, to, count }) => `${name(from)} -> ${name(to)}: ${count}`);
  const more = stepCount - steps.length;
  return more > 0 ? [...lines, `and ${plural(more, 'more change')} of other values`] : lines;
}

function leftLine(why: BulkLeft, count: number, unit: BulkResult['unit']): string {
  const what = unit === 'track' ? plural(count, 'track') : plural(count, "title's dub", "titles' dubs");
  const stays = count === 1 ? 'stays' : 'stay';
  if (why === 'same') return `${what} ${stays}: so already.`;
  if (why === 'taken')
    return `${what} ${stays}: the shot has another one in that language. Swap them, or relabel that one first.`;
  if (why === 'unknown-offset') return `${what} ${stays}: no offset is known that could be shifted.`;
  return `${what} ${stays}: that would be more than an hour away.`;
}

function othersLine({ unit, otherPairs }: BulkResult): string {
  const why =
    unit === 'track' ? 'their clips are heard in the same tracks' : 'an offset holds for the whole title';
  return `${plural(otherPairs, 'pair')} that ${otherPairs === 1 ? 'was' : 'were'} not chosen ${otherPairs === 1 ? 'goes' : 'go'} along: ${why}.`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
