import { breakCell } from './break-cell.ts';
import { cellWidth, cutToWidth } from './cell-width.ts';
import { fitColumns } from './fit-columns.ts';
import type { Palette } from './palette.ts';
import { PaintedText, sanitize } from './sanitize.ts';
import { paintStatus } from './status-look.ts';
import { wrapWords } from './wrap-words.ts';
import type { KeyValue } from '../ports/io.ts';

const gap = '  ';
/**
 * For a person: aligned, to fit `columns` of the terminal, titles on top, without columns that are empty in every row. What is under
 * the titles in `whole`, and in the first column, is never cut. On a terminal that is too narrow each row becomes a record, in which
 * nothing is cut. Ends without a line end.
 */
export function tableForTerminal(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  { columns, whole, palette }: { columns: number; whole: readonly string[]; palette: Palette },
): PaintedText {
  const filled = titles.map((_, at) => at === 0 || rows.length === 0 || rows.some((row) => row[at]));
  const shownTitles = titles.filter((_, at) => filled[at]);
  const clean = rows.map((row) => row.filter((_, at) => filled[at]).map(sanitize));
  const natural = shownTitles.map((title, index) => ({
    width: Math.max(cellWidth(title), ...clean.map((row) => cellWidth(row[index] ?? ''))),
    titleWidth: cellWidth(title),
    isWhole: whole.includes(title),
  }));
  const widths = fitColumns(natural, gap.length, columns);
  if (!widths) return recordsForTerminal(shownTitles, clean, columns, palette);
  const shown = shownTitles.map((title, index) => ({
    title,
    width: widths[index] ?? 0,
    isWhole: index === 0 || whole.includes(title),
  }));
  const linesOf = (cells: readonly string[], paint: (cell: string, title: string) => string): string[] => {
    const parts = shown.map(({ width, isWhole }, index) => {
      const cell = cells[index] ?? '';
      return isWhole && index > 0 ? breakCell(cell, width) : [isWhole ? cell : cutToWidth(cell, width)];
    });
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, row) =>
      shown
        .map(({ title, width }, at) => {
          const cell = parts[at]?.[row] ?? '';
          const isLast = at === shown.length - 1;
          return paint(cell, title) + (isLast ? '' : ' '.repeat(Math.max(0, width - cellWidth(cell))));
        })
        .join(gap)
        .trimEnd(),
    );
  };
  const lines = [
    ...linesOf(shownTitles, (title) => palette.strong(title)),
    ...clean.flatMap((row) => linesOf(row, (cell, title) => paintStatus(title, cell, palette))),
  ];
  return new PaintedText(lines.join('\n'));
}

const recordsForTerminal = (
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
  palette: Palette,
): PaintedText => {
  const records = rows.map((row) =>
    keyValueText(
      titles.map((title, at) => [title.toLowerCase(), row[at]]),
      columns,
      palette,
    ),
  );
  return new PaintedText(records.map(({ text }) => text).join('\n\n'));
};

/** For a pipe: tabs between cells, no titles, nothing cut, so that `cut -f` and `awk` can rely on it. */
export const tableForPipe = (rows: readonly (readonly string[])[]): PaintedText =>
  new PaintedText(rows.map((row) => row.map(sanitize).join('\t')).join('\n'));

/**
 * A value to each line: aligned for a terminal and broken at spaces where it is too long for one of its lines, `key<tab>value` for a
 * pipe (no columns). Pairs without a value are left out.
 */
export function keyValueText(
  pairs: readonly KeyValue[],
  columns: number | undefined,
  palette: Palette,
): PaintedText {
  const filled = pairs.flatMap(([key, value]) => (value ? [[key, sanitize(value)] as const] : []));
  if (columns === undefined) return new PaintedText(filled.map((pair) => pair.join('\t')).join('\n'));
  const width = Math.max(0, ...filled.map(([key]) => cellWidth(key)));
  const lines = filled.map(([key, value]) => {
    const padding = ' '.repeat(width - cellWidth(key) + gap.length);
    const pieces = wrapWords(value, Math.max(1, columns - width - gap.length));
    const painted = pieces.map((piece) => paintStatus(key, piece, palette));
    return palette.faint(key) + padding + painted.join(`\n${' '.repeat(width + gap.length)}`);
  });
  return new PaintedText(lines.join('\n'));
}
