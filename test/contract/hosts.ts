import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Hosts } from '../../src/ports/hosts.ts';

export type HostsWorld = {
  /** A new process on the machine of this name. */
  readonly start: (name: string) => Promise<Hosts>;
  /** Lets time pass. */
  readonly later: (ms: number) => Promise<void>;
  readonly end: () => Promise<void>;
};

/** The contract of every Hosts. The processes are those of wactl 1.2.3, with the pid 1. */
export function hostsContract(name: string, make: () => Promise<HostsWorld>): void {
  describe(`${name}: the contract of Hosts`, () => {
    let world: HostsWorld;
    let [one, two]: Hosts[] = [];
    const idle = { url: null, sessions: 0, isDraining: false };

    beforeEach(async () => {
      world = await make();
      [one, two] = [await world.start('b-machine'), await world.start('a-machine')];
    });
    afterEach(() => world.end());

    test('an announced process is seen by all, with its state', async () => {
      expect(await one?.hosts()).toEqual([]);
      await one?.announce({ url: 'http://b-machine:7764', sessions: 3, isDraining: false });
      const [seen] = (await two?.hosts()) ?? [];
      expect(seen).toEqual({
        serverId: expect.stringMatching(/./) as string,
        name: 'b-machine',
        version: '1.2.3',
        pid: 1,
        url: 'http://b-machine:7764',
        sessions: 3,
        startedAt: expect.any(Date) as Date,
        seenAt: expect.any(Date) as Date,
        isDraining: false,
        isAlive: true,
        isThis: false,
      });
      expect(await one?.hosts()).toEqual([{ ...seen, isThis: true }]);
    });

    test('the next announcement replaces the state, and keeps when the process started', async () => {
      await one?.announce(idle);
      const [before] = (await one?.hosts()) ?? [];
      await world.later(5_000);
      await one?.announce({ url: null, sessions: 7, isDraining: true });
      const [after] = (await one?.hosts()) ?? [];
      expect(after).toMatchObject({ sessions: 7, isDraining: true });
      expect(Number(after?.seenAt) - Number(after?.startedAt)).toBeGreaterThanOrEqual(5_000);
      expect(after?.serverId).toBe(before?.serverId);
    });

    test('they are sorted by name, and each start is one of its own', async () => {
      const again = await world.start('b-machine');
      for (const each of [one, two, again]) await each?.announce(idle);
      const all = (await one?.hosts()) ?? [];
      expect(all.map((host) => host.name)).toEqual(['a-machine', 'b-machine', 'b-machine']);
      const ids = all.slice(1).map((host) => host.serverId);
      expect([...new Set(ids)].sort()).toEqual(ids);
    });

    test('one that was not seen for the term of a lease is not alive, until it is seen again', async () => {
      await one?.announce(idle);
      await world.later(20_000);
      expect(await two?.hosts()).toMatchObject([{ isAlive: true }]);
      await world.later(10_000);
      expect(await two?.hosts()).toMatchObject([{ isAlive: false }]);
      await one?.announce(idle);
      expect(await two?.hosts()).toMatchObject([{ isAlive: true }]);
    });

    test('one that was not seen for an hour is no longer there', async () => {
      await one?.announce(idle);
      await world.later(3_600_000);
      expect(await two?.hosts()).toEqual([]);
    });

    test('all have the same secret, and the clock of the store', async () => {
      const [first, second] = [await one?.secret(), await two?.secret()];
      expect(first?.secret).toHaveLength(32);
      expect(second?.secret).toEqual(first?.secret);
      expect(Number(first?.now)).toBeGreaterThan(Date.UTC(2026));
      expect(Number(second?.now)).toBeGreaterThanOrEqual(Number(first?.now));
    });

    test('each has the id by which the others know it', async () => {
      await one?.announce(idle);
      expect(await two?.hosts()).toMatchObject([{ serverId: one?.serverId }]);
      expect(two?.serverId).not.toBe(one?.serverId);
    });

    test('one that has left is not there, and may leave again', async () => {
      for (const each of [one, two]) await each?.announce(idle);
      await one?.leave();
      await one?.leave();
      expect(await one?.hosts()).toMatchObject([{ name: 'a-machine' }]);
    });
  });
}
