import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpClient } from '../../src/api/http-client.ts';
import { remoteRecords } from '../../src/api/remote-records.ts';
import { hiddenSecret } from '../../src/schema/whole-session-schema.ts';
import type { SessionRecords } from '../../src/ports/store.ts';
import { apiWorld, onSocket } from '../support/fake-api.ts';
import type { ApiWorld } from '../support/fake-api.ts';

const draft = { name: null, webhook: null, proxy: null, endpoint: null };
const secret = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz';

/** The same for the store itself and for one over the wire. */
describe.each(['here', 'over the wire'])('records %s', (where) => {
  let world: ApiWorld;
  let records: SessionRecords;
  let close = (): Promise<void> => Promise.resolve();

  beforeAll(async () => {
    world = apiWorld();
    if (where === 'here') return void (records = world.store);
    const socket = await onSocket(world.api);
    close = () => socket.close();
    records = remoteRecords(new HttpClient({ socketPath: socket.path }));
  });
  afterAll(() => close());

  it('are created once', async () => {
    expect(await records.create({ ...draft, id: 'a', name: 'Ada' })).toMatchObject({ id: 'a', name: 'Ada' });
    await expect(records.create({ ...draft, id: 'a' })).rejects.toMatchObject({ code: 'already_exists' });
    expect(await world.store.get('a')).toMatchObject({ name: 'Ada', wantsOnline: false });
  });

  it('are found', async () => {
    await records.create({ ...draft, id: 'ab' });
    expect(await records.get('ab')).toEqual(await world.store.get('ab'));
    expect(await records.get('x')).toBeUndefined();
    expect(await records.idsWithPrefix('a', 5)).toEqual(['a', 'ab']);
    expect(await records.idsWithPrefix('a', 1)).toEqual(['a']);
    expect(await records.idsWithPrefix('/?&', 5)).toEqual([]);
    const { sessions, total } = await records.list({ page: 1, perPage: 1_000_000 });
    expect([sessions.map(({ id }) => id), total]).toEqual([['a', 'ab'], 2]);
    expect(
      await records.list({ search: 'ada', statuses: ['disconnected'], page: 1, perPage: 1 }),
    ).toMatchObject({
      sessions: [{ id: 'a' }],
      total: 1,
    });
  });

  it('are changed, and an omitted secret is kept', async () => {
    const url = 'https://ada:hunter2@example.com/';
    const webhook = { url, events: ['message'], secret, viaProxy: false } as const;
    const hidden = where === 'here' ? url : 'https://ada:***@example.com/';
    expect(await records.update('a', { webhook })).toMatchObject({ webhook: { url: hidden } });
    const seen = (await records.get('a'))?.webhook;
    expect(seen?.secret).toBe(where === 'here' ? secret : hiddenSecret);
    const told = { ...webhook, ...seen, events: ['session.qr'] } as const;
    await records.update('a', { webhook: told });
    expect((await world.store.get('a'))?.webhook).toEqual({ ...told, url, secret });
    const known = { ...webhook, ...seen, url: 'https://example.org/', viaProxy: true };
    await records.update('a', { webhook: known, proxy: 'http://p:1', wantsOnline: true, name: null });
    expect(await world.store.get('a')).toMatchObject({
      webhook: { ...known, secret },
      wantsOnline: true,
      name: null,
    });
    expect((await records.update('a', { webhook: null })).webhook).toBeNull();
    const insecure = { ...webhook, url: 'http://example.org/' };
    expect((await records.update('a', { webhook: insecure })).webhook?.url).toBe(insecure.url);
    await expect(records.update('x', { name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are removed', async () => {
    expect(await records.remove('ab')).toBe(true);
    expect(await records.remove('ab')).toBe(false);
    expect(await world.store.get('ab')).toBeUndefined();
  });
});
