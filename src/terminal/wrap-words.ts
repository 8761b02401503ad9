import { cellWidth } from './cell-width.ts';

/** Breaks a line at spaces, so that no piece is wider than `columns` (0: unknown) unless a single word is. */
export function wrapWords(line: string, columns: number): string[] {
  if (columns <= 0 || cellWidth(line) <= columns) return [line];
  const pieces: string[] = [];
  let piece = '';
  for (const word of line.split(' ')) {
    const longer = piece === '' ? word : `${piece} ${word}`;
    if (piece !== '' && cellWidth(longer) > columns) {
      pieces.push(piece);
      piece = word;
    } else {
      piece = longer;
    }
  }
  return [...pieces, piece];
}
