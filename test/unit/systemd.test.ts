import { describe, expect, it } from 'vitest';
import { inheritedSockets } from '../../src/systemd/inherited-sockets.ts';
import { watchdogInterval, watchOver } from '../../src/systemd/watchdog.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';

describe('sockets that systemd has opened', () => {
  it.each([
    [{}, []],
    [{ LISTEN_FDS: '2', LISTEN_PID: '1' }, []],
    [{ LISTEN_FDS: '2' }, []],
    [{ LISTEN_FDS: 'x', LISTEN_PID: '7' }, []],
    [{ LISTEN_FDS: '-1', LISTEN_PID: '7' }, []],
    [{ LISTEN_FDS: '1', LISTEN_PID: '7' }, ['3 3']],
    [{ LISTEN_FDS: '2', LISTEN_PID: '7', LISTEN_FDNAMES: 'http:' }, ['3 http', '4 4']],
  ])('%j: %j', (env, expected) => {
    expect(inheritedSockets(env, 7).map(({ fd, name }) => `${String(fd)} ${name}`)).toEqual(expected);
  });
});

describe('the watchdog', () => {
  it.each([
    [{}, undefined],
    [{ WATCHDOG_USEC: '30000000' }, 15_000],
    [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' }, 15_000],
    [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }, undefined],
    [{ WATCHDOG_USEC: '0' }, undefined],
    [{ WATCHDOG_USEC: 'soon' }, undefined],
  ])('of %j wants a sign of life every %s ms', (env, expected) => {
    expect(watchdogInterval(env, 7)).toBe(expected);
  });

  function watched(check: () => Promise<void>) {
    const clock = new FakeClock();
    const said: string[] = [];
    const stop = new AbortController();
    const done = watchOver({
      clock,
      intervalMs: 1_000,
      check,
      tell: () => Promise.resolve(void said.push('alive')),
      warn: (sentence) => said.push(sentence),
      signal: stop.signal,
    });
    return { clock, said, stop, done };
  }

  it('gets one at once and at each interval, until the end', async () => {
    const { clock, said, stop, done } = watched(() => Promise.resolve());
    await settled();
    expect(said).toEqual(['alive']);
    await clock.advance(999);
    expect(said).toEqual(['alive']);
    await clock.advance(2_001);
    expect(said).toEqual(['alive', 'alive', 'alive', 'alive']);
    stop.abort();
    await done;
    expect(clock.sleeping).toEqual([]);
  });

  it('gets none while the store fails, which is told once', async () => {
    let isBroken = true;
    const { clock, said } = watched(() =>
      isBroken ? Promise.reject(new Error('no disk')) : Promise.resolve(),
    );
    await clock.advance(2_500);
    expect(said).toEqual(['no sign of life for the watchdog: no disk']);
    isBroken = false;
    await clock.advance(1_000);
    expect(said).toHaveLength(2);
    expect(said[1]).toBe('alive');
  });

  it('gets none while the store does not answer', async () => {
    const { clock, said } = watched(() => new Promise(() => undefined));
    await clock.advance(5_000);
    expect(said).toEqual(['no sign of life for the watchdog: no answer in time']);
  });
});
