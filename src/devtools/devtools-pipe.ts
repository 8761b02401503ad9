import type { Readable, Writable } from 'node:stream';

type Answer = {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };

/**
 * Calls to a browser over a pair of pipes (https://chromedevtools.github.io/devtools-protocol/): each message is JSON with a
 * zero byte behind it. No port is opened, so no other program can give orders too.
 */
export class DevToolsPipe {
  readonly #orders: Writable;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #failure: Error | undefined;

  constructor(orders: Writable, answers: Readable) {
    this.#orders = orders;
    // The end of its process says more.
    for (const end of [orders, answers]) end.on('error', () => undefined);
    let text = '';
    answers.setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0');
      text = messages.pop() ?? '';
      for (const message of messages) this.#hear(JSON.parse(message) as Answer);
    });
  }

  /** Rejects when the browser refuses the call, or has ended. */
  call<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = ++this.#lastId;
    const called = new Promise<T>((resolve, reject) =>
      this.#waiting.set(id, { resolve: (result) => resolve(result as T), reject }),
    );
    const message = { id, method, params, ...(sessionId === undefined ? {} : { sessionId }) };
    this.#orders.write(`${JSON.stringify(message)}\0`);
    return called;
  }

  /** All calls fail from now on. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #hear({ id, result, error }: Answer): void {
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || !waiting) return;
    this.#waiting.delete(id);
    if (error) waiting.reject(new Error(error.message));
    else waiting.resolve(result);
  }
}
