import { cellWidth, cutToWidth } from './cell-width.ts';
import type { Palette } from './palette.ts';
import { PaintedText, sanitize } from './sanitize.ts';
import { paintStatus } from './status-look.ts';
import type { KeyValue } from '../ports/io.ts';

const gap = '  ';
const narrowest = 6;

/** Takes from the widest column but the first (an id is there to be copied) until all fit, or none can give. */
function fitColumns(widths: readonly number[], available: number): number[] {
  const fitted = [...widths];
  let excess = fitted.reduce((sum, width) => sum + width, 0) + gap.length * (fitted.length - 1) - available;
  while (excess-- > 0) {
    const widest = Math.max(...fitted.slice(1));
    if (widest <= narrowest) break;
    fitted[fitted.lastIndexOf(widest)] = widest - 1;
  }
  return fitted;
}

/** For a person: aligned, cut to fit `columns` of the terminal, titles on top. Ends without a line end. */
export function tableForTerminal(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
  palette: Palette,
): PaintedText {
  const clean = rows.map((row) => row.map(sanitize));
  const natural = titles.map((title, index) =>
    Math.max(cellWidth(title), ...clean.map((row) => cellWidth(row[index] ?? ''))),
  );
  const widths = fitColumns(natural, columns);
  const line = (cells: readonly string[], paint: (cell: string, title: string) => string): string =>
    titles
      .map((title, index) => {
        const width = widths[index] ?? 0;
        const cell = cutToWidth(cells[index] ?? '', width);
        const isLast = index === titles.length - 1;
        return paint(cell, title) + (isLast ? '' : ' '.repeat(Math.max(0, width - cellWidth(cell))));
      })
      .join(gap)
      .trimEnd();
  const lines = [
    line(titles, (title) => palette.strong(title)),
    ...clean.map((row) => line(row, (cell, title) => paintStatus(title, cell, palette))),
  ];
  return new PaintedText(lines.join('\n'));
}

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
