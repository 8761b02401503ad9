import { cellWidth } from './cell-width.ts';

/** Joins parts with " · ", leaving out from the end of `dispensable` on as many as do not fit (0 columns: unknown). */
export function fitParts(parts: readonly string[], dispensable: readonly string[], columns: number): string {
  const left = [...dispensable];
  let shown = parts;
  while (columns > 0 && left.length > 0 && cellWidth(shown.join(' · ')) > columns) {
    const without = left.pop();
    shown = shown.filter((part) => part !== without);
  }
  return shown.join(' · ');
}
