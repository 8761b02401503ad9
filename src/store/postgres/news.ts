import { randomUUID } from 'node:crypto';
import { joinSignals } from '../../domain/join-signals.ts';
import type { Clock } from '../../ports/clock.ts';
import type { News } from '../../ports/news.ts';
import type { Connections, Statements } from './connections.ts';

/** What processes of one database are told by. News have no content; a process that asks itself whether it hears them sends its own. */
const channel = 'wactl';

/** Sent when the transaction commits, once however often it is asked for in it. */
export const tellNews = (statements: Statements): Promise<unknown> =>
  statements.all(`SELECT pg_notify('${channel}', '')`);

const ignore = (): void => undefined;

/** So that it follows a name that leads elsewhere after a failover, also when nobody has cut it. */
const connectionAgeMs = 600_000;
/** What a process sends itself comes at once, or never. */
const heardWithinMs = 5_000;
const [firstPauseMs, longestPauseMs] = [1_000, 30_000];

/**
 * News by LISTEN, on a connection of its own. While it is away there are none, and behind a pooler that gives each transaction to
 * another connection there may never be any, which it finds out.
 */
export class PostgresNews implements News {
  readonly #connections: Pick<Connections, 'listen' | 'use'>;
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #listeners = new Set<() => void>();
  readonly #own = randomUUID();
  #end: AbortController | undefined;
  #onDeaf: (() => void) | undefined;

  constructor(connections: Pick<Connections, 'listen' | 'use'>, clock: Pick<Clock, 'sleep'>) {
    this.#connections = connections;
    this.#clock = clock;
  }

  listen(listener: () => void, onDeaf?: () => void): () => void {
    this.#listeners.add(listener);
    this.#onDeaf ??= onDeaf;
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
    const own = this.#own;
    const tell = (): void => this.#listeners.forEach((listener) => listener());
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      const renewed = new AbortController();
      const over = joinSignals(signal, renewed.signal);
      let isOld = false;
      const age = this.#clock.sleep(connectionAgeMs, over.signal).then(() => (isOld = true), ignore);
      void age.then(() => renewed.abort());
      const heard = new AbortController();
      const listening = {
        began: (): void => {
          pauseMs = firstPauseMs;
          // What happened before was told to nobody.
          tell();
          void this.#ask(over.signal, heard.signal).catch(ignore);
        },
        tell(content: string): void {
          if (content === '') tell();
          else if (content === own) heard.abort();
        },
        signal: over.signal,
      };
      await this.#connections.listen(channel, listening).catch(ignore);
      renewed.abort();
      over.end();
      if (isOld) continue;
      await this.#clock.sleep(pauseMs, signal).catch(ignore);
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    }
  }

  /** On another connection: a pooler may answer at once on the one that is asked. */
  async #ask(over: AbortSignal, heard: AbortSignal): Promise<void> {
    await this.#connections.use((statements) =>
      statements.run('SELECT pg_notify($1, $2)', [channel, this.#own]),
    );
    const waiting = joinSignals(over, heard);
    try {
      await this.#clock.sleep(heardWithinMs, waiting.signal);
      this.#onDeaf?.();
      // Once is enough: nothing else depends on it.
      this.#onDeaf = ignore;
    } finally {
      waiting.end();
    }
  }
}
