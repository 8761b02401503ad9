import { describe, expect, it } from 'vitest';
import type { Api } from '../../src/api/app.ts';
import { withFleet } from '../../src/api/fleet.ts';
import { createGuard } from '../../src/api/guard.ts';
import { StreamTickets } from '../../src/api/stream-tickets.ts';
import { apiWorld } from '../support/fake-api.ts';
import { FakeClock } from '../support/fake-clock.ts';

const [token, ofClients] = ['token-of-the-fleet', 'token-of-a-client'];

/** The public API, whose sessions have `public` in their ids, beside that for other hosts, whose have `own`. */
async function serving(): Promise<{ readonly api: Api; readonly clock: FakeClock }> {
  const clock = new FakeClock();
  const [tickets, hosts] = [new StreamTickets(clock), { token: () => Promise.resolve(token) }];
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
  return { clock, api: await withFleet(front.api, { hosts, clock, ownApi }) };
}

const ask = async (api: Api, path: string, bearer?: string) => {
  const headers = {
    host: '127.0.0.1:7764',
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
  };
  const request = new Request(`http://127.0.0.1:7764${path}`, { headers });
  const response = await api(request, { address: '10.0.0.9' });
  return [response.status, JSON.stringify(await response.json())] as const;
};

describe('the entrance for other hosts', () => {
  it('shows them what this process holds, and clients what they were shown before', async () => {
    const { api } = await serving();
    expect(await ask(api, '/fleet/api/v1/sessions', token)).toEqual([200, expect.stringContaining('"own"')]);
    expect(await ask(api, '/api/v1/sessions', ofClients)).toEqual([200, expect.stringContaining('"public"')]);
  });

  it.each([
    ['/fleet/api/v1/sessions', undefined],
    ['/fleet/api/v1/sessions', ofClients],
    ['/fleet/api/v1/sessions', `${token}x`],
    ['/fleet/nothing', undefined],
    ['/fleet/healthz', undefined],
    ['/api/v1/sessions', token],
  ])('%s is closed to the token %s', async (path, bearer) => {
    const { api } = await serving();
    expect(await ask(api, path, bearer)).toEqual([401, expect.stringContaining('"unauthorized"')]);
  });

  it('has no page and no document of the public API', async () => {
    const { api } = await serving();
    for (const path of ['/fleet/openapi.json', '/fleet/', '/fleet/metrics'])
      expect(await ask(api, path, token)).toEqual([404, expect.stringContaining('no_such_route')]);
  });

  it('slows down who tries tokens', async () => {
    const { api, clock } = await serving();
    for (let count = 0; count < 10; count++)
      expect((await ask(api, '/fleet/api/v1/holder', 'wrong'))[0]).toBe(401);
    const slowed = ask(api, '/fleet/api/v1/holder', 'wrong');
    while (clock.sleeping.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(clock.sleeping).toEqual([100]);
    await clock.advance(100);
    expect((await slowed)[0]).toBe(401);
  });
});
