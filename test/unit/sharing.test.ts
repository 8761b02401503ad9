import { beforeEach, describe, expect, it } from 'vitest';
import { shareSessions } from '../../src/api/share-sessions.ts';
import { ShareState } from '../../src/api/share-state.ts';
import type { Close, CloseReason } from '../../src/domain/close.ts';
import type { Session, SessionStatus } from '../../src/domain/session.ts';
import { WactlError } from '../../src/errors.ts';
import { overviewOf } from '../../src/holder/overview-of.ts';
import type { Hosts } from '../../src/ports/hosts.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';
import { fakeNews } from '../support/fake-news.ts';
import { newborn } from '../support/fake-session.ts';
import { memoryHosts } from '../support/memory-hosts.ts';

const wished = (id: string): Session => ({
  ...newborn,
  id,
  paired: true,
  wantsOnline: true,
  status: 'disconnected',
});

/** Serves on one store: a session is online as soon as one takes it. */
class World {
  readonly clock = new FakeClock();
  readonly heldBy = new Map<string, string>();
  readonly log: string[] = [];
  readonly logins = new Map<string, number>();
  readonly told = fakeNews();
  sessions: readonly Session[];
  listen = true;
  failure: string | undefined;
  /** The serves whose looks do not come to an end. */
  readonly blind = new Set<string>();
  /** The serves where no session can log in, and why. */
  readonly cutOff = new Map<string, CloseReason>();
  /** The session that cannot be brought online. */
  broken: string | undefined;
  readonly #hosts = memoryHosts(() => this.clock.now());

  constructor(count: number) {
    this.sessions = Array.from({ length: count }, (_, at) => wished(`s${at}`));
  }

  get counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const serverId of this.heldBy.values()) counts[serverId] = (counts[serverId] ?? 0) + 1;
    return counts;
  }

  statusAt(serverId: string): SessionStatus {
    return this.cutOff.has(serverId) ? 'connecting' : 'logged_in';
  }

  closeAt(serverId: string): Close | null {
    const reason = this.cutOff.get(serverId);
    return reason ? { reason, code: null, at: this.clock.now() } : null;
  }

  hosts(serverId: string): Hosts {
    const hosts = this.#hosts.of({ serverId, name: serverId, version: '1.2.3', pid: 1 });
    let wasDraining = false;
    return {
      ...hosts,
      announce: async (state) => {
        await hosts.announce(state);
        if (state.isDraining !== wasDraining) this.told.tell();
        wasDraining = state.isDraining;
      },
    };
  }

  /** What the process `serverId` holds is free again. */
  release(id: string): void {
    this.heldBy.delete(id);
    this.told.tell();
  }

  async start(serverId: string) {
    const { clock, heldBy } = this;
    const stop = new AbortController();
    const state = new ShareState();
    let before = (): Promise<void> => Promise.resolve();
    const own = (): string[] => [...heldBy].filter(([, by]) => by === serverId).map(([id]) => id);
    const sharing = await shareSessions({
      overview: () => {
        if (this.blind.has(serverId)) return new Promise(() => undefined);
        if (this.failure !== undefined) return Promise.reject(new Error(this.failure));
        const leases = [...heldBy].map(([sessionId, by]) => ({
          ...{ sessionId, leaseId: sessionId, pid: 1, socketPath: '/run/1', acquiredAt: clock.now() },
          ...{ status: this.statusAt(by), serverId: by },
        }));
        return Promise.resolve(overviewOf(this.sessions, leases, own()));
      },
      holder: {
        bringOnline: ({ id }) => {
          if (id === this.broken) return Promise.reject(new WactlError('store_damaged', 'it cannot be read'));
          if (heldBy.has(id)) return Promise.reject(new WactlError('in_use', 'another was faster'));
          heldBy.set(id, serverId);
          return Promise.resolve({ id, status: 'logged_in', details: 'online' });
        },
        check: () => Promise.reject(new Error('nothing is to be finished')),
      },
      own: {
        holder: { heldStatuses: () => Promise.resolve(new Map(own().map((id) => [id, 'logged_in']))) },
        get ids() {
          return own();
        },
        get: (id) =>
          heldBy.get(id) === serverId
            ? {
                status: this.statusAt(serverId),
                close: this.closeAt(serverId),
                isMovable: true,
                handOver: () => Promise.resolve(this.release(id)),
              }
            : undefined,
        limitLogins: (count) => this.logins.set(serverId, count),
      },
      hosts: this.hosts(serverId),
      news: this.listen ? this.told.news : undefined,
      clock,
      maxRetries: 1,
      signal: stop.signal,
      url: null,
      warn: (sentence) => this.log.push(sentence),
      log: {
        line: (_level, text, facts) => this.log.push(`${serverId} ${String(facts?.['session'])} ${text}`),
      },
      beforeEnd: (work) => (before = work),
      state,
    });
    this.told.tell();
    await settled();
    return {
      state,
      /** As at SIGTERM. */
      stop: async () => {
        stop.abort();
        await before();
        this.told.tell();
        await sharing.watching;
        await sharing.end();
      },
      /** As by kill -9: nobody hears of it. */
      kill: () => stop.abort(),
    };
  }
}

describe('serves that share sessions', () => {
  let world: World;
  beforeEach(() => {
    world = new World(9);
  });

  it('one alone has all, and as many logins at once as there may be', async () => {
    await world.start('a');
    expect([world.counts, world.logins.get('a')]).toEqual([{ a: 9 }, 8]);
    expect(world.log).toContain('a s0 no host holds it: taking it');
  });

  it('one that comes gets its share a little later, and the logins at once are divided', async () => {
    await world.start('a');
    await world.start('b');
    expect(world.counts).toEqual({ a: 9 });
    await world.clock.advance(6_000);
    expect(world.counts).toEqual({ a: 5, b: 4 });
    await world.start('c');
    await world.clock.advance(6_000);
    expect(world.counts).toEqual({ a: 3, b: 3, c: 3 });
    expect([...world.logins]).toEqual([
      ['a', 2],
      ['b', 2],
      ['c', 2],
    ]);
    const moves = world.log.filter((line) => line.endsWith('let go of: another host has fewer'));
    expect(moves).toHaveLength(4 + 3);
    await world.clock.advance(600_000);
    expect(world.log.filter((line) => line.includes('let go'))).toHaveLength(moves.length);
  });

  it('the sessions of one that stops are taken at once', async () => {
    const first = await world.start('a');
    for (const name of ['b', 'c']) await world.start(name);
    await world.clock.advance(20_000);
    const stopped = first.stop();
    await world.clock.advance(1_000);
    await stopped;
    expect(world.counts).toEqual({ b: 5, c: 4 });
    expect(await world.hosts('b').hosts()).toHaveLength(2);
  });

  it('one that stops and has nobody to take over lets nothing go before its end', async () => {
    const alone = await world.start('a');
    await alone.stop();
    expect(world.counts).toEqual({ a: 9 });
  });

  it('what one that was killed held is taken when its leases are over, and nothing else moves', async () => {
    const killed = await world.start('a');
    for (const name of ['b', 'c']) await world.start(name);
    await world.clock.advance(20_000);
    killed.kill();
    await world.clock.advance(60_000);
    expect(world.counts).toEqual({ a: 3, b: 3, c: 3 });
    for (const [id, by] of [...world.heldBy]) if (by === 'a') world.heldBy.delete(id);
    await world.clock.advance(5_000);
    expect(world.counts).toEqual({ b: 5, c: 4 });
  });

  it('what a command holds is in nobody’s share', async () => {
    for (const { id } of world.sessions.slice(0, 3)) world.heldBy.set(id, 'a command');
    for (const name of ['a', 'b']) await world.start(name);
    await world.clock.advance(20_000);
    expect(world.counts).toEqual({ 'a command': 3, a: 3, b: 3 });
  });

  it('what a serve holds for a moment, and need not be online, is in nobody’s share', async () => {
    const resting = Array.from({ length: 6 }, (_, at) => ({ ...wished(`resting${at}`), wantsOnline: false }));
    world.sessions = [...world.sessions.slice(0, 6), ...resting];
    for (const name of ['a', 'b']) await world.start(name);
    await world.clock.advance(20_000);
    world.log.length = 0;
    for (const { id } of resting) world.heldBy.set(id, 'a');
    await world.clock.advance(20_000);
    expect([world.counts, world.log]).toEqual([{ a: 9, b: 3 }, []]);
  });

  it('a session that cannot be taken is not tried at each look', async () => {
    world.broken = 's0';
    await world.start('a');
    await world.clock.advance(55_000);
    const tries = world.log.filter((line) => line.startsWith('a s0 '));
    expect(tries).toHaveLength(3);
    expect(world.counts).toEqual({ a: 8 });
  });

  it('news have a free session taken at once; without them that takes some seconds', async () => {
    await world.start('a');
    await world.clock.advance(1_000);
    world.release('s0');
    await settled();
    expect(world.heldBy.get('s0')).toBe('a');
    world.heldBy.delete('s0');
    await world.clock.advance(5_000);
    expect(world.heldBy.get('s0')).toBe('a');
  });

  it('news in a row are one look each half second', async () => {
    let looks = 0;
    await world.start('a');
    Object.defineProperty(world, 'sessions', { get: () => (looks++, []) });
    await world.clock.advance(500);
    looks = 0;
    for (let at = 0; at < 100; at++) {
      world.told.tell();
      await world.clock.advance(20);
    }
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThanOrEqual(2 * 6);
  });

  it('one whose looks hang gets no share any more, and says so', async () => {
    for (const name of ['a', 'b']) await world.start(name);
    await world.clock.advance(20_000);
    world.blind.add('a');
    world.sessions = [...world.sessions, ...new World(15).sessions.slice(9)];
    await world.clock.advance(20_000);
    expect(world.counts).toEqual({ a: 5, b: 8 });
    await world.clock.advance(20_000);
    expect(world.counts).toEqual({ a: 5, b: 10 });
    expect(await world.hosts('b').hosts()).toMatchObject([
      { serverId: 'a', isAlive: true, isDraining: true },
      { serverId: 'b', isDraining: false },
    ]);
    expect(world.log.filter((line) => line.includes('the share of'))).toEqual([
      'sessions were not looked up for 30 s: the other hosts take what would be the share of this one',
    ]);
  });

  describe('one where no session can log in any more', () => {
    const shared = { a: 3, b: 3, c: 3 };
    const told = (): readonly string[] => world.log.filter((line) => line.includes('log in'));

    beforeEach(async () => {
      for (const name of ['a', 'b', 'c']) await world.start(name);
      await world.clock.advance(20_000);
      expect(world.counts).toEqual(shared);
      world.log.length = 0;
    });

    it('hands all over within the term of a lease and a look, and says why', async () => {
      world.cutOff.set('a', 'certificate_out_of_date');
      await world.clock.advance(29_999);
      expect(world.counts).toEqual(shared);
      await world.clock.advance(2_001);
      expect(world.counts).toEqual({ b: 5, c: 4 });
      expect(told()).toEqual([
        'no session can log in from this machine (the certificate from WhatsApp is not valid at this time), and some can from ' +
          'others, which take those of this one; look for the reason here with: wactl doctor',
        ...['s1', 's7', 's8'].map((id) => `a ${id} let go of: it cannot log in here`),
      ]);
    });

    it('tries few of them after a minute, two, four, … and takes its share once they log in', async () => {
      world.cutOff.set('a', 'unreachable');
      await world.clock.advance(40_000);
      const tries: { after: number; seconds: number }[] = [];
      for (let [after, had] = [40, 0]; after < 1_000; after++) {
        await world.clock.advance(1_000);
        const has = world.counts['a'] ?? 0;
        if (has > 0 && had === 0) tries.push({ after, seconds: 0 });
        const last = tries.at(-1);
        if (last && has > 0) last.seconds++;
        had = has;
      }
      expect(tries.map(({ after }) => after)).toEqual([94, 224, 474, 964]);
      expect(Math.max(...tries.map(({ seconds }) => seconds))).toBeLessThanOrEqual(6);
      world.cutOff.clear();
      await world.clock.advance(1_000_000);
      expect(world.counts).toEqual(shared);
    });

    it('keeps its share when it could be each session’s own affair', async () => {
      world.cutOff.set('a', 'proxy_failed');
      await world.clock.advance(600_000);
      expect([world.counts, told()]).toEqual([shared, []]);
    });

    it('keeps its share when none can log in elsewhere', async () => {
      for (const name of ['a', 'b', 'c']) world.cutOff.set(name, 'unreachable');
      await world.clock.advance(600_000);
      expect([world.counts, told()]).toEqual([shared, []]);
    });
  });

  it('a state has what the last look has found, and what was moved', async () => {
    const one = await world.start('a');
    const two = await world.start('b');
    await world.clock.advance(6_000);
    world.sessions = [...world.sessions, wished('new')];
    world.broken = 'new';
    await world.clock.advance(4_000);
    expect(one.state.last).toEqual({ at: world.clock.now(), quota: 5, free: 1 });
    expect([one.state.moved('taken'), one.state.moved('handed_over')]).toEqual([9, 4]);
    const stopped = one.stop();
    await world.clock.advance(1_000);
    await stopped;
    expect([one.state.moved('handed_over'), two.state.moved('taken')]).toEqual([9, 10]);
  });

  it('a store that is away is told of once each time', async () => {
    await world.start('a');
    world.failure = 'away';
    await world.clock.advance(60_000);
    expect(world.log.filter((line) => line.includes('away'))).toEqual([
      'sessions could not be looked up: away',
    ]);
    world.failure = undefined;
    await world.clock.advance(10_000);
    world.failure = 'away';
    await world.clock.advance(10_000);
    expect(world.log.filter((line) => line.includes('away'))).toHaveLength(2);
  });
});
