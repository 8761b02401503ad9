import { breakWidth, cellWidth } from './cell-width.ts';
import { wrapWords } from './wrap-words.ts';

/** A text in lines of at most `width` columns: broken at spaces, a word that is too long after a comma, or else anywhere. */
export const breakCell = (text: string, width: number): string[] =>
  wrapWords(text, width).flatMap((line) => breakWord(line, width));

function breakWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (cellWidth(rest) > width) {
    const fits = breakWidth(rest, width);
    const comma = rest.lastIndexOf(',', fits - 1);
    const end = comma > 0 ? comma + 1 : fits;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}
