import { beforeEach, describe, expect, test } from 'vitest';
import { announceHost } from '../../src/api/announce-host.ts';
import { ShareState } from '../../src/api/share-state.ts';
import type { Aside } from '../../src/api/share-state.ts';
import type { SessionStatus } from '../../src/domain/session.ts';
import type { Hosts } from '../../src/ports/hosts.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';
import { memoryHosts } from '../support/memory-hosts.ts';

describe('a serve on a shared store', () => {
  let clock: FakeClock;
  let hosts: Hosts;
  let held: Map<string, SessionStatus>;
  let stopping: AbortController;
  let announced: number[];
  let share: ShareState;
  let aside: (Aside | undefined)[];
  let announce: Hosts['announce'];
  const begin = () =>
    announceHost({
      hosts: {
        ...hosts,
        announce(state) {
          announced.push(clock.now().getTime() - start);
          return announce(state);
        },
      },
      holder: { heldStatuses: () => Promise.resolve(held) },
      url: 'http://one:7764',
      clock,
      signal: stopping.signal,
      state: share,
      onAside: (now) => aside.push(now),
    });
  const start = new FakeClock().now().getTime();

  beforeEach(() => {
    clock = new FakeClock();
    const facts = { serverId: 's1', name: 'one', version: '1.2.3', pid: 1 };
    hosts = memoryHosts(() => clock.now()).of(facts);
    announce = (state) => hosts.announce(state);
    held = new Map();
    stopping = new AbortController();
    [announced, aside] = [[], []];
    share = new ShareState();
  });

  test('is announced before it begins, and each 10 s', async () => {
    await begin();
    expect(await hosts.hosts()).toMatchObject([{ url: 'http://one:7764', sessions: 0, isDraining: false }]);
    await clock.advance(25_000);
    expect(announced).toEqual([0, 10_000, 20_000]);
  });

  test('tells within a second that it holds more sessions', async () => {
    await begin();
    await clock.advance(2_500);
    held.set('a', 'logged_in');
    await clock.advance(500);
    expect([announced, await hosts.hosts()]).toMatchObject([[0, 3_000], [{ sessions: 1 }]]);
    await clock.advance(10_000);
    expect(announced).toEqual([0, 3_000, 13_000]);
  });

  test('tells at once that it is stopping, and leaves when it has ended', async () => {
    const announcing = await begin();
    stopping.abort();
    await settled();
    expect([announced, await hosts.hosts()]).toMatchObject([[0, 0], [{ isDraining: true }]]);
    await clock.advance(10_000);
    expect(announced).toEqual([0, 0, 10_000]);
    await announcing.end();
    expect([await hosts.hosts(), clock.sleeping]).toEqual([[], []]);
  });

  const look = () => share.looked({ at: clock.now(), quota: 0, free: 0 });

  test('takes no more when it has not looked for 30 s, until it does', async () => {
    await begin();
    await clock.advance(25_000);
    look();
    await clock.advance(24_000);
    expect([await hosts.hosts(), aside]).toMatchObject([[{ isDraining: false }], []]);
    await clock.advance(5_000);
    expect([await hosts.hosts(), aside]).toMatchObject([[{ isDraining: true }], ['blind']]);
    look();
    await clock.advance(1_000);
    expect([await hosts.hosts(), aside]).toMatchObject([[{ isDraining: false }], ['blind', undefined]]);
  });

  test('takes sessions when the store was away for long, which nobody could look at', async () => {
    await begin();
    look();
    announce = () => Promise.reject(new Error('away'));
    await clock.advance(120_000);
    announce = (state) => hosts.announce(state);
    await clock.advance(5_000);
    expect([await hosts.hosts(), aside]).toMatchObject([[{ isDraining: false }], []]);
  });

  test('tries again each second while the store is away, and does not wait for it at its end', async () => {
    announce = () => Promise.reject(new Error('away'));
    const announcing = await begin();
    await clock.advance(2_000);
    expect(announced).toEqual([0, 1_000, 2_000]);
    announce = () => new Promise(() => undefined);
    await clock.advance(1_000);
    const ending = announcing.end();
    await clock.advance(1_000);
    await ending;
    expect(clock.sleeping).toEqual([]);
  });
});
