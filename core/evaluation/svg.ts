/** Small parts that every drawing here shares. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them, so they are what is looked for.
const NOT_ALLOWED_IN_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]/g;

/** Text made safe as content or quoted attribute of XML and HTML; characters that XML cannot hold become U+FFFD. */
export function escapeMarkup(text: string): string {
  return text
    .toWellFormed()
    .replace(NOT_ALLOWED_IN_XML, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A coordinate, px: at most two decimals, never an exponent. */
export function px(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** A number for people with a real minus sign, so that it is as wide as a plus and never breaks from its digits. */
export function decimal(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '\u2212');
}

/** Rough width of a text, px, in a sans-serif of `sizePx`; wide East Asian characters count double. */
export function textWidthPx(text: string, sizePx: number): number {
  let ems = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    ems +=
      code >= 0x1100 && !(code >= 0x2000 && code < 0x2e80)
        ? 1.05
        : /[A-Z@MWmw]/.test(character)
          ? 0.75
          : 0.58;
  }
  return ems * sizePx;
}
