import { cellWidth, cutToWidth } from './cell-width.ts';
import type { Palette } from './palette.ts';
import { PaintedText, sanitize } from './sanitize.ts';
import { paintStatus } from './status-look.ts';
import type { KeyValue } from '../ports/io.ts';

const gap = '  ';
const narrowest = 8;

/**
 * Takes from the widest column but the first (an id is there to be copied) until all fit; undefined when they do not fit even
 * where each is as narrow as can be read.
 */
function fitColumns(widths: readonly number[], available: number): number[] | undefined {
  const fitted = [...widths];
  let excess = fitted.reduce((sum, width) => sum + width, 0) + gap.length * (fitted.length - 1) - available;
  while (excess-- > 0) {
    const widest = Math.max(...fitted.slice(1));
    if (widest <= narrowest) return undefined;
    fitted[fitted.lastIndexOf(widest)] = widest - 1;
  }
  return fitted;
}

/**
 * For a person: aligned, cut to fit `columns` of the terminal, titles on top, without columns that are empty in every row. On a
 * terminal that is too narrow each row becomes a record, in which nothing is cut. Ends without a line end.
 */
export function tableForTerminal(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
  palette: Palette,
): PaintedText {
  const filled = titles.map((_, at) => at === 0 || rows.length === 0 || rows.some((row) => row[at]));
  const shown = titles.filter((_, at) => filled[at]);
  const clean = rows.map((row) => row.filter((_, at) => filled[at]).map(sanitize));
  const natural = shown.map((title, index) =>
    Math.max(cellWidth(title), ...clean.map((row) => cellWidth(row[index] ?? ''))),
  );
  const widths = fitColumns(natural, columns);
  if (!widths) return recordsForTerminal(shown, clean, palette);
  const line = (cells: readonly string[], paint: (cell: string, title: string) => string): string =>
    shown
      .map((title, index) => {
        const width = widths[index] ?? 0;
        const cell = cutToWidth(cells[index] ?? '', width);
        const isLast = index === shown.length - 1;
        return paint(cell, title) + (isLast ? '' : ' '.repeat(Math.max(0, width - cellWidth(cell))));
      })
      .join(gap)
      .trimEnd();
  const lines = [
    line(shown, (title) => palette.strong(title)),
    ...clean.map((row) => line(row, (cell, title) => paintStatus(title, cell, palette))),
  ];
  return new PaintedText(lines.join('\n'));
}

const recordsForTerminal = (
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  palette: Palette,
): PaintedText => {
  const records = rows.map((row) =>
    keyValueText(
      titles.map((title, at) => [title.toLowerCase(), row[at]]),
      true,
      palette,
    ),
  );
  return new PaintedText(records.map(({ text }) => text).join('\n\n'));
};

/** For a pipe: tabs between cells, no titles, nothing cut, so that `cut -f` and `awk` can rely on it. */
export const tableForPipe = (rows: readonly (readonly string[])[]): PaintedText =>
  new PaintedText(rows.map((row) => row.map(sanitize).join('\t')).join('\n'));

/** A value to each line: aligned for a terminal, `key<tab>value` for a pipe. Pairs without a value are left out. */
export function keyValueText(pairs: readonly KeyValue[], isTerminal: boolean, palette: Palette): PaintedText {
  const filled = pairs.flatMap(([key, value]) => (value ? [[key, sanitize(value)] as const] : []));
  if (!isTerminal) return new PaintedText(filled.map((pair) => pair.join('\t')).join('\n'));
  const width = Math.max(0, ...filled.map(([key]) => cellWidth(key)));
  const lines = filled.map(([key, value]) => {
    const padding = ' '.repeat(width - cellWidth(key) + 2);
    return palette.faint(key) + padding + paintStatus(key, value, palette);
  });
  return new PaintedText(lines.join('\n'));
}
