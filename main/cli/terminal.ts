/** Where a command writes: text for people, or one JSON document for programs; progress on a terminal only. */
import { visibleText } from '../../core/domain/visible-text.ts';

/** A command's standard streams. */
export type Terminal = {
  json: boolean;
  exitCode: number;
  /** Writes to standard output as it is. */
  write(text: string): void;
  writeError(text: string): void;
  /** A line for people; silent with --json. Control characters from media and names are made visible. */
  line(text?: string): void;
  /** The result: text for people through `text`, or the value itself as JSON. */
  result(value: unknown, text: () => string | string[]): void;
  /** Shows a line that the next one replaces; only on a terminal. */
  status(text: string): void;
  /** Ends the status line. */
  clearStatus(): void;
};

/** The process's own streams. */
export function createTerminal(): Terminal {
  const isTerminal = process.stderr.isTTY === true;
  let statusShown = false;
  const clearStatus = (): void => {
    if (statusShown) process.stderr.write('\r\x1b[K');
    statusShown = false;
  };
  const write = (text: string): void => {
    clearStatus();
    process.stdout.write(text);
  };
  const terminal: Terminal = {
    json: false,
    exitCode: 0,
    write,
    writeError: (text) => {
      clearStatus();
      process.stderr.write(text);
    },
    line: (text = '') => {
      if (!terminal.json) write(`${printable(text)}\n`);
    },
    result: (value, text) => {
      if (terminal.json) write(`${JSON.stringify({ ok: true, value })}\n`);
      else for (const line of [text()].flat()) write(`${printable(line)}\n`);
    },
    status: (text) => {
      if (terminal.json || !isTerminal) return;
      const width = (process.stderr.columns ?? 80) - 1;
      process.stderr.write(`\r\x1b[K${printable(text).slice(0, width)}`);
      statusShown = true;
    },
    clearStatus,
  };
  return terminal;
}

/**
 * Text with control and direction characters made visible, so that a name in a file cannot draw on the terminal.
 * Line feeds stay: our own tables have them.
 */
export function printable(text: string): string {
  return visibleText(text, { keepLines: true });
}

/** Rows as columns that line up; the first row is the heading. Numbers are set to the right. */
export function table(rows: readonly (readonly (string | number | null)[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell))));
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)));
  return cells.map((row, rowIndex) =>
    row
      .map((cell, i) => {
        const width = widths[i] ?? 0;
        const isNumber = rowIndex > 0 && typeof rows[rowIndex]?.[i] === 'number';
        return isNumber ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
