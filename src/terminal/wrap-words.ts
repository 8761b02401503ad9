import { cellWidth } from './cell-width.ts';

/**
 * Breaks a line at spaces, so that no piece is wider than `columns` (0: unknown) unless a single word is. Pieces are indented
 * as the line is, and below the text of a numbered one: "  1. ".
 */
export function wrapWords(line: string, columns: number): string[] {
  if (columns <= 0 || cellWidth(line) <= columns) return [line];
  const [start = ''] = /^ *(?:\d+\. )?/.exec(line) ?? [];
  const indent = ' '.repeat(start.length);
  const pieces: string[] = [];
  let piece = start;
  let isEmpty = true;
  for (const word of line.slice(start.length).split(' ')) {
    const longer = isEmpty ? piece + word : `${piece} ${word}`;
    if (isEmpty || cellWidth(longer) <= columns) piece = longer;
    else {
      pieces.push(piece);
      piece = indent + word;
    }
    isEmpty = false;
  }
  return [...pieces, piece];
}
