import type { TerminalInput } from './ask-terminal.ts';
import type { ProcessSignals } from './process-signals.ts';

const [enter, lineFeed, endOfInput, backspace, rubout, wipeLine] = ['\r', '\n', '\x04', '\b', '\x7f', '\x15'];
/** What the keys do in line mode. */
const signalsOfKeys: Readonly<Record<string, 'SIGINT' | 'SIGTSTP' | 'SIGQUIT'>> = {
  '\x03': 'SIGINT',
  '\x1a': 'SIGTSTP',
  '\x1c': 'SIGQUIT',
};

/**
 * Reads a line that is not shown, from a terminal; undefined when the input ends first. The terminal is in raw mode meanwhile,
 * so the keys of the line are handled here. Rejects with the signal's reason.
 */
export async function readSecret(
  stdin: TerminalInput,
  signals: ProcessSignals,
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted();
  const decoder = new TextDecoder();
  const ended = new AbortController();
  let line: readonly string[] = [];
  stdin.setRawMode?.(true);
  // After a Ctrl-Z the shell has given the terminal its own mode, of which Node knows nothing.
  const again = (): void => {
    stdin.setRawMode?.(false);
    stdin.setRawMode?.(true);
  };
  signals.on('SIGCONT', again);
  try {
    return await new Promise((resolve, reject) => {
      const { signal: over } = ended;
      const read = (chunk: Buffer | string): void => {
        const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
        for (const key of text) {
          const raised = signalsOfKeys[key];
          if (raised) signals.raise(raised);
          else if (key === enter || key === lineFeed) return resolve(line.join(''));
          else if (key === endOfInput && line.length === 0) return resolve(undefined);
          else if (key === backspace || key === rubout) line = line.slice(0, -1);
          else if (key === wipeLine) line = [];
          else if (key >= ' ') line = [...line, key];
        }
      };
      const end = (): void => resolve(undefined);
      stdin.on('data', read).once('end', end).once('error', reject).resume();
      signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: over });
      over.addEventListener('abort', () =>
        stdin.off('data', read).off('end', end).off('error', reject).pause(),
      );
    });
  } finally {
    ended.abort();
    signals.off('SIGCONT', again);
    stdin.setRawMode?.(false);
  }
}
