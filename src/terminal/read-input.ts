import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { addAbortSignal } from 'node:stream';
import type { Readable } from 'node:stream';
import { UsageError } from '../errors.ts';

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

/** More than anybody types or keeps in a file of one secret. */
const mostBytes = 1024 * 1024;

/** Reads all there is, as UTF-8. Rejects with the signal's reason, or a UsageError when it does not end. */
export async function readText(input: Readable, signal: AbortSignal): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of addAbortSignal(signal, input)) {
      const bytes = Buffer.from(chunk as Buffer | string);
      size += bytes.length;
      if (size > mostBytes) throw new UsageError('the input is longer than 1 MB');
      chunks.push(bytes);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** The same of a file, which may be a pipe: `<(pass show wactl)`. */
export async function readTextFile(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await readText(createReadStream(path), signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof UsageError || signal.aborted || code === undefined) throw error;
    throw new UsageError(`the file "${path}" cannot be read: ${code}`);
  }
}
