import { beforeEach, describe, expect, test } from 'vitest';
import { Renewals } from '../../src/store/postgres/renewals.ts';
import { FakeClock } from '../support/fake-clock.ts';

const termMs = 30_000;

describe('a lease in PostgreSQL', () => {
  let clock: FakeClock;
  let startMs: number;
  let asked: string[];
  let lost: string[];
  let renew: (leaseIds: readonly string[], withinMs: number) => Promise<readonly string[]>;
  let renewals: Renewals;
  const add = (id: string): void =>
    renewals.add(id, clock.now().getTime(), () => lost.push(`${id} ${clock.now().getTime() - startMs}`));

  beforeEach(() => {
    clock = new FakeClock();
    startMs = clock.now().getTime();
    [asked, lost] = [[], []];
    renew = (ids) => Promise.resolve(ids);
    renewals = new Renewals({
      clock,
      passedMs: () => clock.now().getTime(),
      termMs,
      renew(ids, withinMs) {
        asked.push(`${ids.join()} ${clock.now().getTime() - startMs}`);
        return renew(ids, withinMs);
      },
    });
  });

  test('is renewed at each third of its time, all of a process at once', async () => {
    add('a');
    add('b');
    await clock.advance(25_000);
    expect(asked).toEqual(['a,b 10000', 'a,b 20000']);
    await clock.advance(600_000);
    expect(lost).toEqual([]);
  });

  test('is lost before its end, by the clock of the process, when nothing answers', async () => {
    renew = () => new Promise(() => undefined);
    add('a');
    await clock.advance(24_999);
    expect(lost).toEqual([]);
    await clock.advance(1);
    expect(lost).toEqual(['a 25000']);
    expect(clock.sleeping).toEqual([]);
  });

  test('is asked for each second while that fails, and kept when it succeeds in time', async () => {
    renew = () => Promise.reject(new Error('away'));
    add('a');
    await clock.advance(12_500);
    expect(asked).toEqual(['a 10000', 'a 11000', 'a 12000']);
    renew = (ids) => Promise.resolve(ids);
    await clock.advance(60_000);
    expect(lost).toEqual([]);
  });

  // A firewall has forgotten the connection, or the server has another address by now: another connection may reach it.
  test('is asked for again while there is time, when a connection says nothing any more', async () => {
    renew = async (_, withinMs) => {
      await clock.sleep(withinMs);
      throw new Error('silent');
    };
    add('a');
    await clock.advance(17_500);
    expect(asked).toEqual(['a 10000']);
    renew = (ids) => Promise.resolve(ids);
    await clock.advance(1_000);
    expect(asked).toEqual(['a 10000', 'a 18500']);
    await clock.advance(60_000);
    expect(lost).toEqual([]);
  });

  test('is renewed by an answer that takes a second, also beside one that is nearly over', async () => {
    renew = async (ids, withinMs) => {
      await clock.sleep(Math.min(withinMs, 1_000));
      return withinMs < 1_000 ? Promise.reject(new Error('silent')) : ids;
    };
    renewals.add('old', startMs - 14_900, () => lost.push('old'));
    add('new');
    await clock.advance(60_000);
    expect(lost).toEqual(['old']);
    expect(asked.slice(0, 2)).toEqual(['old,new 10000', 'new 21000']);
  });

  test('is lost at once when it is over, or another process has it', async () => {
    renew = (ids) => Promise.resolve(ids.filter((id) => id !== 'a'));
    add('a');
    add('b');
    await clock.advance(10_000);
    expect(lost).toEqual(['a 10000']);
    await clock.advance(60_000);
    expect(lost).toEqual(['a 10000']);
  });

  test('is lost after a pause of the process that was longer, before anything is asked', async () => {
    add('a');
    clock.jump(60_000);
    await clock.advance(10_000);
    expect([asked, lost]).toEqual([[], ['a 70000']]);
  });

  test('is renewed no more once it is released', async () => {
    add('a');
    renewals.remove('a');
    expect(clock.sleeping).toEqual([]);
    await clock.advance(60_000);
    expect([asked, lost]).toEqual([[], []]);
    add('b');
    await clock.advance(10_000);
    expect(asked).toEqual(['b 70000']);
  });
});
