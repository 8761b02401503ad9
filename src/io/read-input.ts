import { createInterface } from 'node:readline';
import { addAbortSignal } from 'node:stream';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

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

/** Reads all there is, as UTF-8. Rejects with the signal's reason. */
export async function readText(input: Readable, signal: AbortSignal): Promise<string> {
  try {
    return await text(addAbortSignal(signal, input));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
