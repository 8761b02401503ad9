import type { Clock } from '../session/clock.ts';
import type { OutputStream } from './output.ts';

export interface Spinner {
  text(text: string): void;
  stop(): void;
}

/** What is over sooner needs no spinner, and ora (which costs as much as a start of Node) is not loaded for it. */
const patienceMs = 400;

/** Starts ora on a terminal (with a width: at 0 columns ora 9 never returns) once the wait gets long. */
export function startSpinner(
  firstText: string,
  stream: OutputStream,
  isColoured: boolean,
  clock: Clock,
): Spinner {
  const stopped = new AbortController();
  let text = firstText;
  let spinning: { text: string; stop(): unknown } | undefined;
  const start = async (): Promise<void> => {
    try {
      await clock.sleep(patienceMs, stopped.signal);
    } catch {
      return;
    }
    const { default: ora } = await import('ora');
    if (stopped.signal.aborted || !((stream.columns ?? 0) > 0)) return;
    spinning = ora({
      text,
      // Typed as process.stderr's class; that is what a terminal is here.
      stream: stream as NodeJS.WriteStream,
      color: isColoured ? 'cyan' : false,
      // Ctrl-C must stay a signal.
      discardStdin: false,
      isEnabled: true,
    }).start();
  };
  void start();
  return {
    text(next) {
      text = next;
      if (spinning) spinning.text = next;
    },
    stop() {
      stopped.abort();
      spinning?.stop();
      spinning = undefined;
    },
  };
}
