/** Rows of text as columns that line up. */

/**
 * One line a row; columns are two spaces apart and as wide as their widest cell. `alignments`: per column, default
 * `right`. Widths count characters, wide East Asian ones double. No line ends in spaces.
 */
export function textColumns(
  rows: readonly (readonly string[])[],
  alignments: readonly ('left' | 'right')[] = [],
): string[] {
  const columnCount = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columnCount }, (_, i) =>
    Math.max(...rows.map((row) => displayWidth(row[i] ?? ''))),
  );
  return rows.map((row) =>
    widths
      .map((width, i) => {
        const cell = row[i] ?? '';
        const padding = ' '.repeat(width - displayWidth(cell));
        return alignments[i] === 'left' ? cell + padding : padding + cell;
      })
      .join('  ')
      .trimEnd(),
  );
}

function displayWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += /\p{scx=Han}|\p{scx=Hira}|\p{scx=Kana}|\p{scx=Hang}/u.test(character) ? 2 : 1;
  return width;
}
