import { eastAsianWidth } from 'get-east-asian-width';

const ascii = /^[\u0020-\u007e]*$/;
const emojiStyle = '\ufe0f';
const regionalIndicator = /^[\u{1f1e6}-\u{1f1ff}]/u;

/** Made when it is needed: V8 works out the properties of a literal when it loads the file, and that takes a fiftieth of a bare start. */
let invisible: RegExp | undefined;

const isInvisible = (character: string): boolean =>
  (invisible ??= new RegExp(String.raw`^[\p{Mark}\p{Default_Ignorable_Code_Point}\p{Control}]$`, 'u')).test(
    character,
  );

/** The smallest pieces of a text that a terminal shows as one: ["e", "é", "👩‍💻"]. */
const graphemes = (text: string): string[] =>
  ascii.test(text) ? [...text] : Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);

const graphemeWidth = (grapheme: string): number => {
  if (grapheme.includes(emojiStyle) || regionalIndicator.test(grapheme)) return 2;
  const base = [...grapheme].find((character) => !isInvisible(character));
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

/** The length of the longest beginning that takes at most `width` columns; of one character at least. */
export function breakWidth(text: string, width: number): number {
  let length = 0;
  let used = 0;
  for (const grapheme of graphemes(text)) {
    used += graphemeWidth(grapheme);
    if (used > width && length > 0) break;
    length += grapheme.length;
  }
  return length;
}
