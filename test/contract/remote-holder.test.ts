import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HolderGoneError, NotHeldError, WactlError } from '../../src/errors.ts';
import type { ApiOptions } from '../../src/api/app.ts';
import { withFleet } from '../../src/api/fleet.ts';
import { signedFor } from '../../src/api/fleet-signature.ts';
import type { FleetRequest } from '../../src/api/fleet-signature.ts';
import { HttpClient } from '../../src/api/http-client.ts';
import { listenForAll } from '../../src/api/listen.ts';
import { remoteHolder } from '../../src/api/remote-holder.ts';
import { fleetPath } from '../../src/api/server-address.ts';
import { settled } from '../support/fake-clock.ts';
import { fakeHolder } from '../support/fake-holder.ts';
import type { FollowedEvent, Holder, OnFollowed } from '../../src/ports/holder.ts';
import type { Session } from '../../src/domain/session.ts';
import { apiWorld, onSocket } from '../support/fake-api.ts';
import type { ApiWorld } from '../support/fake-api.ts';
import { someProfile } from '../support/fake-whatsapp.ts';
import { rejection } from '../support/fake-holding.ts';
import { someEngine } from '../support/fake-session.ts';
import { eventsOfHeld } from '../../src/domain/held.ts';
import type { Held, HolderEvent } from '../../src/domain/held.ts';

const signal = new AbortController().signal;
const at = new Date('2026-03-01T12:00:00.000Z');
const later = new Date('2026-03-01T12:01:00.000Z');
const lost = { reason: 'connection_lost', code: 428, at } as const;
const events: readonly HolderEvent[] = [
  { kind: 'status', status: 'connecting', close: lost, retryInMs: 500 },
  { kind: 'qr', payload: 'one', seq: 1, expiresAt: later, rescan: false },
  { kind: 'wrong_code' },
];
const held: Held = {
  id: 'a',
  pid: 4711,
  since: at,
  stays: true,
  status: 'waiting_for_qr',
  close: lost,
  retryAt: later,
  qr: { payload: 'one', seq: 1, expiresAt: later, rescan: false },
  pairCode: null,
  passkey: null,
  passkeyCode: null,
};

const result = (id: string, details: string) =>
  Promise.resolve({ id, status: 'logged_in', details } as const);

/** A scripted holder; `told` lists its calls. */
function scripted() {
  const told: string[] = [];
  let following: OnFollowed = () => undefined;
  let letGo: () => void = () => undefined;
  const holder: Partial<Holder> = {
    async pair(session, goal, _options, onEvent) {
      told.push(JSON.stringify(goal));
      await settled();
      for (const event of goal.kind === 'pair_by_qr' ? events : []) onEvent(event);
      if (session.id === 'late') return new Promise(() => undefined);
      if (session.id === 'b') throw new WactlError('passkey_required', 'no', 'turn it off');
      return { ...session, pushName: 'Ada' };
    },
    check: (session) =>
      Promise.resolve(
        session.paired
          ? { session, status: 'disconnected', close: lost, profile: null, asOf: at }
          : { session, status: 'logged_in', close: null, profile: someProfile, asOf: at },
      ),
    bringOnline: ({ id }, { maxRetries }) => result(id, `at most ${String(maxRetries)}`),
    disconnect: ({ id }) => result(id, 'offline'),
    restart: ({ id }) => Promise.reject(new NotHeldError(id)),
    logout: ({ id }, { timeoutMs }) => result(id, `in ${String(timeoutMs)}`),
    held: ({ id }) => Promise.resolve(id === 'a' ? held : null),
    engine: ({ id }) => Promise.resolve(id === 'a' ? someEngine : null),
    heldStatuses: () => Promise.resolve(new Map([['a', 'waiting_for_qr'] as const])),
    follow: (_session, _options, onEvent) =>
      new Promise((resolve) => {
        for (const event of eventsOfHeld(held, at)) onEvent(event);
        following = onEvent;
        letGo = () => {
          onEvent({ kind: 'released' });
          resolve();
        };
      }),
  };
  return { told, holder, tell: (event: HolderEvent) => following(event), letGo: () => letGo() };
}

/** The holder behind the public entrance of another host, where the API tells nothing of it. */
async function atAnotherHost(holder: Partial<Holder>) {
  let world = apiWorld();
  const secret = { secret: Buffer.alloc(32, 7), now: new Date() };
  const hosts = { serverId: 'server-1', secret: () => Promise.resolve(secret) };
  const ownApi = (options: ApiOptions) => Promise.resolve((world = apiWorld(holder, options)).api);
  const api = await withFleet(world.api, { hosts, clock: world.clock, ownApi });
  const open = { tls: undefined, maxConnections: undefined };
  const listening = await listenForAll({ host: '127.0.0.1', port: 0 }, api, open);
  const url = new URL(fleetPath, `http://127.0.0.1:${String(listening.port)}`);
  const sign = (request: Omit<FleetRequest, 'to'>): string =>
    signedFor({ ...request, to: 'server-1' }, secret);
  const address = { url, sign };
  return { world, address, close: () => listening.close(0) };
}

/** The same for a holder in this process and for one over the wire. */
describe.each(['here', 'over the wire', 'at another host'])('a holder %s', (where) => {
  const script = scripted();
  let world: ApiWorld;
  let holder: Holder;
  let session: (id: string) => Promise<Session>;
  let close: () => Promise<void>;

  beforeAll(async () => {
    if (where === 'at another host') {
      const host = await atAnotherHost(script.holder);
      ({ world, close } = host);
      holder = remoteHolder(new HttpClient(host.address));
    } else {
      world = apiWorld(script.holder);
      const socket = await onSocket(world.api);
      close = () => socket.close();
      const overWire = remoteHolder(new HttpClient({ socketPath: socket.path }));
      holder = where === 'here' ? fakeHolder(script.holder) : overWire;
    }
    for (const id of ['a', 'b', 'late']) await world.has({ id });
    await world.has({ id: 'paired' }, {});
    session = async (id) => {
      const found = await world.store.get(id);
      if (!found) throw new Error(`no ${id}`);
      return found;
    };
  });
  afterAll(() => close());

  it('pairs, and reports the progress', async () => {
    const seen: HolderEvent[] = [];
    const paired = await holder.pair(await session('a'), { kind: 'pair_by_qr' }, { signal }, (event) =>
      seen.push(event),
    );
    expect(seen).toEqual(events);
    expect(paired).toMatchObject({ id: 'a', pushName: 'Ada', status: 'disconnected' });
  });

  it('pairs by code', async () => {
    const goal = {
      kind: 'pair_by_code',
      phone: '15551234567',
      pushNotification: false,
      code: 'ABCDEFGH',
    } as const;
    const error = await rejection(holder.pair(await session('b'), goal, { signal }, () => undefined));
    expect(error).toMatchObject({ code: 'passkey_required', message: 'no', hint: 'turn it off' });
    expect(JSON.parse(script.told.at(-1) ?? '')).toEqual(goal);
  });

  it('checks whether the session is logged in', async () => {
    expect(await holder.check(await session('a'), { signal, timeoutMs: 1500 })).toMatchObject({
      session: { id: 'a', createdAt: at },
      status: 'logged_in',
      close: null,
      profile: someProfile,
      asOf: at,
    });
    expect(await holder.check(await session('paired'), { signal })).toMatchObject({
      status: 'disconnected',
      close: lost,
      profile: null,
    });
  });

  it('carries out actions', async () => {
    const options = { signal, timeoutMs: 1500 };
    const a = await session('a');
    expect(await holder.bringOnline(a, { ...options, maxRetries: 3 })).toMatchObject({
      details: 'at most 3',
    });
    expect(await holder.disconnect(a, options)).toEqual({ id: 'a', status: 'logged_in', details: 'offline' });
    expect(await holder.logout(a, options)).toMatchObject({ details: 'in 1500' });
    expect(await rejection(holder.restart(a, options))).toBeInstanceOf(NotHeldError);
    expect(await rejection(holder.restart(a, options))).toMatchObject({
      message: new NotHeldError('a').message,
    });
  });

  it('lists what it holds', async () => {
    expect(await holder.held({ id: 'a' }, { signal })).toEqual(held);
    expect(await holder.held({ id: 'b' }, { signal })).toBeNull();
    expect(await holder.engine({ id: 'a', endpoint: null }, { signal })).toEqual(someEngine);
    expect(await holder.engine({ id: 'b', endpoint: null }, { signal })).toBeNull();
    expect([...(await holder.heldStatuses())]).toEqual([['a', 'waiting_for_qr']]);
  });

  it('reports the state and the events until it lets go', async () => {
    const seen: FollowedEvent[] = [];
    let began: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (began = resolve));
    const followed = holder.follow({ id: 'a' }, { signal }, (event) => {
      seen.push(event);
      if (event.kind === 'qr') began();
    });
    await begun;
    const news = { kind: 'push_name', pushName: 'Bea' } as const;
    if (where === 'here') {
      script.tell(news);
      script.letGo();
    } else {
      world.observer.note('a', news);
      await world.observer.release('a');
    }
    await followed;
    expect(seen).toEqual([...eventsOfHeld(held, at), news, { kind: 'released' }]);
  });
});

describe('at another host', () => {
  it('a holder that is gone says why', async () => {
    const { address, close } = await atAnotherHost({});
    await close();
    const error = await rejection(remoteHolder(new HttpClient(address)).held({ id: 'a' }, { signal }));
    expect(error).toBeInstanceOf(HolderGoneError);
    expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});

describe('over the wire', () => {
  async function line() {
    const script = scripted();
    const world = apiWorld(script.holder);
    for (const id of ['a', 'late']) await world.has({ id });
    const socket = await onSocket(world.api);
    const holder = remoteHolder(new HttpClient({ socketPath: socket.path }));
    const late = await world.store.get('late');
    if (!late) throw new Error('late is gone');
    return { world, socket, holder, late };
  }

  it('a follower that disconnects interrupts nothing', async () => {
    const { world, socket, holder, late } = await line();
    const leaves = new AbortController();
    const reason = new WactlError('interrupted', 'stopped');
    const paired = holder.pair(late, { kind: 'pair_by_qr' }, { signal: leaves.signal }, (event) => {
      if (event.kind === 'wrong_code') leaves.abort(reason);
    });
    expect(await rejection(paired)).toBe(reason);
    expect((await world.ask('GET', '/api/v1/sessions/late/qr')).status).toBe(200);
    await socket.close();
  });

  it('a follower that comes back gets what it has missed, or is told of a gap', async () => {
    const { world, socket, holder } = await line();
    /** What a follower is told up to this kind of event, and the id of that one. */
    const toldTo = async (kind: FollowedEvent['kind'], lastEventId?: string) => {
      const enough = new AbortController();
      const told: FollowedEvent[] = [];
      let last: string | undefined;
      const options = { signal: enough.signal, lastEventId };
      await rejection(
        holder.follow({ id: 'a' }, options, (event, eventId) => {
          if (enough.signal.aborted) return;
          told.push(event);
          last = eventId;
          if (event.kind === kind) enough.abort(new Error('enough'));
        }),
      );
      return { told, last };
    };
    const first = await toldTo('qr');
    const news = { kind: 'push_name', pushName: 'Bea' } as const;
    world.observer.note('a', news);
    expect((await toldTo('push_name', first.last)).told).toEqual([news]);
    const [gap, ...state] = (await toldTo('qr', '0123456789ab-1')).told;
    expect(gap).toEqual({ kind: 'gap', after: '0123456789ab-1' });
    expect(state).toEqual(first.told);
    await socket.close();
  });

  it('a holder that disconnects in the middle counts as gone', async () => {
    const { socket, holder, late } = await line();
    const error = rejection(
      holder.pair(late, { kind: 'pair_by_qr' }, { signal }, (event) => {
        if (event.kind === 'wrong_code') void socket.close();
      }),
    );
    expect(await error).toBeInstanceOf(HolderGoneError);
    expect(await rejection(holder.held({ id: 'a' }, { signal }))).toBeInstanceOf(HolderGoneError);
  });

  it('a process that ends tells its followers', async () => {
    const { world, socket, holder } = await line();
    const followed = holder.follow({ id: 'a' }, { signal }, (event) => {
      if (event.kind === 'qr') world.stop.abort();
    });
    expect(await rejection(followed)).toBeInstanceOf(HolderGoneError);
    await socket.close();
  });

  it('a pairing is followed no longer than its time limit', async () => {
    const { socket, holder, late } = await line();
    const paired = holder.pair(late, { kind: 'pair_by_qr' }, { signal, timeoutMs: 1 }, () => undefined);
    expect(await rejection(paired)).toMatchObject({ code: 'pairing_expired' });
    await socket.close();
  });
});
