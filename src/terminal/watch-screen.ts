import type { Screen, Words } from '../ports/io.ts';
import { FullScreen } from './full-screen.ts';
import type { FullScreenParts } from './full-screen.ts';
import type { Output } from './output.ts';
import { sanitizeLine, sanitizeWords } from './sanitize.ts';
import { wrapWords } from './wrap-words.ts';

/** A screen on the terminal of stdout. What is said meanwhile on the same terminal's stderr waits for its end. */
export function watchScreen(parts: FullScreenParts, stderr: Output): Screen {
  let shown: () => readonly Words[] = () => [];
  const screen = new FullScreen(parts, ({ columns }) => ({
    lines: shown().flatMap((words) => linesOf(words, columns)),
  }));
  return {
    show(words) {
      shown = words;
      if (screen.isOpen) return screen.update();
      if (stderr.stream.isTTY === true) stderr.hold();
      screen.open();
    },
    end() {
      screen.close();
      stderr.release();
    },
  };
}

/** A table has been fitted already; sentences are broken. */
const linesOf = (words: Words, columns: number): string[] =>
  typeof words === 'string' ? wrapWords(sanitizeLine(words), columns) : sanitizeWords(words).split('\n');
