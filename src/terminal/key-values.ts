import { cellWidth } from './cell-width.ts';
import type { Palette } from './palette.ts';
import { Painted, sanitize } from './sanitize.ts';
import { paintStatus } from './status-look.ts';

export type KeyValue = readonly [key: string, value: string | null | undefined];

/** A value to each line: aligned for a terminal, `key<tab>value` for a pipe. Pairs without a value are left out. */
export function keyValueText(pairs: readonly KeyValue[], isTerminal: boolean, palette: Palette): Painted {
  const filled = pairs.flatMap(([key, value]) => (value ? [[key, sanitize(value)] as const] : []));
  if (!isTerminal) return new Painted(filled.map((pair) => pair.join('\t')).join('\n'));
  const width = Math.max(0, ...filled.map(([key]) => cellWidth(key)));
  const lines = filled.map(([key, value]) => {
    const padding = ' '.repeat(width - cellWidth(key) + 2);
    return palette.faint(key) + padding + paintStatus(key, value, palette);
  });
  return new Painted(lines.join('\n'));
}
