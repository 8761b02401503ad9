import { eastAsianWidth } from 'get-east-asian-width';

const ascii = /^[\u0020-\u007e]*$/;
const invisible = /^[\p{Mark}\p{Default_Ignorable_Code_Point}\p{Control}]$/u;
const emojiStyle = '\ufe0f';
const regionalIndicator = /^\p{Regional_Indicator}/u;

/** The smallest pieces of a text that a terminal shows as one: ["e", "é", "👩‍💻"]. */
const graphemes = (text: string): string[] =>
  ascii.test(text) ? [...text] : Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);

const graphemeWidth = (grapheme: string): number => {
  if (grapheme.includes(emojiStyle) || regionalIndicator.test(grapheme)) return 2;
  const base = [...grapheme].find((character) => !invisible.test(character));
  return base === undefined ? 0 : eastAsianWidth(base.codePointAt(0) ?? 0);
};

/** How many columns a terminal gives to a text without control characters. */
export const cellWidth = (text: string): number =>
  ascii.test(text)
    ? text.length
    : graphemes(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);

/** The text cut to at most `width` columns; what was cut off shows as "…". */
export function cutToWidth(text: string, width: number): string {
  if (cellWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const grapheme of graphemes(text)) {
    used += graphemeWidth(grapheme);
    if (used > width) break;
    kept += grapheme;
  }
  return `${kept}…`;
}
