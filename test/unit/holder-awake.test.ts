import { describe, expect, it } from 'vitest';
import { WactlError } from '../../src/errors.ts';
import { ConnectGate } from '../../src/holder/connect-gate.ts';
import { Wakeups } from '../../src/holder/wakeups.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import type { Script } from '../support/fake-whatsapp.ts';

describe('wakeups', () => {
  const unreadable = 'unreadable';
  const watching = (first = '10.0.0.1') => {
    const clock = new FakeClock();
    const told: string[] = [];
    const net = { addresses: first };
    const warnings: string[] = [];
    const addresses = () => {
      if (net.addresses === unreadable) throw new Error('EMFILE');
      return net.addresses;
    };
    const wakeups = new Wakeups({ clock, addresses, warn: (sentence) => warnings.push(sentence) });
    const off = wakeups.on((wakeup) => told.push(wakeup));
    return { clock, told, net, off, warnings };
  };

  it('report a new network, but not the loss of one', async () => {
    const { clock, told, net, off } = watching();
    await clock.advance(2_000);
    net.addresses = '';
    await clock.advance(2_000);
    expect(told).toEqual([]);
    net.addresses = '10.0.0.1';
    await clock.advance(2_000);
    expect(told).toEqual(['network']);
    off();
    expect(clock.sleeping).toEqual([]);
  });

  it('report that the machine slept', async () => {
    const { clock, told, off } = watching();
    await clock.advance(1_000);
    clock.jump(60_000);
    await clock.advance(1_000);
    expect(told).toEqual(['resumed']);
    await clock.advance(10_000);
    expect(told).toEqual(['resumed']);
    off();
  });

  it('go on when the addresses cannot be read, and say so once', async () => {
    const { clock, told, net, off, warnings } = watching();
    await clock.advance(2_000);
    net.addresses = unreadable;
    await clock.advance(4_000);
    expect(warnings).toEqual([expect.stringContaining('cannot be read (EMFILE)')]);
    clock.jump(60_000);
    await clock.advance(2_000);
    expect(told).toEqual(['resumed']);
    net.addresses = '10.0.0.2';
    await clock.advance(2_000);
    expect(told).toEqual(['resumed', 'network']);
    off();
  });

  it('report a sleep even where the addresses can never be read', async () => {
    const { clock, told, off } = watching(unreadable);
    clock.jump(60_000);
    await clock.advance(2_000);
    expect(told).toEqual(['resumed']);
    off();
  });
});

describe('a session that is kept online', () => {
  const keeping = async (...scripts: Script[]) => {
    const first = await holding(scripts, { retries: 5 });
    first.clock.chance = 0.99;
    const net = { addresses: '' };
    const wakeups = new Wakeups({
      clock: first.clock,
      addresses: () => net.addresses,
      warn: () => undefined,
    });
    const { holder } = first.process(2, wakeups);
    const options = { signal: first.interrupt.signal, maxRetries: 9 };
    const ended = rejection(holder.keepOnline(await first.session(), options, first.onEvent));
    await settled();
    return { ...first, holder, net, ended };
  };
  const online: Script = (line) => line.logsIn();
  const stop = new Error('over');

  it('reports when a message, and when anything, last arrived', async () => {
    const { holder, clock, whatsapp, interrupt, ended, session } = await keeping(online);
    const options = { signal: interrupt.signal };
    expect(Object.keys((await holder.held(await session(), options)) ?? {})).not.toContain('lastHeardAt');
    const at = clock.now();
    whatsapp.line.message('M');
    await clock.advance(60_000);
    whatsapp.line.heardAt = clock.now();
    const heard = { lastMessageAt: at, lastHeardAt: clock.now() };
    expect(await holder.held(await session(), options)).toMatchObject(heard);
    expect(await holder.check(await session(), options)).toMatchObject(heard);
    interrupt.abort(stop);
    expect(await ended).toBe(stop);
  });

  it('is not reported as logged in while WhatsApp does not answer', async () => {
    const { holder, whatsapp, interrupt, ended, session } = await keeping(online);
    whatsapp.line.profile = () => Promise.reject(new WactlError('timed_out', 'no answer'));
    expect(await holder.check(await session(), { signal: interrupt.signal })).toMatchObject({
      status: 'connected',
      close: { reason: 'timed_out' },
      profile: null,
    });
    interrupt.abort(stop);
    expect(await ended).toBe(stop);
  });

  it('tries at once when the network is back, however long it was to wait', async () => {
    const lost: Script = (line) => line.closes('unreachable');
    const { clock, net, whatsapp, interrupt, ended, session } = await keeping(lost, online);
    expect(whatsapp.lines).toHaveLength(1);
    net.addresses = '10.0.0.1';
    await clock.advance(2_000);
    expect(whatsapp.lines).toHaveLength(2);
    expect((await session()).retries).toBe(6);
    interrupt.abort(stop);
    expect(await ended).toBe(stop);
    expect(clock.sleeping).toEqual([]);
  });

  it('opens a new connection after the machine slept, without counting a retry', async () => {
    const { clock, whatsapp, interrupt, ended, session } = await keeping(online, online);
    await clock.advance(10_000);
    clock.jump(600_000);
    await clock.advance(2_000);
    expect(whatsapp.lines.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    expect((await session()).retries).toBe(5);
    interrupt.abort(stop);
    expect(await ended).toBe(stop);
  });
});

describe('a connect that is stuck', () => {
  it('is started again after a minute', async () => {
    const { holder, session, clock, whatsapp, interrupt, onEvent } = await holding(
      [() => undefined, (line) => line.logsIn()],
      {},
    );
    const options = { signal: interrupt.signal, maxRetries: 1 };
    const ended = rejection(holder.keepOnline(await session(), options, onEvent));
    await clock.advance(59_999);
    expect(whatsapp.lines).toHaveLength(1);
    await clock.advance(1 + 250);
    expect(whatsapp.lines.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    expect((await session()).lastClose?.reason).toBe('timed_out');
    interrupt.abort(new Error('over'));
    await ended;
  });
});

describe('the connect gate', () => {
  const { signal } = new AbortController();

  it('lets a limited number connect, and the next one a random moment after one has left', async () => {
    const clock = new FakeClock();
    clock.chance = 0.5;
    const gate = new ConnectGate(clock, 2);
    const leaveFirst = await gate.enter(signal);
    await gate.enter(signal);
    let isIn = false;
    const third = gate.enter(signal).then((leave) => {
      isIn = true;
      return leave;
    });
    await clock.advance(1_000);
    expect(isIn).toBe(false);
    leaveFirst();
    leaveFirst();
    await clock.advance(124);
    expect(isIn).toBe(false);
    await clock.advance(1);
    expect(isIn).toBe(true);
    (await third)();
  });

  it('forgets a caller that no longer waits', async () => {
    const clock = new FakeClock();
    const gate = new ConnectGate(clock, 1);
    const leave = await gate.enter(signal);
    const impatient = new AbortController();
    const second = rejection(gate.enter(impatient.signal));
    impatient.abort(new Error('enough'));
    expect(await second).toMatchObject({ message: 'enough' });
    leave();
    expect(await gate.enter(signal)).toBeTypeOf('function');
    await settled();
  });
});
