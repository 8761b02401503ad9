import type { CheckLine } from '../ports/io.ts';
import { cellWidth } from './cell-width.ts';
import type { Palette } from './palette.ts';
import { PaintedText, sanitize } from './sanitize.ts';
import { wrapWords } from './wrap-words.ts';

const looks = { ok: 'good', warning: 'busy', failed: 'bad' } as const satisfies Record<
  CheckLine['status'],
  keyof Palette
>;
const statusWidth = 'warning'.length;
const gap = '  ';
/** Narrower, the words are put below the name. */
const leastWords = 30;

/** For a person: status, name and words, wrapped beside them to `columns`; what to do is a line of its own. */
export function checkListForTerminal(
  lines: readonly CheckLine[],
  columns: number,
  palette: Palette,
): PaintedText {
  const nameWidth = Math.max(0, ...lines.map(({ name }) => cellWidth(name)));
  const beside = statusWidth + gap.length + nameWidth + gap.length;
  const indent = columns - beside < leastWords ? gap.length : beside;
  const text = lines.flatMap(({ status, name, details, remedy }) => {
    const head = `${palette[looks[status]](status)}${' '.repeat(statusWidth - status.length)}${gap}${name.padEnd(nameWidth)}${gap}`;
    const words = wrapWords(sanitize(details), columns - indent);
    const rest = words.slice(indent === beside ? 1 : 0).map((line) => ' '.repeat(indent) + line);
    const first = indent === beside ? head + (words[0] ?? '') : head.trimEnd();
    const mend =
      remedy === null
        ? []
        : wrapWords(`-> ${sanitize(remedy)}`, columns - indent).map(
            (line) => ' '.repeat(indent) + palette.strong(line),
          );
    return [first, ...rest, ...mend];
  });
  return new PaintedText(text.join('\n'));
}
