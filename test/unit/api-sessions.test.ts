import { describe, expect, it } from 'vitest';
import { WactlError } from '../../src/errors.ts';
import { error } from '../support/api-error.ts';
import { apiWorld } from '../support/fake-api.ts';
import type { ApiWorld } from '../support/fake-api.ts';
import { heldNow } from '../support/fake-session.ts';
import type { Webhook } from '../../src/domain/session.ts';

describe('POST /api/v1/sessions', () => {
  it('makes a session and begins to pair it', async () => {
    const goals: string[] = [];
    const world = apiWorld({
      pair: (_, goal) => {
        goals.push(goal.kind);
        return new Promise(() => undefined);
      },
    });
    const answer = await world.ask('POST', '/api/v1/sessions', { name: 'Support Bot' });
    expect(answer).toMatchObject({
      status: 201,
      body: { id: 'support-bot', status: 'connecting', paired: false },
    });
    expect(answer.headers.get('location')).toBe('/api/v1/sessions/support-bot');
    expect(goals).toEqual(['pair_by_qr']);
    expect(await world.store.get('support-bot')).toMatchObject({ wantsOnline: true });
  });

  it('stores what it was given, and sends back no secret', async () => {
    const world = apiWorld();
    const secret = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz';
    const told = { url: 'https://ada:hunter2@example.com/hook', events: ['message'], secret };
    const headers = { 'X-Key': 'hunter2' };
    const webhook = { ...told, via_proxy: true, headers };
    const body = { id: 'a', webhook, proxy: 'socks5://ada:hunter2@proxy:1080', connect: false };
    expect((await world.ask('POST', '/api/v1/sessions', body)).status).toBe(201);
    expect(await world.store.get('a')).toMatchObject({
      webhook: { ...told, headers: { 'x-key': 'hunter2' }, viaProxy: true },
      proxy: body.proxy,
      wantsOnline: false,
    });
    const { body: shown } = await world.ask('GET', '/api/v1/sessions/a');
    expect(shown).toMatchObject({
      config: {
        webhook: { has_secret: true, header_names: ['x-key'], via_proxy: true },
        proxy: 'socks5://ada:***@proxy:1080',
      },
      holder: null,
    });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
  });

  it.each([
    [{ id: 'No Good' }, 'usage', 400],
    [{ nome: 'x' }, 'usage', 400],
    [{ id: 1 }, 'usage', 400],
    [{ id: 'b', webhook: { url: 'http://example.com' } }, 'usage', 400],
    [{ id: 'b', webhook: { url: 'https://example.com', events: ['party'] } }, 'usage', 400],
    [{ id: 'b', webhook: { url: 'https://example.com', secret: 'x' } }, 'usage', 400],
    [{ id: 'b', webhook: { url: 'https://example.com', headers: { Host: 'x' } } }, 'usage', 400],
    [{ id: 'b', webhook: { url: 'https://example.com', headers: ['x'] } }, 'usage', 400],
    [{ id: 'b', webhook: { events: ['message'] } }, 'usage', 400],
    [{ id: 'b', webhook: { url: 'https://example.com', via_proxy: true } }, 'usage', 400],
    [{ id: 'b', webhook: {} }, 'usage', 400],
    [{ id: 'b', webhook: { secret: null } }, 'usage', 400],
    [{ id: 'b', proxy: 'ftp://x' }, 'usage', 400],
    [{ id: 'b', connect: 'no' }, 'usage', 400],
    [{ id: 'b', name: 'x'.repeat(201) }, 'usage', 400],
    [[], 'usage', 400],
    ['{', 'usage', 400],
    [{ id: 'taken', connect: false }, 'already_exists', 409],
  ])('refuses %j', async (body, code, status) => {
    const world = apiWorld();
    await world.has({ id: 'taken' });
    expect(await world.ask('POST', '/api/v1/sessions', body)).toMatchObject(error(code, status));
  });
});

describe('POST /api/v1/sessions?wait=qr', () => {
  const shown = (world: ApiWorld) =>
    ({
      kind: 'qr',
      payload: 'one',
      seq: 1,
      expiresAt: new Date(world.clock.now().getTime() + 60_000),
      rescan: false,
    }) as const;

  it('answers with the QR and when it expires', async () => {
    const world: ApiWorld = apiWorld({
      pair: (_session, _goal, _options, tell) => {
        tell(shown(world));
        return new Promise(() => undefined);
      },
    });
    world.held.set('a', { ...heldNow, status: 'waiting_for_qr' });
    const qr = {
      qr: 'one',
      qr_code: 'data:image/png;base64,one',
      seq: 1,
      rescan: false,
      timeout_seconds: 60,
      expires_at: shown(world).expiresAt.toISOString(),
    };
    const answer = await world.ask('POST', '/api/v1/sessions?wait=qr', { id: 'a' });
    expect(answer).toMatchObject({ status: 201, body: { id: 'a', status: 'waiting_for_qr', qr } });
    expect(answer.headers.get('location')).toBe('/api/v1/sessions/a');
  });

  it('has made the session all the same when no QR comes', async () => {
    const world = apiWorld({ pair: () => Promise.reject(new WactlError('unreachable', 'no network')) });
    expect(await world.ask('POST', '/api/v1/sessions?wait=qr', { id: 'a' })).toMatchObject({
      status: 201,
      body: { id: 'a', qr: null },
    });
    const slow = apiWorld({ pair: () => new Promise(() => undefined) });
    const asked = slow.ask('POST', '/api/v1/sessions?wait=qr&timeout_seconds=5', { id: 'a' });
    await expect.poll(() => slow.clock.sleeping).toEqual([5_000]);
    await slow.clock.advance(5_000);
    expect(await asked).toMatchObject({ status: 201, body: { id: 'a', qr: null } });
  });

  it.each([
    ['?wait=qr', { id: 'a', connect: false }],
    ['?wait=code', { id: 'a' }],
  ])('refuses %s with %j, and makes nothing', async (query, body) => {
    const world = apiWorld();
    expect(await world.ask('POST', `/api/v1/sessions${query}`, body)).toMatchObject(error('usage', 400));
    expect(await world.store.get('a')).toBeUndefined();
  });
});

describe('a session whose QR is on show', () => {
  const qr = { payload: 'one', seq: 2, rescan: false };

  it('is shown with it while it is valid', async () => {
    const world = apiWorld();
    await world.has({ id: 'a' });
    const expiresAt = new Date(world.clock.now().getTime() + 20_000);
    world.held.set('a', { ...heldNow, status: 'waiting_for_qr', qr: { ...qr, expiresAt } });
    const show = () => world.ask('GET', '/api/v1/sessions/a');
    expect((await show()).body).toMatchObject({
      status: 'waiting_for_qr',
      qr: { qr: 'one', qr_code: 'data:image/png;base64,one', seq: 2, timeout_seconds: 20 },
    });
    await world.clock.advance(20_000);
    expect((await show()).body).toMatchObject({ qr: null });
  });
});

describe('the defaults of a new session', () => {
  it('are read for each, so that a changed setting is seen', async () => {
    let webhook: Webhook | null = null;
    const world = apiWorld({}, {}, { defaults: () => ({ webhook, proxy: null, endpoint: null }) });
    await world.ask('POST', '/api/v1/sessions', { id: 'a', connect: false });
    webhook = { url: 'https://example.com/', events: ['message'], secret: null, viaProxy: false };
    await world.ask('POST', '/api/v1/sessions', { id: 'b', connect: false });
    await world.ask('POST', '/api/v1/sessions', {
      id: 'c',
      connect: false,
      webhook: { events: ['message'] },
    });
    expect((await world.store.get('a'))?.webhook).toBeNull();
    expect((await world.store.get('b'))?.webhook).toEqual(webhook);
    expect((await world.store.get('c'))?.webhook).toEqual(webhook);
  });
});

describe('GET /api/v1/sessions', () => {
  it('lists sessions with the live status from their holders', async () => {
    const world = apiWorld();
    await world.has({ id: 'a' }, {});
    await world.has({ id: 'b' });
    world.held.set('a', heldNow);
    expect((await world.ask('GET', '/api/v1/sessions')).body).toMatchObject({
      sessions: [
        { id: 'a', status: 'logged_in', is_logged_in: true },
        { id: 'b', status: 'disconnected' },
      ],
      total: 2,
      page: 1,
      per_page: 25,
    });
    expect((await world.ask('GET', '/api/v1/sessions?status=logged_in')).body).toMatchObject({ total: 1 });
    expect((await world.ask('GET', '/api/v1/sessions?page=2&per_page=1')).body).toMatchObject({
      sessions: [{ id: 'b' }],
      page: 2,
    });
    expect((await world.ask('GET', '/api/v1/sessions?id_prefix=b')).body).toMatchObject({ total: 1 });
  });

  it.each(['status=happy', 'page=0', 'per_page=x', 'pages=1', 'page=1&page=2'])(
    'refuses ?%s',
    async (query) => {
      expect(await apiWorld().ask('GET', `/api/v1/sessions?${query}`)).toMatchObject(error('usage', 400));
    },
  );
});

describe('PATCH /api/v1/sessions/{id}', () => {
  it('changes the given fields and leaves the rest', async () => {
    const world = apiWorld();
    const secret = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz';
    await world.has({
      id: 'a',
      webhook: { url: 'https://example.com/', events: ['message'], secret, viaProxy: false },
    });
    const body = { name: 'A', wants_online: true, webhook: { url: 'https://example.org/' } };
    expect((await world.ask('PATCH', '/api/v1/sessions/a', body)).body).toMatchObject({ name: 'A' });
    expect(await world.store.get('a')).toMatchObject({
      wantsOnline: true,
      webhook: { url: 'https://example.org/', events: ['message'], secret },
    });
    await world.ask('PATCH', '/api/v1/sessions/a', { webhook: null, name: null });
    expect(await world.store.get('a')).toMatchObject({ webhook: null, name: null });
    expect(await world.ask('PATCH', '/api/v1/sessions/a', {})).toMatchObject(error('usage', 400));
  });
});

describe('DELETE /api/v1/sessions/{id}', () => {
  it('unlinks and deletes the session, and says when WhatsApp cannot be asked', async () => {
    let online = false;
    const asked: unknown[] = [];
    const world = apiWorld({
      remove: ({ id }, { unlink, timeoutMs }) => {
        asked.push([id, unlink, timeoutMs]);
        const unheard = new WactlError('unreachable', 'no network', 'try again');
        return online ? Promise.resolve() : Promise.reject(unheard);
      },
    });
    await world.has({ id: 'a' }, {});
    const at = '/api/v1/sessions/a';
    expect(await world.ask('DELETE', at)).toMatchObject(error('unreachable', 502));
    online = true;
    const removed = { status: 200, body: { deleted: true, id: 'a' } };
    expect(await world.ask('DELETE', `${at}?timeout_seconds=5`)).toMatchObject(removed);
    expect(await world.ask('DELETE', `${at}?unlink=false`)).toMatchObject(removed);
    expect(asked).toEqual([
      ['a', true, undefined],
      ['a', true, 5_000],
      ['a', false, undefined],
    ]);
  });

  it('with force deletes it all the same, and says why the phone may still list the device', async () => {
    const unheard = new WactlError('unreachable', 'no network', 'try again');
    const world = apiWorld({
      remove: (_, { unlink }) => (unlink ? Promise.reject(unheard) : Promise.resolve()),
    });
    await world.has({ id: 'a' }, {});
    expect(await world.ask('DELETE', '/api/v1/sessions/a?force=true')).toMatchObject({
      status: 200,
      body: {
        deleted: true,
        id: 'a',
        not_unlinked: { code: 'unreachable', message: 'no network', hint: 'try again', exit_status: 5 },
      },
    });
  });

  it('with only_unlinked keeps a session that the phone may list', async () => {
    const world = apiWorld();
    await world.has({ id: 'a' });
    await world.has({ id: 'b' });
    await world.store.commitPairing('b', { creds: Buffer.from('creds'), keys: [] });
    const remove = (id: string) => world.ask('DELETE', `/api/v1/sessions/${id}?only_unlinked=true`);
    expect(await remove('a')).toMatchObject({ status: 200, body: { deleted: true } });
    expect(await remove('b')).toMatchObject(error('in_use', 423));
    expect(await world.store.get('b')).toMatchObject({ unconfirmed: true });
  });
});
