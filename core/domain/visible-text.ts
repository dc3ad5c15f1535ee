/** Names and tags from strangers' files, made safe to show. */

/**
 * Text in which everything that cannot be seen or that turns the text around (control and format characters, line and
 * paragraph separators, halves of characters) stands as `\u` and its number: a name cannot draw on a terminal, fake
 * a second line, or read backwards. Nothing else is changed, so it is for people only: it cannot be turned back.
 * @param options.keepLines leaves line feeds, for text that has lines of its own; default false
 */
export function visibleText(text: string, { keepLines = false }: { keepLines?: boolean } = {}): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    if (keepLines && character === '\n') return character;
    return `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
  });
}
