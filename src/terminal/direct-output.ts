// Results go to files and pipes without a stream, because Node takes a tenth of a bare start to open one. What a command says
// while it works goes through the stream: there a reader that reads slowly, or not at all, holds nothing up.
import { fstatSync, writeSync } from 'node:fs';
import type { OutputStream } from './output.ts';

/** stdout (1) or stderr (2): the stream itself if it is a terminal, else one that is opened when it is needed. */
export function directOutput(descriptor: number, open: () => OutputStream): OutputStream {
  return isTerminal(descriptor) ? open() : new DirectOutput(descriptor, open);
}

/** Maybe: the null device is opened too. Where it cannot be told, as in some places on Windows, the stream knows. */
function isTerminal(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return true;
  }
}

class DirectOutput implements OutputStream {
  readonly #descriptor: number;
  readonly #open: () => OutputStream;
  readonly #listeners: ((error: Error) => void)[] = [];
  #stream: OutputStream | undefined;

  constructor(descriptor: number, open: () => OutputStream) {
    this.#descriptor = descriptor;
    this.#open = open;
  }

  on(event: 'error' | 'resize', listener: (error: Error) => void): void {
    if (event === 'error') this.#listeners.push(listener);
  }

  off(): void {
    // Only a terminal has a size.
  }

  write(content: string | Uint8Array, done: (error?: Error | null) => void): void {
    if (this.#stream === undefined) {
      this.#stream = this.#open();
      for (const listener of this.#listeners) this.#stream.on('error', listener);
    }
    this.#stream.write(content, done);
  }

  /** What was written through the stream stays before it. A pipe that is full, and does not wait, leaves the rest to the stream. */
  writeNow(content: string): string | Uint8Array {
    if (this.#stream !== undefined) return content;
    let left: Uint8Array = Buffer.from(content);
    try {
      while (left.length > 0) left = left.subarray(writeSync(this.#descriptor, left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
    return left;
  }
}
