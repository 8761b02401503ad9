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

/** Reads all there is. Rejects with the signal's reason, or a UsageError when there are more than `mostBytes`. */
async function readStream(input: Readable, signal: AbortSignal, mostBytes: number): Promise<Buffer> {
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of addAbortSignal(signal, input)) {
      const bytes = Buffer.from(chunk as Buffer | string);
      size += bytes.length;
      if (size > mostBytes) throw new UsageError(`the input is longer than ${sizeWords(mostBytes)}`);
      chunks.push(bytes);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** The same of a stream, or of a file, which may be a pipe: `<(pass show wactl)`. */
export async function readFrom(
  source: Readable | string,
  signal: AbortSignal,
  mostBytes: number,
): Promise<Buffer> {
  if (typeof source !== 'string') return readStream(source, signal, mostBytes);
  try {
    return await readStream(createReadStream(source), signal, mostBytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof UsageError || signal.aborted || code === undefined) throw error;
    throw new UsageError(`the file "${source}" cannot be read: ${code}`);
  }
}

const sizeWords = (bytes: number): string => (bytes < 1024 ** 3 ? '1 MB' : '1 GB');
