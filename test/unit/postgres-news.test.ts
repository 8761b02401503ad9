import { beforeEach, describe, expect, it } from 'vitest';
import type { Connections, Statements } from '../../src/store/postgres/connections.ts';
import { PostgresNews } from '../../src/store/postgres/news.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';
import { unexpected } from '../support/unexpected.ts';

/** A pooler in transaction mode hears LISTEN on one connection of the server, and NOTIFY on any. */
describe('news of PostgreSQL', () => {
  let clock: FakeClock;
  let isHeard: boolean;
  let told: string[];
  let news: PostgresNews;

  beforeEach(() => {
    [clock, isHeard, told] = [new FakeClock(), true, []];
    let tell: (content: string) => void = () => undefined;
    const statements: Statements = {
      run(_sql, [, content] = []) {
        if (isHeard) tell(String(content));
        return Promise.resolve(1);
      },
      rows: () => unexpected('rows'),
      all: () => unexpected('all'),
    };
    const connections: Pick<Connections, 'listen' | 'use'> = {
      use: (work) => work(statements),
      listen: (_channel, { began, tell: given, signal }) => {
        tell = given;
        began();
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      },
    };
    news = new PostgresNews(connections, clock);
  });

  const listen = () =>
    news.listen(
      () => told.push('news'),
      () => told.push('deaf'),
    );

  it('that are heard are no news when the process has sent them itself', async () => {
    listen();
    await clock.advance(10_000);
    expect(told).toEqual(['news']);
    news.end();
    await settled();
    expect(clock.sleeping).toEqual([]);
  });

  it('that are not heard after 5 s are told of once', async () => {
    isHeard = false;
    listen();
    await clock.advance(4_999);
    expect(told).toEqual(['news']);
    await clock.advance(1);
    expect(told).toEqual(['news', 'deaf']);
    // It listens on a new connection every ten minutes.
    await clock.advance(1_300_000);
    expect(told).toEqual(['news', 'deaf', 'news', 'news']);
    news.end();
  });
});
