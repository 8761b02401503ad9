import type { ServerResponse } from 'node:http';

/** How soon a browser asks again when a stream breaks. */
const retryMs = 1_000;

/** The streams of events (text/event-stream) to the open tabs of one browser; normally one. */
export class PageStreams {
  readonly #open = new Set<ServerResponse>();

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Answers with a stream that begins with `first`. */
  add(response: ServerResponse, first: unknown): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: ${String(retryMs)}\n${line(first)}`);
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
    // A browser that went away at the moment of a write.
    response.on('error', () => undefined);
  }

  send(message: unknown): void {
    for (const response of this.#open) response.write(line(message));
  }

  /** Ends all; resolves when the system has what was sent, or the browser has gone. */
  async end(): Promise<void> {
    await Promise.all(
      [...this.#open].map(
        (response) =>
          new Promise<void>((resolve) => {
            response.once('close', () => resolve());
            response.end();
          }),
      ),
    );
  }
}

const line = (message: unknown): string => `data: ${JSON.stringify(message)}\n\n`;
