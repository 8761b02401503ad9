import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { joinSignals } from '../../src/domain/join-signals.ts';
import { settled } from '../support/fake-clock.ts';
import { apiWorld, onSocket } from '../support/fake-api.ts';
import { HttpClient } from '../../src/api/http-client.ts';
import { remoteHolder } from '../../src/api/remote-holder.ts';
import { holding, rejection } from '../support/fake-holding.ts';
import type { Script } from '../support/fake-whatsapp.ts';

const listenersOn = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
const why = new Error('over');

describe('joined signals', () => {
  it.each([0, 1])('are aborted with the first one (%i), and then listen to none', (index) => {
    const others = [new AbortController(), new AbortController()] as const;
    const { signal } = joinSignals(others[0].signal, others[1].signal);
    others[index]?.abort(why);
    expect(signal.reason).toBe(why);
    expect(others.map((other) => listenersOn(other.signal))).toEqual([0, 0]);
  });

  it('are all aborted when several share one parent', () => {
    const other = new AbortController();
    const all = [joinSignals(other.signal), joinSignals(other.signal), joinSignals(other.signal)];
    other.abort(why);
    expect(all.map(({ signal }) => signal.reason as unknown)).toEqual([why, why, why]);
  });

  it('are aborted from the start when one is', () => {
    const other = new AbortController();
    expect(joinSignals(other.signal, AbortSignal.abort(why)).signal.reason).toBe(why);
    expect(listenersOn(other.signal)).toBe(0);
  });

  it('stop listening after end', () => {
    const other = new AbortController();
    const { signal, end } = joinSignals(other.signal);
    end();
    expect(listenersOn(other.signal)).toBe(0);
    other.abort(why);
    expect(signal.aborted).toBe(false);
  });
});

describe('a signal that lives for months', () => {
  it('has no more listeners after many reconnects than after the first', async () => {
    const laps = 200;
    const online: Script = (line) => line.logsIn();
    const refused: Script = (line) => line.closes('unreachable');
    const scripts = Array.from({ length: 2 * laps + 2 }, (_, index) => (index % 2 === 0 ? online : refused));
    const world = await holding(scripts, {});
    const { holder, lifetime } = world.process(2);
    const session = await world.session();
    const options = { signal: lifetime.signal, maxRetries: 10, timeoutMs: 1_000 };
    await holder.bringOnline(session, options);
    const before = listenersOn(lifetime.signal);
    for (let lap = 0; lap < laps; lap++) {
      await holder.check(session, options);
      await holder.bringOnline(session, options);
      await world.clock.advance(60_000);
      world.whatsapp.line.closes('connection_lost');
      await world.clock.advance(1_000);
    }
    expect(world.whatsapp.lines).toHaveLength(2 * laps + 1);
    expect(listenersOn(lifetime.signal)).toBe(before);
    lifetime.abort(why);
    await settled();
    expect(listenersOn(lifetime.signal)).toBe(0);
  });

  it('keeps no listeners of ended sessions', async () => {
    const scripts: Script[] = Array.from({ length: 100 }, () => (line) => line.logsIn());
    const world = await holding(scripts, {});
    const { holder, lifetime } = world.process(2);
    const { signal } = lifetime;
    for (let turn = 0; turn < 50; turn++) {
      await holder.check(await world.session(), { signal, timeoutMs: 1_000 });
      await holder.bringOnline(await world.session(), { signal, maxRetries: 1 });
      await holder.disconnect(await world.session(), { signal });
    }
    expect(listenersOn(signal)).toBe(0);
    expect(world.clock.sleeping).toEqual([]);
  });

  it('keeps no listeners of requests to other processes', async () => {
    const world = apiWorld();
    await world.has({ id: 'a' });
    const socket = await onSocket(world.api);
    const holder = remoteHolder(new HttpClient({ socketPath: socket.path }));
    const { signal } = new AbortController();
    for (let turn = 0; turn < 5; turn++) {
      expect(await holder.held({ id: 'a' }, { signal })).toBe(null);
      await holder.follow({ id: 'a' }, { signal }, () => undefined);
      await rejection(holder.held({ id: 'b' }, { signal }));
    }
    await socket.close();
    await expect.poll(() => listenersOn(signal)).toBe(0);
  });
});
