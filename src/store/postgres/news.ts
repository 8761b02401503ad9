import { joinSignals } from '../../domain/join-signals.ts';
import type { Clock } from '../../ports/clock.ts';
import type { News } from '../../ports/news.ts';
import type { Connections, Statements } from './connections.ts';

/** What processes of one database are told by; it has no content. */
const channel = 'wactl';

/** Sent when the transaction commits, once however often it is asked for in it. */
export const tellNews = (statements: Statements): Promise<unknown> =>
  statements.all(`SELECT pg_notify('${channel}', '')`);

const ignore = (): void => undefined;

/** So that it follows a name that leads elsewhere after a failover, also when nobody has cut it. */
const connectionAgeMs = 600_000;
const [firstPauseMs, longestPauseMs] = [1_000, 30_000];

/**
 * News by LISTEN, on a connection of its own. While it is away there are none, and behind a pooler that gives each transaction to
 * another connection there may never be any.
 */
export class PostgresNews implements News {
  readonly #connections: Connections;
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #listeners = new Set<() => void>();
  #end: AbortController | undefined;

  constructor(connections: Connections, clock: Pick<Clock, 'sleep'>) {
    this.#connections = connections;
    this.#clock = clock;
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (!this.#end) {
      this.#end = new AbortController();
      void this.#keepListening(this.#end.signal);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.end();
    };
  }

  end(): void {
    this.#end?.abort(new Error('nobody listens'));
    this.#end = undefined;
  }

  async #keepListening(signal: AbortSignal): Promise<void> {
    const tell = (): void => this.#listeners.forEach((listener) => listener());
    let pauseMs = firstPauseMs;
    const began = (): void => {
      pauseMs = firstPauseMs;
      // What happened before was told to nobody.
      tell();
    };
    while (!signal.aborted) {
      const renewed = new AbortController();
      const over = joinSignals(signal, renewed.signal);
      let isOld = false;
      const age = this.#clock.sleep(connectionAgeMs, over.signal).then(() => (isOld = true), ignore);
      void age.then(() => renewed.abort());
      await this.#connections.listen(channel, { began, tell, signal: over.signal }).catch(ignore);
      renewed.abort();
      over.end();
      if (isOld) continue;
      await this.#clock.sleep(pauseMs, signal).catch(ignore);
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    }
  }
}
