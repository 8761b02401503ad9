import { describe, expect, it } from 'vitest';
import { WactlError } from '../../src/errors.ts';
import { error } from '../support/api-error.ts';
import { apiWorld } from '../support/fake-api.ts';
import { heldNow, made } from '../support/fake-session.ts';

describe('an action on a session', () => {
  it('is passed to its holder, and whether it should be online is stored', async () => {
    const asked: string[] = [];
    const act =
      (name: string, status: 'logged_in' | 'disconnected' | 'logged_out') =>
      ({ id, wantsOnline }: { id: string; wantsOnline: boolean }, options: { timeoutMs?: number }) => {
        asked.push(`${name} ${String(wantsOnline)} ${String(options.timeoutMs)}`);
        return Promise.resolve({ id, status, details: name });
      };
    const world = apiWorld({
      bringOnline: act('online', 'logged_in'),
      disconnect: act('offline', 'disconnected'),
      restart: act('again', 'logged_in'),
      logout: act('out', 'logged_out'),
    });
    await world.has({ id: 'a' }, {});
    const at = (path: string) => world.ask('POST', `/api/v1/sessions/a/${path}`);
    expect(await at('connect')).toMatchObject({
      status: 200,
      body: { id: 'a', status: 'logged_in', details: 'online' },
    });
    expect((await at('restart?timeout_seconds=2.5')).status).toBe(200);
    expect((await at('disconnect')).status).toBe(200);
    expect((await at('logout')).status).toBe(200);
    expect(asked).toEqual(['online true 30000', 'again true 2500', 'offline false 30000', 'out false 30000']);
  });

  it('is refused with the error', async () => {
    const world = apiWorld({
      bringOnline: () => Promise.reject(new WactlError('not_paired', 'a is not paired', 'pair it')),
      restart: () => Promise.reject(new Error('a secret in a stack')),
    });
    await world.has({ id: 'a' });
    expect(await world.ask('POST', '/api/v1/sessions/a/connect', {})).toMatchObject({
      status: 409,
      body: { error: { code: 'not_paired', message: 'a is not paired', hint: 'pair it', exit_status: 4 } },
    });
    const bug = await world.ask('POST', '/api/v1/sessions/a/restart');
    expect(bug).toMatchObject(error('internal', 500));
    expect(JSON.stringify(bug.body)).not.toContain('secret');
    expect(world.bugs).toHaveLength(1);
  });

  it('answers which device it is', async () => {
    const world = apiWorld({
      check: (session) =>
        Promise.resolve({ session, status: 'disconnected', close: null, profile: null, asOf: made }),
    });
    await world.has({ id: 'a' }, {});
    await world.has({ id: 'b' });
    world.held.set('a', heldNow);
    expect((await world.ask('GET', '/api/v1/sessions/a/device')).body).toEqual({
      device_id: 12,
      phone_number: '15551234567',
      lid: '987654321@lid',
      push_name: 'Ada',
      platform: 'android',
    });
    expect(await world.ask('GET', '/api/v1/sessions/b/device')).toMatchObject(error('not_paired', 409));
    expect((await world.ask('GET', '/api/v1/sessions/a/status')).body).toMatchObject({ connected: false });
    expect((await world.ask('GET', '/api/v1/sessions/a/status?offline=true')).body).toMatchObject({
      source: 'store',
    });
    expect((await world.ask('GET', '/api/v1/sessions/a/holder')).body).toMatchObject({ held: { pid: 4711 } });
    expect((await world.ask('GET', '/api/v1/sessions/b/holder')).body).toEqual({ held: null, engine: null });
    expect((await world.ask('GET', '/api/v1/holder')).body).toMatchObject({
      pid: 4711,
      held: { a: 'logged_in' },
    });
  });
});

describe('connect on a session that another caller is bringing online', () => {
  const connect = async (last: 'logged_in' | 'connecting') => {
    const world = apiWorld({
      bringOnline: ({ id }) => Promise.resolve({ id, status: 'connecting', details: 'already' }),
      follow: (_session, { signal }, onEvent) => {
        onEvent({ kind: 'status', status: last, close: null, retryInMs: null });
        return new Promise((_, reject) => {
          const end = (): void => reject(signal.reason as Error);
          if (signal.aborted) end();
          signal.addEventListener('abort', end);
        });
      },
    });
    await world.has({ id: 'a' }, {});
    const asked = world.ask('POST', '/api/v1/sessions/a/connect');
    await world.clock.advance(30_000);
    return (await asked).body;
  };

  it('waits until the session is online', async () => {
    expect(await connect('logged_in')).toEqual({ id: 'a', status: 'logged_in', details: 'online' });
  });

  it('says that it is not online yet when the time is up', async () => {
    expect(await connect('connecting')).toEqual({
      id: 'a',
      status: 'connecting',
      details: 'not online yet; still trying',
    });
  });
});
