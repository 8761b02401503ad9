import type { Clock } from '../ports/clock.ts';
import type { Spinner } from '../ports/io.ts';
import { cutToWidth } from './cell-width.ts';
import type { OutputStream } from './output.ts';
import { sanitize } from './sanitize.ts';

/** Shorter work needs no spinner, so ora, which costs as much as a start of Node, is not loaded for it. */
const patienceMs = 400;

/** The columns that ora takes before the text. */
const signWidth = 3;

/**
 * Starts ora on a terminal (with a width: at 0 columns ora 9 never returns) once the wait gets long. The text is kept
 * to one row.
 */
export function startSpinner(
  firstText: string,
  stream: OutputStream,
  { isColoured, isAscii }: { readonly isColoured: boolean; readonly isAscii: boolean },
  clock: Clock,
): Spinner {
  const stopped = new AbortController();
  let text = firstText;
  const oneRow = (): string => cutToWidth(sanitize(text), Math.max(1, (stream.columns ?? 0) - signWidth));
  let spinning: { text: string; stop(): unknown } | undefined;
  const hasWidth = (): boolean => (stream.columns ?? 0) > 0;
  const stop = (): void => {
    stopped.abort();
    stream.off('resize', stopWithoutWidth);
    spinning?.stop();
    spinning = undefined;
  };
  const stopWithoutWidth = (): void => {
    if (!hasWidth()) stop();
  };
  const start = async (): Promise<void> => {
    try {
      await clock.sleep(patienceMs, stopped.signal);
    } catch {
      return;
    }
    const { default: ora } = await import('ora');
    if (stopped.signal.aborted || !hasWidth()) return;
    stream.on('resize', stopWithoutWidth);
    spinning = ora({
      text: oneRow(),
      // Typed as process.stderr's class; that is what a terminal is here.
      stream: stream as NodeJS.WriteStream,
      color: isColoured ? 'cyan' : false,
      ...(isAscii && { spinner: 'line' as const }),
      // Ctrl-C must stay a signal.
      discardStdin: false,
      // The package with which ora hides the cursor kills the process on a signal that has a `once` listener.
      hideCursor: false,
      isEnabled: true,
    }).start();
  };
  void start();
  return {
    text(next) {
      text = next;
      if (spinning) spinning.text = oneRow();
    },
    stop,
  };
}
