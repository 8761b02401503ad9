// Writing to a stream whose reader may go away. `wactl list | head -1` is not a failure: EPIPE (EIO when a terminal was
// closed) silences the stream for good and says so once. Any other failed write (a full disk) is kept and reported when
// the command ends, so that a cut-off result never looks like success.
import { WactlError } from '../errors.ts';

/** A stream that may be a terminal, as process.stdout and process.stderr are. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
  write(content: string | Uint8Array, done: (error?: Error | null) => void): unknown;
  /** Writes before it returns, or throws. Returns what `write` has to write. */
  writeNow?(content: string): string | Uint8Array;
}

const readerGoneCodes: readonly unknown[] = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED', 'ECONNRESET'];

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

export class Output {
  readonly stream: OutputStream;
  readonly #onReaderGone: () => void;
  #pending = 0;
  #held: (string | Uint8Array)[] | undefined;
  #isReaderGone = false;
  #failure: Error | undefined;
  #whenDrained: (() => void)[] = [];

  constructor(stream: OutputStream, onReaderGone: () => void) {
    this.stream = stream;
    this.#onReaderGone = onReaderGone;
    stream.on('error', (error: Error) => this.#fail(error));
  }

  write(content: string | Uint8Array): void {
    if (this.#held === undefined) this.writeNow(content);
    else this.#held.push(content);
  }

  /** Writes even while other output is held back: for the code that took over the terminal. */
  writeNow(content: string | Uint8Array): void {
    if (this.#isReaderGone || this.#failure !== undefined) return;
    this.#pending++;
    this.stream.write(content, (error) => {
      if (error) this.#fail(error);
      this.#pending--;
      if (this.#pending === 0) for (const resolve of this.#whenDrained.splice(0)) resolve();
    });
  }

  /** Like `write`, for what ends a command: it is written at once where that needs no stream. */
  finish(content: string): void {
    if (this.#held !== undefined || this.#isReaderGone || this.#failure !== undefined)
      return this.write(content);
    try {
      const left = this.stream.writeNow?.(content) ?? content;
      if (left.length > 0) this.writeNow(left);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Holds back further output until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const content of held) this.writeNow(content);
  }

  /** Resolves when all of it has left this process; throws when some of it could not be written. */
  async drained(): Promise<void> {
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#whenDrained.push(resolve));
    if (this.#failure === undefined) return;
    throw new WactlError(
      'internal',
      `the output could not be written: ${this.#failure.message}`,
      'it is incomplete: free some space, or write it elsewhere',
      { cause: this.#failure },
    );
  }

  #fail(error: Error): void {
    if (this.#isReaderGone || this.#failure !== undefined) return;
    if (!readerGoneCodes.includes(codeOf(error))) {
      this.#failure = error;
      return;
    }
    this.#isReaderGone = true;
    this.#onReaderGone();
  }
}
