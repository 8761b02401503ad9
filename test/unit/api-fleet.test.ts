import { describe, expect, it } from 'vitest';
import type { Api } from '../../src/api/app.ts';
import { withFleet } from '../../src/api/fleet.ts';
import { signedFor } from '../../src/api/fleet-signature.ts';
import type { FleetRequest } from '../../src/api/fleet-signature.ts';
import { createGuard } from '../../src/api/guard.ts';
import { StreamTickets } from '../../src/api/stream-tickets.ts';
import { apiWorld } from '../support/fake-api.ts';
import { FakeClock } from '../support/fake-clock.ts';

const ofClients = 'token-of-a-client';
const secret = Buffer.alloc(32, 7);
const holder: FleetRequest = { method: 'GET', path: '/fleet/api/v1/holder', body: '', to: 'server-1' };
const patch: FleetRequest = {
  method: 'PATCH',
  path: '/fleet/api/v1/sessions/own',
  body: '{"name":"Ada"}',
  to: 'server-1',
};

/** The public API, whose sessions have `public` in their ids, beside that for other hosts, whose have `own`. */
async function serving() {
  // That of the store, which is a day off from that of the machine.
  let now = new Date('2026-03-02T12:00:00.000Z');
  const clock = new FakeClock();
  const tickets = new StreamTickets(clock);
  const open = apiWorld();
  const guard = createGuard({
    token: ofClients,
    tokens: open.store.tokens,
    tickets,
    clock,
    hostNames: [],
    open: [],
  });
  const front = apiWorld({}, { guard });
  await front.has({ id: 'public' });
  const ownApi = async (options: Parameters<typeof apiWorld>[1]): Promise<Api> => {
    const own = apiWorld({}, options);
    await own.has({ id: 'own' });
    return own.api;
  };
  const hosts = { serverId: 'server-1', secret: () => Promise.resolve({ secret, now }) };
  return {
    clock,
    api: await withFleet(front.api, { hosts, clock, ownApi }),
    sign: (request: FleetRequest, ms = 0) =>
      signedFor(request, { secret, now: new Date(now.getTime() + ms) }),
    later: (ms: number) => void (now = new Date(now.getTime() + ms)),
  };
}

const ask = async (api: Api, { method, path, body }: Omit<FleetRequest, 'to'>, shown?: string) => {
  const headers = {
    host: '127.0.0.1:7764',
    ...(body.length > 0 && { 'content-type': 'application/json' }),
    ...(shown !== undefined && { authorization: shown }),
  };
  const options = { method, headers, ...(body.length > 0 && { body: String(body) }) };
  const response = await api(new Request(`http://127.0.0.1:7764${path}`, options), { address: '10.0.0.9' });
  return [response.status, await response.text()] as const;
};

describe('the entrance for other hosts', () => {
  it('shows them what this process holds, and clients what they were shown before', async () => {
    const { api, sign } = await serving();
    const list = { ...holder, path: '/fleet/api/v1/sessions?per_page=5' };
    expect(await ask(api, list, sign(list))).toEqual([200, expect.stringContaining('"own"')]);
    const ofPublic = { ...holder, path: '/api/v1/sessions' };
    expect(await ask(api, ofPublic, `Bearer ${ofClients}`)).toEqual([
      200,
      expect.stringContaining('"public"'),
    ]);
    expect(await ask(api, patch, sign(patch))).toEqual([200, expect.stringContaining('"Ada"')]);
  });

  it.each([
    ['/fleet/api/v1/sessions', undefined],
    ['/fleet/api/v1/sessions', `Bearer ${ofClients}`],
    ['/fleet/api/v1/sessions', `Bearer ${secret.toString('base64url')}`],
    ['/fleet/nothing', undefined],
    ['/fleet/healthz', undefined],
    ['/api/v1/sessions', `Bearer ${secret.toString('base64url')}`],
  ])('%s is closed to %s', async (path, shown) => {
    const { api } = await serving();
    expect(await ask(api, { ...holder, path }, shown)).toEqual([
      401,
      expect.stringContaining('"unauthorized"'),
    ]);
  });

  it.each<[string, Partial<FleetRequest>]>([
    ['another path', { path: '/fleet/api/v1/sessions/public' }],
    ['other parameters', { path: `${patch.path}?unlink=false` }],
    ['another method', { method: 'DELETE' }],
    ['another body', { body: '{"name":"Eve"}' }],
    ['another host', { to: 'server-2' }],
  ])('takes no signature of %s', async (_name, other) => {
    const { api, sign } = await serving();
    expect((await ask(api, patch, sign({ ...patch, ...other })))[0]).toBe(401);
  });

  it('takes each signature once, from a minute before to a minute after', async () => {
    const { api, sign, later } = await serving();
    const [early, one] = [sign(holder, 60_000), sign(holder)];
    expect((await ask(api, holder, sign(holder, 60_001)))[0]).toBe(401);
    for (const status of [200, 401]) expect((await ask(api, holder, early))[0]).toBe(status);
    later(60_000);
    for (const status of [200, 401]) expect((await ask(api, holder, one))[0]).toBe(status);
    later(60_000);
    expect((await ask(api, holder, early))[0]).toBe(401);
    expect((await ask(api, holder, sign(holder, -60_001)))[0]).toBe(401);
  });

  it('reads no body that is too long, signed or not', async () => {
    const { api, sign } = await serving();
    const long = { ...patch, body: `{"name":"${'a'.repeat(70_000)}"}` };
    expect((await ask(api, long, sign(long)))[0]).toBe(413);
  });

  it('has no page and no document of the public API', async () => {
    const { api, sign } = await serving();
    for (const path of ['/fleet/openapi.json', '/fleet/', '/fleet/metrics']) {
      const request = { ...holder, path };
      expect(await ask(api, request, sign(request))).toEqual([404, expect.stringContaining('no_such_route')]);
    }
  });

  it('slows down who tries signatures', async () => {
    const { api, clock } = await serving();
    for (let count = 0; count < 10; count++) expect((await ask(api, holder, 'wrong'))[0]).toBe(401);
    const slowed = ask(api, holder, 'wrong');
    while (clock.sleeping.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(clock.sleeping).toEqual([100]);
    await clock.advance(100);
    expect((await slowed)[0]).toBe(401);
  });
});
