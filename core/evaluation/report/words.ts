/** Numbers and names as the report writes them. */
import { languageName } from '../../domain/language-tag.ts';
import { decimal } from '../svg.ts';
import { html, type Markup } from './html.ts';

/** `1 clip`, `2 clips`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A whole number with thin spaces between thousands. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A share 0..1 in percent. */
export function percent(share: number, digits = 1): string {
  return `${decimal(share * 100, digits)}\u202f%`;
}

/** `German de`, the tag in second rank. */
export function languageLabel(tag: string): Markup {
  const name = languageName(tag);
  return name === tag ? html`${tag}` : html`${name} <small>${tag}</small>`;
}

/** `English` for sentences; the tag where there is no name. */
export function languageWord(tag: string): string {
  return languageName(tag);
}

/** Which side a dub is on, in words instead of a sign. Positive `offsetMs`: it sounds later than the original. */
export function offsetWords(offsetMs: number): string {
  const size = Math.abs(offsetMs).toFixed(1);
  if (size === '0.0') return '0.0\u202fms';
  return `${size}\u202fms ${offsetMs > 0 ? 'late' : 'early'}`;
}

/** Mean; null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
