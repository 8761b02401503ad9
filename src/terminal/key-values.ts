import type { KeyValue } from '../ports/io.ts';
import { cellWidth } from './cell-width.ts';
import type { Palette } from './palette.ts';
import { PaintedText, sanitize } from './sanitize.ts';
import { paintStatus } from './status-look.ts';

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
