import { describe, expect, it } from 'vitest';
import { WactlError } from '../../src/errors.ts';
import type { Held } from '../../src/session/holder.ts';
import { apiWorld } from '../support/fake-api.ts';
import { made } from '../support/fake-session.ts';

const error = (code: string, status: number) => ({
  status,
  body: { error: expect.objectContaining({ code }) as unknown },
});

const heldNow: Held = {
  id: 'a',
  pid: 4711,
  since: made,
  stays: true,
  status: 'logged_in',
  close: null,
  retryAt: null,
  qr: null,
  pairCode: null,
};

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

  it('keeps what it was told, and tells no secret', async () => {
    const world = apiWorld();
    const secret = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz';
    const told = { url: 'https://ada:hunter2@example.com/hook', events: ['message'], secret };
    const webhook = { ...told, via_proxy: true };
    const body = { id: 'a', webhook, proxy: 'socks5://ada:hunter2@proxy:1080', connect: false };
    expect((await world.ask('POST', '/api/v1/sessions', body)).status).toBe(201);
    expect(await world.store.get('a')).toMatchObject({
      webhook: { ...told, viaProxy: true },
      proxy: body.proxy,
      wantsOnline: false,
    });
    const { body: shown } = await world.ask('GET', '/api/v1/sessions/a');
    expect(shown).toMatchObject({
      config: { webhook: { has_secret: true, via_proxy: true }, proxy: 'socks5://ada:***@proxy:1080' },
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
    [{ id: 'b', webhook: { events: ['message'] } }, 'usage', 400],
    [{ id: 'b', webhook: { url: 'https://example.com', via_proxy: true } }, 'usage', 400],
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

describe('GET /api/v1/sessions', () => {
  it('lists with the words of who holds them', async () => {
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
  it('changes what is named and leaves the rest', async () => {
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
  it('unlinks a paired one first, and keeps it when WhatsApp cannot be asked', async () => {
    let online = false;
    const world = apiWorld({
      logout: ({ id }) =>
        online
          ? Promise.resolve({ id, status: 'logged_out', details: 'unlinked' })
          : Promise.reject(new WactlError('unreachable', 'no network', 'try again')),
    });
    await world.has({ id: 'a' }, {});
    expect(await world.ask('DELETE', '/api/v1/sessions/a')).toMatchObject(error('unreachable', 502));
    expect(await world.store.get('a')).toBeDefined();
    online = true;
    expect(await world.ask('DELETE', '/api/v1/sessions/a')).toMatchObject({
      status: 200,
      body: { deleted: true, id: 'a' },
    });
    expect(await world.store.get('a')).toBeUndefined();
  });

  it('stops a pairing, and unlinks nothing when told so', async () => {
    const stopped: string[] = [];
    const world = apiWorld({
      disconnect: ({ id }) => {
        stopped.push(id);
        return Promise.resolve({ id, status: 'disconnected', details: 'stopped' });
      },
    });
    await world.has({ id: 'a' });
    await world.has({ id: 'b' }, {});
    world.held.set('a', heldNow);
    expect((await world.ask('DELETE', '/api/v1/sessions/a')).status).toBe(200);
    expect((await world.ask('DELETE', '/api/v1/sessions/b?unlink=false')).status).toBe(200);
    expect(stopped).toEqual(['a']);
  });
});

describe('what is done to a session', () => {
  it('is asked of its holder, and the wish is kept', async () => {
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

  it('is refused with what went wrong', async () => {
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

  it('says who it is', async () => {
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

describe('a request that makes no sense', () => {
  it.each([
    ['GET', '/api/v1/sessions/x', undefined, 'not_found', 404],
    ['GET', '/nowhere', undefined, 'no_such_route', 404],
    ['PUT', '/api/v1/sessions', {}, 'method_not_allowed', 405],
    ['POST', '/api/v1/sessions/a/connect', { max_retries: -1 }, 'usage', 400],
    ['POST', '/api/v1/sessions/a/disconnect', { now: true }, 'usage', 400],
    ['POST', '/api/v1/sessions/a/disconnect?timeout_seconds=0', undefined, 'usage', 400],
    ['GET', '/api/v1/sessions/a/status?offline=maybe', undefined, 'usage', 400],
    ['GET', '/api/v1/sessions/%00', undefined, 'usage', 400],
    ['GET', '/api/v1/events?session=a%00', undefined, 'usage', 400],
  ])('%s %s is refused', async (method, path, body, code, status) => {
    const world = apiWorld();
    await world.has({ id: 'a' });
    expect(await world.ask(method, path, body)).toMatchObject(error(code, status));
  });

  it('says which methods there are', async () => {
    const { headers } = await apiWorld().ask('PUT', '/api/v1/sessions/a');
    expect(headers.get('allow')).toBe('GET, PATCH, DELETE');
  });

  it('is refused when it is too big, or no JSON', async () => {
    const world = apiWorld();
    const big = await world.ask('POST', '/api/v1/sessions', { name: 'x'.repeat(70_000) });
    expect(big).toMatchObject(error('too_large', 413));
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await world.ask('POST', '/api/v1/sessions', 'id=a', form)).toMatchObject(
      error('unsupported_media_type', 415),
    );
  });

  it.each([
    [{}, '\ufeff{"id":"b","connect":false}', 201],
    [{}, Buffer.from('{"name":"\xff","connect":false}', 'latin1'), 400],
    [{}, '{"id":', 400],
    [{ 'content-encoding': 'gzip' }, '{"id":"b","connect":false}', 415],
    [{ 'content-encoding': 'identity' }, '{"id":"b","connect":false}', 201],
  ])('%j: %s is answered with %i', async (headers, body, status) => {
    const request = new Request('http://wactl/api/v1/sessions', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    expect((await apiWorld().api(request)).status).toBe(status);
  });

  it('is no bug when its sender goes away in the middle', async () => {
    const world = apiWorld();
    const sender = new AbortController();
    const body = new ReadableStream({
      pull(controller) {
        sender.abort();
        controller.error(new Error('aborted'));
      },
    });
    const options = { method: 'POST', body, signal: sender.signal, duplex: 'half' } as const;
    await world.api(new Request('http://wactl/api/v1/sessions', options));
    expect(world.bugs).toEqual([]);
  });

  it('has a hint that says what there is', async () => {
    const world = apiWorld();
    expect(await world.ask('POST', '/api/v1/sessions/a/disconnect', { now: 1 })).toMatchObject({
      body: { error: { message: 'there is no field "now"', hint: 'there are none here' } },
    });
    expect(await world.ask('GET', '/api/v1/sessions?page=1&page=2')).toMatchObject({
      body: { error: { message: '"page" is there more than once' } },
    });
  });

  it('is refused while it stops', async () => {
    const world = apiWorld({}, { pages: { '/healthz': () => Response.json({ status: 'ok' }) } });
    world.stop.abort();
    expect(await world.ask('GET', '/api/v1/sessions')).toMatchObject(error('stopping', 503));
    expect((await world.ask('GET', '/nowhere')).status).toBe(404);
    expect((await world.api(new Request('http://wactl/healthz'))).status).toBe(200);
  });
});

describe('connect on a session that somebody is bringing online', () => {
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

  it('waits until it is', async () => {
    expect(await connect('logged_in')).toEqual({ id: 'a', status: 'logged_in', details: 'online' });
  });

  it('says so when the time is up', async () => {
    expect(await connect('connecting')).toEqual({
      id: 'a',
      status: 'connecting',
      details: 'not online yet; it goes on trying',
    });
  });
});
