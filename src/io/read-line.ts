import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/**
 * Reads one line; undefined when the input ends first. Rejects with the signal's reason. The terminal stays in its own
 * line mode, so that Ctrl-C is a signal here as everywhere.
 */
export async function readLine(input: Readable, signal: AbortSignal): Promise<string | undefined> {
  signal.throwIfAborted();
  const lines = createInterface({ input, terminal: false });
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(undefined));
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  } finally {
    lines.close();
  }
}

/** Whether an answer agrees. Anything but a yes does not. */
export const isYes = (answer: string | undefined): boolean => /^\s*y(es)?\s*$/i.test(answer ?? '');
