import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpClient } from '../../src/api/http-client.ts';
import { remoteWactl } from '../../src/api/remote-wactl.ts';
import type { PairGoal } from '../../src/domain/connect-goal.ts';
import type { HolderEvent } from '../../src/domain/held.ts';
import { ClosedError } from '../../src/domain/closed-error.ts';
import { NotPairedError, WactlError } from '../../src/errors.ts';
import type { Holder } from '../../src/ports/holder.ts';
import type { Wactl } from '../../src/ports/wactl.ts';
import { apiWorld, onSocket } from '../support/fake-api.ts';
import type { ApiWorld } from '../support/fake-api.ts';
import { heldNow, made, someEngine } from '../support/fake-session.ts';
import { somebody, someProfile } from '../support/fake-whatsapp.ts';

const { signal } = new AbortController();
const draft = { id: undefined, name: null, webhook: null, proxy: null, endpoint: null };
const secret = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz';
const lost = { reason: 'connection_lost', code: 428, at: made } as const;
const unreachable = new WactlError('unreachable', 'no network', 'try again');
const connecting: HolderEvent = { kind: 'status', status: 'connecting', close: null, retryInMs: null };
const byQr: PairGoal = { kind: 'pair_by_qr' };
const failure = (code: string) => expect.objectContaining({ code }) as unknown;

/** The promises of the port, here and over HTTP, on the same holder and store. */
describe.each(['here', 'over HTTP'])('wactl %s', (where) => {
  let world: ApiWorld;
  let wactl: Wactl;
  let close: () => Promise<void>;

  async function start(holder: Partial<Holder> = {}): Promise<void> {
    world = apiWorld(holder);
    wactl = world.wactl;
    if (where === 'here') return;
    const socket = await onSocket(world.api);
    close = () => socket.close();
    wactl = remoteWactl(new HttpClient({ socketPath: socket.path }), world.clock);
  }
  beforeEach(() => {
    close = () => Promise.resolve();
  });
  afterEach(() => close());

  it('lists the hosts that share the sessions, with the state of each', async () => {
    await start();
    expect(await wactl.hosts()).toEqual([]);
    await world.hosts.announce({ url: 'http://wa-1:7764', sessions: 3, isDraining: true });
    const [one] = await wactl.hosts();
    expect(one).toEqual((await world.hosts.hosts())[0]);
    expect(one).toMatchObject({ name: 'wa-1', sessions: 3, isDraining: true, isAlive: true, isThis: true });
  });

  it('lists sessions with the machine that holds them, if that is another one', async () => {
    await start();
    for (const id of ['a', 'b']) await world.has({ id });
    world.elsewhere.set('b', 'wa-2');
    const { sessions } = await wactl.list({ page: 1, perPage: 25 });
    expect(sessions.map(({ id, host }) => [id, host])).toEqual([
      ['a', undefined],
      ['b', 'wa-2'],
    ]);
  });

  describe('find', () => {
    it('takes a whole id, or a beginning that only one has', async () => {
      await start();
      for (const id of ['shop', 'shop-2', 'till']) await world.has({ id });
      expect((await wactl.find('shop')).id).toBe('shop');
      expect((await wactl.find('t')).id).toBe('till');
    });

    it.each([
      ['', 'usage'],
      ['x', 'not_found'],
      ['.', 'not_found'],
      ['..', 'not_found'],
      ['a/b?c#d', 'not_found'],
      ['shop-', 'ambiguous_id'],
    ])('refuses "%s"', async (given, code) => {
      await start();
      for (const id of ['shop-1', 'shop-2']) await world.has({ id });
      await expect(wactl.find(given)).rejects.toMatchObject({ code });
    });

    it('knows whether a pairing is confirmed, and the device', async () => {
      await start();
      await world.has({ id: 'a' }, {});
      await world.has({ id: 'b' });
      await world.store.commitPairing('b', { creds: Buffer.from('creds'), keys: [] });
      expect(await wactl.find('a')).toMatchObject({ paired: true, whatsappJid: somebody.whatsappJid });
      expect(await wactl.find('b')).toMatchObject({ paired: false, unconfirmed: true });
    });
  });

  it('lists sessions with their live statuses', async () => {
    await start();
    await world.has({ id: 'a', name: 'Ada' }, {});
    await world.has({ id: 'ab' });
    world.held.set('a', heldNow);
    const ids = async (query: Partial<Parameters<Wactl['list']>[0]>) => {
      const { sessions, total } = await wactl.list({ page: 1, perPage: 1_000_000, ...query });
      return [sessions.map(({ id }) => id), total];
    };
    expect(await ids({})).toEqual([['a', 'ab'], 2]);
    expect(await ids({ search: 'ada' })).toEqual([['a'], 1]);
    expect(await ids({ statuses: ['logged_in'] })).toEqual([['a'], 1]);
    expect(await ids({ page: 2, perPage: 1 })).toEqual([['ab'], 2]);
    expect(await ids({ idPrefix: 'ab' })).toEqual([['ab'], 1]);
    expect(await ids({ idPrefix: '/?&' })).toEqual([[], 0]);
  });

  describe('create', () => {
    it('makes an id from the name, and takes an id once', async () => {
      await start();
      expect(await wactl.create({ ...draft, name: 'Support Bot' }, { signal })).toMatchObject({
        id: 'support-bot',
        name: 'Support Bot',
        paired: false,
      });
      expect(await world.store.get('support-bot')).toMatchObject({ wantsOnline: false });
      const again = wactl.create({ ...draft, id: 'support-bot' }, { signal });
      await expect(again).rejects.toMatchObject({ code: 'already_exists' });
    });

    it('stores the webhook whole', async () => {
      await start();
      const webhook = { url: 'http://example.org/', events: ['message'], secret, viaProxy: true } as const;
      const proxy = 'socks5://ada:hunter2@127.0.0.1:1080';
      await wactl.create({ ...draft, id: 'a', webhook, proxy }, { signal });
      expect(await world.store.get('a')).toMatchObject({ webhook, proxy });
    });

    it.each([
      [{ id: 'No Good' }],
      [{ webhook: { url: 'https://example.org/', events: [], secret: null, viaProxy: true } }],
    ])('refuses %j', async (bad) => {
      await start();
      await expect(wactl.create({ ...draft, ...bad }, { signal })).rejects.toMatchObject({ code: 'usage' });
      expect(await world.store.list({ page: 1, perPage: 1 })).toMatchObject({ total: 0 });
    });

    it('over a session whose pairing was cut short finishes that first', async () => {
      const asked: string[] = [];
      await start({
        check: (session) => {
          asked.push(session.id);
          return Promise.resolve({
            session: { ...session, paired: true, unconfirmed: false },
            status: 'logged_in',
            close: null,
            profile: someProfile,
            asOf: made,
          });
        },
      });
      await world.has({ id: 'a' });
      await world.store.commitPairing('a', { creds: Buffer.from('creds'), keys: [] });
      const message = 'session "a" already exists';
      await expect(wactl.create({ ...draft, id: 'a' }, { signal })).rejects.toMatchObject({ message });
      expect(asked).toEqual(['a']);
    });
  });

  describe('show', () => {
    it('tells who holds the session, and what runs it', async () => {
      await start();
      await world.has({ id: 'a' }, {});
      world.held.set('a', heldNow);
      expect(await wactl.show('a', { signal })).toMatchObject({
        session: { id: 'a', paired: true },
        held: { pid: 4711, since: made, stays: true, status: 'logged_in' },
        engine: someEngine,
        unanswered: null,
      });
    });

    it('takes a beginning of the id only if asked to', async () => {
      await start();
      await world.has({ id: 'till' });
      expect((await wactl.show('t', { signal, isPrefix: true })).session.id).toBe('till');
      await expect(wactl.show('t', { signal })).rejects.toEqual(failure('not_found'));
    });

    it('still shows what is stored when the holder does not answer', async () => {
      const stuck = new WactlError('in_use', 'a is held by process 7', 'end that process');
      await start({ held: () => Promise.reject(stuck) });
      await world.has({ id: 'a' });
      const shown = wactl.show('a', { signal });
      if (where === 'here') expect(await shown).toMatchObject({ session: { id: 'a' }, unanswered: stuck });
      else await expect(shown).rejects.toEqual(failure('in_use'));
    });
  });

  it('tells the linked device, if there is one', async () => {
    await start();
    await world.has({ id: 'a' }, {});
    await world.has({ id: 'b' });
    expect(await wactl.device('a')).toEqual({
      device_id: 12,
      phone_number: '15551234567',
      lid: '987654321@lid',
      push_name: 'Ada',
      platform: 'android',
    });
    await expect(wactl.device('b')).rejects.toEqual(failure('not_paired'));
    await expect(wactl.device('x')).rejects.toEqual(failure('not_found'));
  });

  describe('status', () => {
    const check: Holder['check'] = (session) =>
      Promise.resolve(
        session.id === 'a'
          ? { session, status: 'logged_in', close: null, profile: someProfile, asOf: made }
          : { session, status: 'disconnected', close: lost, profile: null, asOf: made },
      );

    it('asks WhatsApp, and has the session as it is then', async () => {
      await start({ check });
      await world.has({ id: 'a' }, {});
      await world.has({ id: 'b' });
      await world.store.commitPairing('b', { creds: Buffer.from('creds'), keys: [] });
      expect(await wactl.status('a', { signal, timeoutMs: 1_500 })).toMatchObject({
        session: { id: 'a', paired: true, phoneNumber: '15551234567' },
        status: 'logged_in',
        close: null,
        profile: someProfile,
        asOf: made,
        source: 'live',
      });
      expect(await wactl.status('b', { signal })).toMatchObject({
        session: { id: 'b', unconfirmed: true },
        status: 'disconnected',
        close: lost,
        profile: null,
      });
    });

    it('offline reads the store', async () => {
      await start();
      await world.has({ id: 'a' }, { lastClose: lost });
      world.held.set('a', heldNow);
      const { updatedAt } = await wactl.find('a');
      expect(await wactl.status('a', { signal, offline: true })).toMatchObject({
        status: 'disconnected',
        close: lost,
        asOf: updatedAt,
        source: 'store',
      });
    });

    it('with until waits for that status', async () => {
      let asked = 0;
      await start({
        check: async (session, options) => {
          const isIt = ++asked > 1;
          const live = await check(session, options);
          return isIt ? live : { ...live, status: 'disconnected', close: lost, profile: null };
        },
      });
      await world.has({ id: 'a' }, {});
      const waiting = wactl.status('a', { signal, until: 'logged_in', timeoutMs: 60_000 });
      await expect.poll(() => world.clock.sleeping).toContain(5_000);
      await world.clock.advance(5_000);
      expect(await waiting).toMatchObject({ status: 'logged_in', source: 'live' });
      expect(asked).toBe(2);
    });
  });

  describe('an action', () => {
    it('stores whether the session should be online, and then does it', async () => {
      const done: string[] = [];
      const act =
        (name: string) =>
        async ({ id }: { readonly id: string }, { timeoutMs }: { readonly timeoutMs?: number }) => {
          const wantsOnline = (await world.store.get(id))?.wantsOnline;
          done.push(`${name} ${String(wantsOnline)} ${String(timeoutMs)}`);
          return { id, status: 'logged_in', details: name } as const;
        };
      await start({
        bringOnline: act('connect'),
        disconnect: act('disconnect'),
        restart: act('restart'),
        logout: act('logout'),
      });
      await world.has({ id: 'a' }, {});
      const options = { signal, timeoutMs: 1_500 };
      const result = { id: 'a', status: 'logged_in' };
      expect(await wactl.connect('a', { ...options, maxRetries: 3 })).toEqual({
        ...result,
        details: 'connect',
      });
      expect(await wactl.restart('a', options)).toEqual({ ...result, details: 'restart' });
      expect(await wactl.disconnect('a', options)).toEqual({ ...result, details: 'disconnect' });
      expect(await wactl.logout('a', options)).toEqual({ ...result, details: 'logout' });
      expect(done).toEqual([
        'connect true 1500',
        'restart true 1500',
        'disconnect false 1500',
        'logout false 1500',
      ]);
    });

    it('on a session that is not there fails', async () => {
      await start();
      await expect(wactl.connect('x', { signal, maxRetries: 1 })).rejects.toEqual(failure('not_found'));
      for (const act of ['disconnect', 'restart', 'logout', 'delete'] as const)
        await expect(wactl[act]('x', { signal })).rejects.toEqual(failure('not_found'));
    });

    it('passes on its failure', async () => {
      await start({ logout: () => Promise.reject(unreachable) });
      await world.has({ id: 'a' }, {});
      const { code, message, hint } = unreachable;
      await expect(wactl.logout('a', { signal })).rejects.toMatchObject({ code, message, hint });
    });
  });

  describe('keepOnline', () => {
    const options = { signal, maxRetries: 3 };
    const loggedIn: HolderEvent = { kind: 'status', status: 'logged_in', close: null, retryInMs: null };
    const offline: HolderEvent = { ...loggedIn, status: 'disconnected' };
    const unlinked = { reason: 'logged_out', code: 401, at: made } as const;
    const out: HolderEvent = { ...loggedIn, status: 'logged_out', close: unlinked };

    /** A holder that reports these, whether it keeps the session online itself or follows another process. */
    async function keeping(events: readonly HolderEvent[], end?: Error): Promise<string[]> {
      const asked: string[] = [];
      const note = async (id: string, maxRetries: number): Promise<void> => {
        asked.push(`${String((await world.store.get(id))?.wantsOnline)} ${String(maxRetries)}`);
      };
      await start({
        async keepOnline({ id }, { maxRetries }, onEvent) {
          await note(id, maxRetries);
          events.forEach(onEvent);
          if (end) throw end;
          return { id, status: 'disconnected', details: 'no longer kept online' };
        },
        async bringOnline({ id }, { maxRetries }) {
          await note(id, maxRetries);
          return { id, status: 'logged_in', details: 'online' };
        },
        follow: (_session, _options, onEvent) =>
          Promise.resolve([...events, { kind: 'released' } as const].forEach((event) => onEvent(event))),
      });
      await world.has({ id: 'a' }, {});
      world.held.set('a', { ...heldNow, pid: 1 });
      return asked;
    }

    it('stores that the session should be online, and reports its events until it is taken offline', async () => {
      const asked = await keeping([loggedIn, offline]);
      const seen: HolderEvent[] = [];
      expect(await wactl.keepOnline('a', options, (event) => seen.push(event))).toEqual({
        id: 'a',
        status: 'disconnected',
        details: 'no longer kept online',
      });
      expect(seen).toEqual([loggedIn, offline]);
      expect(asked).toEqual(['true 3']);
    });

    it('ends with the close that ends it for good', async () => {
      await keeping([loggedIn, out], new ClosedError(unlinked, { id: 'a', endpoint: null }));
      const ended = wactl.keepOnline('a', options, () => undefined);
      await expect(ended).rejects.toEqual(failure('logged_out'));
    });

    it('refuses a session that is not paired', async () => {
      await start({ bringOnline: ({ id }) => Promise.reject(new NotPairedError(id)) });
      await world.has({ id: 'a' });
      const refused = wactl.keepOnline('a', options, () => undefined);
      await expect(refused).rejects.toEqual(failure('not_paired'));
      expect(await world.store.get('a')).toMatchObject({ wantsOnline: false });
    });
  });

  describe('delete', () => {
    /** WhatsApp cannot be asked; the store can. */
    const remove: Holder['remove'] = async ({ id }, { unlink }) => {
      if (unlink) throw unreachable;
      await world.store.remove(id, { evenLinked: true });
    };

    it('keeps the session when WhatsApp cannot be asked', async () => {
      await start({ remove });
      await world.has({ id: 'a' }, {});
      await expect(wactl.delete('a', { signal })).rejects.toMatchObject({ message: 'no network' });
      expect(await world.store.get('a')).toBeDefined();
    });

    it('with force deletes it even then, and says why the phone may list it', async () => {
      await start({ remove });
      await world.has({ id: 'a' }, {});
      expect(await wactl.delete('a', { signal, force: true })).toMatchObject({
        id: 'a',
        notUnlinked: { code: 'unreachable', message: 'no network' },
      });
      expect(await world.store.get('a')).toBeUndefined();
    });

    it('with force leaves a session alone whose holder does not answer', async () => {
      await start({ remove: () => Promise.reject(new WactlError('in_use', 'held')) });
      await world.has({ id: 'a' }, {});
      await expect(wactl.delete('a', { signal, force: true })).rejects.toEqual(failure('in_use'));
    });

    it('with onlyUnlinked keeps a session that the phone may list', async () => {
      await start();
      await world.has({ id: 'a' });
      await world.has({ id: 'b' }, {});
      expect(await wactl.delete('a', { signal, onlyUnlinked: true })).toEqual({ id: 'a', notUnlinked: null });
      await expect(wactl.delete('b', { signal, onlyUnlinked: true })).rejects.toEqual(failure('in_use'));
      expect(await world.store.get('b')).toBeDefined();
    });
  });

  describe('update', () => {
    const webhook = {
      url: 'https://ada:hunter2@example.com/',
      events: ['message'],
      secret,
      viaProxy: false,
    } as const;

    it('changes the given fields and leaves the rest', async () => {
      await start();
      await world.has({ id: 'a', name: 'Ada', webhook });
      expect(await wactl.update('a', { webhook: { events: ['session.qr'] } }, { signal })).toMatchObject({
        id: 'a',
        name: 'Ada',
      });
      expect((await world.store.get('a'))?.webhook).toEqual({ ...webhook, events: ['session.qr'] });
      const url = 'http://example.org/';
      const change = { webhook: { url, viaProxy: true }, proxy: 'http://127.0.0.1:1', name: null };
      await wactl.update('a', { ...change, wantsOnline: true }, { signal });
      expect(await world.store.get('a')).toMatchObject({
        webhook: { url, viaProxy: true, secret },
        proxy: change.proxy,
        name: null,
        wantsOnline: true,
      });
      await wactl.update('a', { webhook: { url: null } }, { signal });
      expect((await world.store.get('a'))?.webhook).toBeNull();
    });

    it('lifts the fence of a session, and shows it until then', async () => {
      await start();
      const fence = { reason: 'moved', at: new Date('2026-01-02T03:04:05.678Z') } as const;
      await world.has({ id: 'a' }, { fence });
      expect((await wactl.find('a')).fence).toEqual(fence);
      expect((await wactl.status('a', { signal, offline: true })).session.fence).toEqual(fence);
      await expect(wactl.connect('a', { signal, maxRetries: 0 })).rejects.toEqual(failure('fenced'));
      expect((await wactl.update('a', { fence: null }, { signal })).fence).toBeNull();
      expect((await world.store.get('a'))?.fence).toBeNull();
    });

    it('refuses a webhook without an address', async () => {
      await start();
      await world.has({ id: 'a' });
      const change = { webhook: { events: ['message'] } } as const;
      await expect(wactl.update('a', change, { signal })).rejects.toEqual(failure('usage'));
      await expect(wactl.update('x', { name: 'x' }, { signal })).rejects.toEqual(failure('not_found'));
    });
  });

  describe('pair', () => {
    const pair: Holder['pair'] = (session, _goal, _options, onEvent) => {
      onEvent(connecting);
      return Promise.resolve({ ...session, ...somebody });
    };
    async function run(goal: PairGoal = byQr) {
      const seen: HolderEvent[] = [];
      let begun = 0;
      const onBegin = (): void => void begun++;
      const result = await wactl.pair('a', goal, { signal, onBegin }, (event) => seen.push(event));
      return { ...result, seen, begun };
    }

    it('pairs, and reports its events', async () => {
      await start({ pair });
      await world.has({ id: 'a' });
      expect(await run()).toMatchObject({
        session: { id: 'a', pushName: 'Ada', status: 'disconnected' },
        already: false,
        seen: [connecting],
        begun: 1,
      });
    });

    it('does nothing when the session is logged in', async () => {
      await start({
        check: (session) =>
          Promise.resolve({ session, status: 'logged_in', close: null, profile: someProfile, asOf: made }),
      });
      await world.has({ id: 'a' }, {});
      expect(await run()).toMatchObject({
        session: { phoneNumber: '15551234567' },
        already: true,
        seen: [],
        begun: 0,
      });
    });

    it('does nothing when WhatsApp cannot say whether it is', async () => {
      await start({
        check: (session) =>
          Promise.resolve({
            session,
            status: 'disconnected',
            close: { reason: 'unreachable', code: null, at: made },
            profile: null,
            asOf: made,
          }),
      });
      await world.has({ id: 'a' }, {});
      await expect(run()).rejects.toEqual(failure('unreachable'));
    });

    it('pairs when the stored data cannot be read for the check', async () => {
      const check = () => Promise.reject(new WactlError('store_damaged', 'unreadable'));
      await start({ pair, check });
      await world.has({ id: 'a' }, {});
      expect(await run()).toMatchObject({ already: false, begun: 1 });
    });

    it('ends with what ended the pairing', async () => {
      await start({
        pair: (_session, _goal, _options, onEvent) => {
          onEvent(connecting);
          return Promise.reject(new WactlError('passkey_required', 'no', 'turn it off'));
        },
      });
      await world.has({ id: 'a' });
      const goal = { kind: 'pair_by_code', phone: '15551234567', pushNotification: false } as const;
      const failed = { code: 'passkey_required', message: 'no', hint: 'turn it off' };
      await expect(run(goal)).rejects.toMatchObject(failed);
      await expect(wactl.pair('x', goal, { signal }, () => undefined)).rejects.toEqual(failure('not_found'));
    });
  });

  describe('passkey', () => {
    const shown = {
      options: '{"challenge":"AQID","rpId":"whatsapp.com"}',
      expiresAt: made,
      handoffUntil: made,
    };

    it('tells what is asked, and the code once there is one', async () => {
      await start({});
      await world.has({ id: 'a' });
      world.held.set('a', { ...heldNow, id: 'a', status: 'waiting_for_passkey', passkey: shown });
      expect(await wactl.passkey('a', { signal })).toMatchObject({
        id: 'a',
        options: { challenge: 'AQID' },
        handoff_until: made.toISOString(),
        code: null,
      });
      const passkeyCode = { code: 'ABCDEFGH', needsConfirmation: true };
      world.held.set('a', {
        ...heldNow,
        id: 'a',
        status: 'waiting_for_passkey',
        passkey: shown,
        passkeyCode,
      });
      expect(await wactl.passkey('a', { signal })).toMatchObject({
        code: 'ABCD-EFGH',
        needs_confirmation: true,
      });
    });

    it('throws when nothing is asked, or the session does not exist', async () => {
      await start({});
      await world.has({ id: 'a' });
      await expect(wactl.passkey('a', { signal })).rejects.toEqual(failure('usage'));
      await expect(wactl.passkey('x', { signal })).rejects.toEqual(failure('not_found'));
      await expect(wactl.answerPasskey('x', '{}', { signal })).rejects.toEqual(failure('not_found'));
      await expect(wactl.confirmPasskey('x', { signal })).rejects.toEqual(failure('not_found'));
    });

    it('passes the answer on, and comes back with the code that the phone shows', async () => {
      const given: unknown[] = [];
      await start({
        answerPasskey: (_session, assertion) => {
          given.push(JSON.parse(assertion));
          return Promise.resolve({ code: '5GVKQGZY', needsConfirmation: true });
        },
        confirmPasskey: ({ id }) => Promise.resolve(void given.push(id)),
      });
      await world.has({ id: 'a' });
      const code = await wactl.answerPasskey('a', '{"id":"AA","response":{}}', { signal });
      expect(code).toEqual({ code: '5GVKQGZY', needsConfirmation: true });
      expect(await wactl.confirmPasskey('a', { signal })).toMatchObject({
        id: 'a',
        status: 'waiting_for_passkey',
      });
      expect(given).toEqual([{ id: 'AA', response: {} }, 'a']);
    });
  });
});
