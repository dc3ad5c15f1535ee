/** HTML in which everything is escaped unless it is markup already. */
import { escapeMarkup } from '../svg.ts';

/** Text that is markup. Made by `html` and `rawMarkup` only. */
export type Markup = { readonly markup: string };

/** What a template takes: text and numbers are escaped, nothing and false vanish, lists are joined. */
export type Renderable = Markup | string | number | null | undefined | false | readonly Renderable[];

/** Template tag: the template's own text is markup, everything put into it is escaped. */
export function html(strings: TemplateStringsArray, ...values: Renderable[]): Markup {
  const parts = strings.map((text, i) => text + (i < values.length ? render(values[i]) : ''));
  return { markup: parts.join('') };
}

/** Markup from elsewhere, such as a drawing of ours. */
export function rawMarkup(markup: string): Markup {
  return { markup };
}

/** A table. The first `textColumns` columns hold text and are set to the left; the others are numbers. */
export function htmlTable(
  heading: readonly Renderable[],
  rows: readonly (readonly Renderable[])[],
  { textColumns = 1 }: { textColumns?: number } = {},
): Markup {
  const kind = (i: number): Markup => rawMarkup(i < textColumns ? '' : ' class="number"');
  return html`<div class="wide"><table><thead><tr>${heading.map((cell, i) => html`<th${kind(i)}>${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td${kind(i)}>${cell}</td>`)}</tr>\n`)}</tbody></table></div>\n`;
}

/** Content that is folded away when it is long; open in print. */
export function foldLong(isLong: boolean, summary: string, content: Markup): Markup {
  return isLong ? html`<details><summary>${summary}</summary>${content}</details>` : content;
}

function render(value: Renderable): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeMarkup(value);
  if (typeof value === 'number') return escapeMarkup(String(value));
  if ('markup' in value) return value.markup;
  return value.map(render).join('');
}
