import { describe, expect, it } from 'vitest';
import { createGuard } from '../../src/api/guard.ts';
import type { Guard } from '../../src/api/guard.ts';
import { openApi } from '../../src/api/openapi.ts';
import { routeTable } from '../../src/api/route-table.ts';
import type { Route } from '../../src/api/route.ts';
import { StreamTickets } from '../../src/api/stream-tickets.ts';
import { isEnough, tokenScopes } from '../../src/domain/token.ts';
import type { TokenScope } from '../../src/domain/token.ts';
import type { AuditEntry } from '../../src/ports/log.ts';
import type { Holder } from '../../src/ports/holder.ts';
import { error } from '../support/api-error.ts';
import { apiWorld } from '../support/fake-api.ts';
import { settled } from '../support/fake-clock.ts';
import { heldNow } from '../support/fake-session.ts';

const own = 'the-token-of-the-environment';
const qr = { payload: 'secret-qr', seq: 1, expiresAt: new Date('2026-03-01T12:00:20Z'), rescan: false };
const address = '192.0.2.7';

/** The API as `serve` has it, with the sessions "a", which shows a QR, and "ab". */
async function served(holder: Partial<Holder> = {}) {
  const late: { guard?: Guard; tickets?: StreamTickets } = {};
  const guard: Guard = {
    admit: async (...given) => (late.guard as Guard).admit(...given),
    isStillGood: async (access) => (late.guard as Guard).isStillGood(access),
  };
  const changes: AuditEntry[] = [];
  const pages = { '/metrics': { answer: () => new Response('metrics'), isOfAll: true } };
  const onChange = (change: AuditEntry): void => void changes.push(change);
  const issue: StreamTickets['issue'] = (access) => (late.tickets as StreamTickets).issue(access);
  const world = apiWorld(holder, { guard, pages, onChange }, { tickets: { issue } });
  const { clock, store } = world;
  const tickets = (late.tickets = new StreamTickets(clock));
  late.guard = createGuard({
    token: own,
    tokens: store.tokens,
    tickets,
    clock,
    hostNames: ['wactl'],
    open: [],
  });
  await world.has({ id: 'a', name: 'Shop' });
  await world.has({ id: 'ab', name: 'Shop too' });
  world.held.set('a', { ...heldNow, status: 'waiting_for_qr', qr });
  const token = async (scope: TokenScope, sessionId: string | null = null) =>
    (await store.tokens.create({ name: `${scope}-${sessionId ?? 'all'}`, scope, sessionId })).token;
  const asking = (shown: string) => ({ host: 'wactl', authorization: `Bearer ${shown}` });
  const ask = (shown: string, method: string, path: string, body?: unknown) =>
    world.ask(method, path, body, asking(shown));
  const stream = async (path: string, headers: Record<string, string>) => {
    const request = new Request(`http://wactl${path}`, { headers: { host: 'wactl', ...headers } });
    const answer = await world.api(request, { address });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    return {
      status: answer.status,
      next: async () => Buffer.from((await reader.read()).value ?? []).toString(),
    };
  };
  return { ...world, changes, token, ask, asking, stream };
}

const one = '/api/v1/sessions/a';
const routes = Object.entries<Route>(routeTable);

describe('the scope of a route', () => {
  it('is enough: a token with less is refused by name, and told what it needs', async () => {
    const { token, ask } = await served();
    for (const [name, { method, path, scope: needed }] of routes) {
      const less = tokenScopes.filter((scope) => !isEnough(scope, needed)).at(-1);
      if (less === undefined) continue;
      const shown = await token(less).catch(() => undefined);
      if (shown === undefined) continue;
      const answer = await ask(
        shown,
        method.toUpperCase(),
        path.replace('{id}', 'a'),
        method === 'get' ? undefined : {},
      );
      expect(answer, name).toMatchObject(error('forbidden', 403));
      const told = JSON.stringify(answer.body);
      expect(told).toContain(`needs the scope ${needed}`);
      expect(told).toContain(`wactl token create NAME --scope ${needed}`);
    }
  });

  it('of what changes something is never read', () => {
    const readable = routes.filter(([, { method, scope }]) => method !== 'get' && scope === 'read');
    expect(readable.map(([name]) => name)).toEqual(['createTicket']);
  });

  it('is in /openapi.json with the answer of a token that has less', () => {
    const { paths } = openApi('1.2.3', { withInternal: true });
    for (const [name, { method, path, scope }] of routes) {
      const found = (paths as Record<string, Record<string, unknown>>)[path]?.[method] as {
        'x-scope': unknown;
        responses: Record<string, unknown>;
      };
      expect(found['x-scope'], name).toBe(scope);
      expect(Object.keys(found.responses), name).toEqual(expect.arrayContaining(['401', '403', '429']));
    }
  });
});

describe('a token of one session', () => {
  it('sees no other', async () => {
    const { token, ask } = await served();
    const shown = await token('admin', 'a');
    const { body } = await ask(shown, 'GET', '/api/v1/sessions');
    expect(body).toMatchObject({ sessions: [{ id: 'a' }], total: 1 });
    for (const [, { method, path }] of routes.filter(([, route]) => route.path.includes('{id}'))) {
      const other = path.replace('{id}', 'ab');
      const answer = await ask(shown, method.toUpperCase(), other, method === 'get' ? undefined : {});
      expect(answer, other).toMatchObject(error('not_found', 404));
    }
    expect(await ask(shown, 'GET', '/api/v1/events?session=ab')).toMatchObject(error('not_found', 404));
    expect(await ask(shown, 'POST', '/api/v1/stream-tickets', { session: 'ab' })).toMatchObject(
      error('not_found', 404),
    );
  });

  it.each([
    ['', ['a']],
    ['?search=shop', ['a']],
    ['?search=too', []],
    ['?id_prefix=ab', []],
    ['?status=failed', []],
    ['?page=2', []],
  ])('lists with %s only what is its own: %j', async (query, ids) => {
    const { token, ask } = await served();
    const { body } = await ask(await token('read', 'a'), 'GET', `/api/v1/sessions${query}`);
    expect((body as { sessions: { id: string }[] }).sessions.map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ['ab', 'a', 'ab'],
    ['a', 'a', 'a'],
    ['a', 'ab', undefined],
  ])('of %s: the prefix %s finds %s', async (session, prefix, found) => {
    const { token, ask } = await served();
    const shown = await token('read', session);
    const { body } = await ask(shown, 'GET', `/api/v1/sessions/${prefix}?prefix=true`);
    expect((body as { id?: string }).id).toBe(found);
  });

  it('is refused what is of all sessions', async () => {
    const { token, ask, asking, api } = await served();
    const shown = await token('admin', 'a');
    expect(await ask(shown, 'POST', '/api/v1/sessions', { id: 'new' })).toMatchObject(
      error('forbidden', 403),
    );
    expect(await ask(shown, 'GET', '/api/v1/holder')).toMatchObject(error('forbidden', 403));
    const metrics = () => api(new Request('http://wactl/metrics', { headers: asking(shown) }));
    expect((await metrics()).status).toBe(403);
  });

  it('gets the events of its session when it asks for all', async () => {
    const { token, stream, asking, observer } = await served();
    const { next } = await stream('/api/v1/events', asking(await token('read', 'a')));
    await next();
    expect(await next()).toContain('"waiting_for_qr"');
    observer.note('ab', { kind: 'status', status: 'logged_in', close: null, retryInMs: null });
    observer.note('a', { kind: 'status', status: 'logged_in', close: null, retryInMs: null });
    expect(await next()).toContain('"id":"a","status":"logged_in"');
  });
});

describe('a token that may only read', () => {
  it('learns that there is a QR, but not the QR', async () => {
    const { token, ask, stream, asking, observer } = await served();
    const shown = await token('read');
    for (const path of [one, `${one}/holder`]) {
      const { status, body } = await ask(shown, 'GET', path);
      expect([status, JSON.stringify(body).includes('secret-qr')]).toEqual([200, false]);
    }
    const { next } = await stream('/api/v1/events?session=a', asking(shown));
    await next();
    observer.note('a', { kind: 'qr', ...qr });
    for (const line of [await next(), await next()]) {
      expect(line).toContain('"waiting_for_qr"');
      expect(line).not.toContain('secret-qr');
    }
    const pairs = await token('pair');
    expect(JSON.stringify((await ask(pairs, 'GET', `${one}/holder`)).body)).toContain('secret-qr');
  });

  it('learns that a passkey is asked for, but neither what is to be signed nor the code', async () => {
    const { token, stream, asking, observer, held, ask } = await served();
    const passkey = { options: '{"secret":1}', expiresAt: qr.expiresAt, handoffUntil: qr.expiresAt };
    const passkeyCode = { code: 'SECRETAB', needsConfirmation: true };
    held.set('a', { ...heldNow, status: 'waiting_for_passkey', passkey, passkeyCode });
    const shown = await token('read');
    const { next } = await stream('/api/v1/events?session=a', asking(shown));
    await next();
    observer.note('a', { kind: 'passkey', ...passkey });
    observer.note('a', { kind: 'passkey_code', ...passkeyCode });
    for (const line of [await next(), await next(), await next()]) {
      expect(line).toContain('"event":"status"');
      expect(line).toContain('"waiting_for_passkey"');
    }
    const told = JSON.stringify((await ask(shown, 'GET', `${one}/holder`)).body);
    expect(told).not.toMatch(/secret|SECR/);
    expect(await ask(shown, 'GET', `${one}/passkey`)).toMatchObject(error('forbidden', 403));
  });
});

describe('a ticket', () => {
  const ticketFor = async (world: Awaited<ReturnType<typeof served>>, shown: string, body = {}) =>
    ((await world.ask(shown, 'POST', '/api/v1/stream-tickets', body)).body as { ticket: string }).ticket;

  it('opens one stream, once', async () => {
    const world = await served();
    const ticket = await ticketFor(world, own);
    expect((await world.stream(`/api/v1/events?ticket=${ticket}`, {})).status).toBe(200);
    expect((await world.stream(`/api/v1/events?ticket=${ticket}`, {})).status).toBe(401);
  });

  it('is good for less than 30 s', async () => {
    const world = await served();
    const [early, late] = [await ticketFor(world, own), await ticketFor(world, own)];
    await world.clock.advance(29_999);
    expect((await world.stream(`/api/v1/events?ticket=${early}`, {})).status).toBe(200);
    await world.clock.advance(1);
    expect((await world.stream(`/api/v1/events?ticket=${late}`, {})).status).toBe(401);
  });

  it('may do no more than its token, and sees one session when it was asked for one', async () => {
    const world = await served();
    const read = await ticketFor(world, await world.token('read'));
    expect((await world.stream(`${one}/qr/events?ticket=${read}`, {})).status).toBe(403);
    const ticket = await ticketFor(world, own, { session: 'a' });
    expect((await world.stream(`/api/v1/events?session=ab&ticket=${ticket}`, {})).status).toBe(404);
  });
});

describe('a revoked token', () => {
  it('is refused at once, and its streams end', async () => {
    const { token, ask, asking, stream, store, clock } = await served();
    const shown = await token('read');
    const { next } = await stream('/api/v1/events?session=ab', asking(shown));
    expect(await next()).toContain('retry');
    expect(await next()).toContain('released');
    await clock.advance(15_000);
    expect(await next()).toContain('still here');
    await store.tokens.revoke('read-all');
    expect(await ask(shown, 'GET', one)).toMatchObject(error('unauthorized', 401));
    const last = next();
    await clock.advance(15_000);
    expect(await last).toBe('');
  });

  it('of another name changes nothing for a stream', async () => {
    const { token, asking, stream, store, clock, observer } = await served();
    const { next } = await stream('/api/v1/events?session=ab', asking(await token('read')));
    await token('pair');
    expect(await next()).toContain('retry');
    expect(await next()).toContain('released');
    await store.tokens.revoke('pair-all');
    await clock.advance(15_000);
    expect(await next()).toContain('still here');
    observer.note('ab', { kind: 'status', status: 'logged_in', close: null, retryInMs: null });
    expect(await next()).toContain('logged_in');
  });
});

describe('the last use of a token', () => {
  it('is noted', async () => {
    const { token, ask, store, clock } = await served();
    const shown = await token('read');
    await ask(shown, 'GET', one);
    await settled();
    expect((await store.tokens.list())[0]?.lastUsedAt).toEqual(clock.now());
  });
});

describe('GET /api/v1/token', () => {
  it('tells what the token may do', async () => {
    const { token, ask } = await served();
    const path = '/api/v1/token';
    expect((await ask(own, 'GET', path)).body).toEqual({
      name: 'WACTL_TOKEN',
      scope: 'admin',
      session: null,
    });
    expect((await ask(await token('pair', 'a'), 'GET', path)).body).toEqual({
      name: 'pair-a',
      scope: 'pair',
      session: 'a',
    });
  });
});

describe('what changes something', () => {
  it('is reported with the name of the token, the session and the outcome, and nothing else is', async () => {
    const { token, ask, changes, world } = await served({
      disconnect: ({ id }) => Promise.resolve({ id, status: 'disconnected', details: 'done' }),
    }).then((world) => ({ ...world, world }));
    const [read, pair] = [await token('read'), await token('pair', 'a')];
    await ask(own, 'POST', '/api/v1/sessions', { id: 'new', connect: false });
    await ask(pair, 'POST', `${one}/disconnect?timeout_seconds=9`);
    await ask(read, 'DELETE', one);
    await ask('a-token-that-nobody-has', 'PATCH', one, { name: 'x' });
    await ask(read, 'GET', one);
    await ask(own, 'POST', '/api/v1/stream-tickets', {});
    await ask(own, 'POST', '/nowhere', {});
    await ask(read, 'GET', `${one}/qr`);
    expect(changes).toEqual([
      { action: 'createSession', session: 'new', by: 'WACTL_TOKEN', status: 201 },
      { action: 'disconnectSession', session: 'a', by: 'pair-a', status: 200 },
      { action: 'deleteSession', session: 'a', by: 'read-all', status: 403 },
      { action: 'updateSession', session: 'a', by: 'nobody', status: 401 },
      { action: 'showQr', session: 'a', by: 'read-all', status: 403 },
    ]);
    const request = new Request(`http://wactl${one}`, { method: 'DELETE', headers: world.asking(read) });
    await world.api(request, { address });
    expect(changes.at(-1)).toMatchObject({ from: address });
  });
});
