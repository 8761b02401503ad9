import { describe, expect, it } from 'vitest';
import { runDevice } from '../../src/commands/device.ts';
import { runHosts } from '../../src/commands/hosts.ts';
import { runList } from '../../src/commands/list.ts';
import { runShow } from '../../src/commands/show.ts';
import { runStatus } from '../../src/commands/status.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { outcome, world } from '../support/fake-context.ts';
import type { World, WorldParts } from '../support/fake-context.ts';
import { memoryHosts } from '../support/memory-hosts.ts';
import type { SessionPatch } from '../../src/domain/session-change.ts';

const at = new Date('2026-03-01T12:00:00.000Z');
const json = { io: { json: true } };
describe('list', () => {
  const many = async (parts: WorldParts = json): Promise<World> => {
    const made = world(parts);
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await made.has(
        { id, name: id === 'c' ? 'Carol' : null },
        id === 'd' ? { status: 'failed' } : undefined,
      );
      await made.clock.advance(1);
    }
    return made;
  };

  it.each([
    [{ page: 1, perPage: 25 }, ['a', 'b', 'c', 'd', 'e'], 5],
    [{ page: 1, perPage: 2 }, ['a', 'b'], 5],
    [{ page: 3, perPage: 2 }, ['e'], 5],
    [{ page: 4, perPage: 2 }, [], 5],
    [{ page: 1, perPage: 25, search: 'CAR' }, ['c'], 1],
    [{ page: 1, perPage: 25, status: ['failed'] as const }, ['d'], 1],
    [{ page: 1, perPage: 25, status: ['failed', 'disconnected'] as const, search: 'd' }, ['d'], 1],
  ])('%j', async (options, ids, total) => {
    const { cx, io } = await many();
    await runList(cx, options);
    const [document] = io.documents as { sessions: { id: string }[] }[];
    expect(Object.keys(document ?? {})).toEqual(['sessions', 'total', 'page', 'per_page']);
    expect(document).toMatchObject({ total, page: options.page, per_page: options.perPage });
    expect(document?.sessions.map(({ id }) => id)).toEqual(ids);
  });

  it('names the page', async () => {
    const { cx, io } = await many({});
    await runList(cx, { page: 3, perPage: 2 });
    expect(io.stdout).toEqual([
      'ID | NAME | STATUS | PHONE | PUSH NAME | LAST SEEN',
      'e |  | not paired |  |  | never',
    ]);
    expect(io.stderr).toEqual(['page 3 of 3, 5 sessions']);
  });

  it('shows only the live status of a session that is being paired', async () => {
    const { cx, io, has } = world({
      holder: { heldStatuses: () => Promise.resolve(new Map([['a', 'waiting_for_qr']])) },
    });
    await has({ id: 'a' });
    await runList(cx, { page: 1, perPage: 25 });
    expect(io.stdout[1]).toBe('a |  | waiting for qr |  |  | never');
  });

  it('reports a page beyond the last on stderr alone', async () => {
    const { cx, io } = await many({});
    await runList(cx, { page: 9, perPage: 2 });
    expect(io.stdout).toEqual([]);
    expect(io.stderr).toEqual(['page 9 does not exist: 3 pages, 5 sessions']);
  });

  it.each([
    [{}, 'no sessions yet; create one with: wactl create my-phone'],
    [{ search: 'x' }, 'no sessions match'],
  ])('reports an empty result (%j)', async (options, words) => {
    const { cx, io } = world();
    await runList(cx, { page: 1, perPage: 25, ...options });
    expect(io).toMatchObject({ stdout: [], stderr: [words] });
  });
});

describe('device', () => {
  it('is the companion, key by key', async () => {
    const { cx, io, has } = world(json);
    await has({ id: 'a' }, {});
    await runDevice(cx, { id: 'a' });
    expect(io.stdout).toEqual([
      JSON.stringify({
        device_id: 12,
        phone_number: '15551234567',
        lid: '987654321@lid',
        push_name: 'Ada',
        platform: 'android',
      }),
    ]);
  });

  it('of an unpaired session exits with 4', async () => {
    const { cx, has } = world();
    await has({ id: 'a' });
    expect(await outcome(runDevice(cx, { id: 'a' }))).toBe(
      'not_paired (4): a is not paired | pair it with: wactl qr a',
    );
  });
});

describe('show', () => {
  const patch: SessionPatch = {
    proxy: 'http://ada:hunter2@proxy:1',
    webhook: {
      url: 'https://ada:hunter3@example.com/',
      events: ['message'],
      secret: 'whsec_c2VjcmV0',
      viaProxy: true,
    },
    lastClose: { reason: 'banned', code: 403, at },
    status: 'failed',
  };

  it.each([true, false])('has neither secret nor password (json: %s)', async (isJson) => {
    const { cx, io, has } = world({ io: { json: isJson } });
    await has({ id: 'a', name: 'Ada' }, patch);
    await runShow(cx, { id: 'a' });
    const shown = io.stdout.join('\n');
    expect(shown).toContain('ada:***@proxy');
    expect(shown).toContain('ada:***@example');
    expect(shown).not.toMatch(/hunter|whsec|c2VjcmV0/);
  });

  it('prints all fields for people', async () => {
    const { cx, io, has } = world();
    await has({ id: 'a', name: 'Ada' }, patch);
    await runShow(cx, { id: 'a' });
    expect(io.stdout).toEqual([
      'id: a',
      'name: Ada',
      'status: failed',
      'paired: yes',
      'phone: +15551234567',
      'push name: Ada',
      'jid: 15551234567:12@s.whatsapp.net',
      'lid: 987654321:12@lid',
      'platform: android',
      'created: 2026-03-01T12:00:00.000Z',
      'updated: 2026-03-01T12:00:00.000Z',
      'last connected: 2026-03-01T12:00:00.000Z',
      'last seen: 2026-03-01T12:00:00.000Z',
      'messages: 0',
      'last close: WhatsApp has locked this account, or logged its phone out (403), 2026-03-01T12:00:00.000Z',
      'webhook: https://ada:***@example.com/',
      'webhook events: message',
      'webhook secret: set',
      'webhook route: through the proxy',
      'proxy: http://ada:***@proxy:1',
      'engine: fake 1, WhatsApp Web 2.3000.1, built into wactl',
    ]);
  });
});

describe('without an id', () => {
  const nobodyHolds: WorldParts['holder'] = {
    held: () => Promise.resolve(null),
    heldStatuses: () => Promise.resolve(new Map()),
  };
  const offline = { ids: [], all: false, offline: true, expect: 'disconnected', timeout: 1 } as const;
  const looks: Readonly<Record<string, (made: World) => Promise<number | void>>> = {
    show: ({ cx }) => runShow(cx, { id: undefined }),
    device: ({ cx }) => runDevice(cx, { id: undefined }),
    status: ({ cx }) => runStatus(cx, offline),
  };

  it.each(Object.entries(looks))('%s means the only session there is', async (name, look) => {
    const made = world({ io: { json: true }, holder: nobodyHolds });
    await made.has({ id: 'only' }, {});
    expect(await outcome(look(made))).toBe(0);
    if (name !== 'device') expect(made.io.documents).toMatchObject([{ id: 'only' }]);
  });

  it.each(Object.entries(looks))('%s of none or of several has to be told which', async (_, look) => {
    for (const ids of [[], ['a', 'b']]) {
      const made = world({ holder: nobodyHolds });
      for (const id of ids) await made.has({ id }, {});
      expect(await outcome(look(made))).toMatch(/^usage \(2\): no session given/);
    }
  });
});

describe('hosts', () => {
  const clock = new FakeClock();
  const all = memoryHosts(() => clock.now());
  const of = (name: string) => all.of({ serverId: name, name, version: '1.2.3', pid: 4711 });

  it('shows each with its state, its sessions and its address', async () => {
    await of('wa-3').announce({ url: null, sessions: 9, isDraining: false });
    await clock.advance(40_000);
    await of('wa-2').announce({ url: null, sessions: 1, isDraining: true });
    await of('wa-1').announce({ url: 'http://wa-1:7764', sessions: 2, isDraining: false });
    const { cx, io } = world({ hosts: of('wa-1') });
    await runHosts(cx);
    expect(io.stdout).toEqual([
      'NAME | STATE | SESSIONS | VERSION | URL | LAST SEEN',
      'wa-1 | serving | 2 | 1.2.3 | http://wa-1:7764 | 2026-03-01T12:00:40.000Z',
      'wa-2 | draining | 1 | 1.2.3 |  | 2026-03-01T12:00:40.000Z',
      'wa-3 | gone | 9 | 1.2.3 |  | 2026-03-01T12:00:00.000Z',
    ]);
    const { cx: forScript, io: script } = world({ ...json, hosts: of('wa-1') });
    await runHosts(forScript);
    expect(script.documents).toMatchObject([
      {
        hosts: [
          { name: 'wa-1', state: 'serving', sessions: 2, url: 'http://wa-1:7764', is_this: true },
          { name: 'wa-2', state: 'draining', url: null, is_this: false },
          { name: 'wa-3', state: 'gone' },
        ],
      },
    ]);
  });

  it('shows process ids where machines have the same name', async () => {
    const fleet = memoryHosts(() => clock.now());
    for (const [serverId, name] of [
      ['1', 'one'],
      ['2', 'two'],
      ['3', 'two'],
    ] as const)
      await fleet
        .of({ serverId, name, version: '1', pid: Number(`471${serverId}`) })
        .announce({ url: null, sessions: 0, isDraining: false });
    const { cx, io } = world({ hosts: fleet.of({ serverId: '', name: 'two', version: '1', pid: 1 }) });
    await runHosts(cx);
    expect(io.stdout.map((line) => line.split(' | ').filter((_, at) => at === 0 || at === 6))).toEqual([
      ['NAME', 'PID'],
      ['one', '4711'],
      ['two', '4712'],
      ['two', '4713'],
    ]);
  });

  it('says that there are none, or that sessions of one machine have none', async () => {
    const { cx, io } = world({
      hosts: memoryHosts(() => clock.now()).of({ serverId: '1', name: 'a', version: '1', pid: 1 }),
    });
    await runHosts(cx);
    expect(io.stderr).toEqual(['no serve runs on these sessions; start one with: wactl serve']);
    await expect(runHosts(world().cx)).rejects.toMatchObject({
      code: 'usage',
      message: 'the sessions are on this machine alone, so there are no hosts to list',
    });
  });

  it('stand in a list beside the sessions that are held on another one', async () => {
    const { cx, io, has } = world({ elsewhere: { b: 'wa-2' } });
    for (const id of ['a', 'b']) await has({ id });
    await runList(cx, { page: 1, perPage: 25 });
    expect(io.stdout.map((line) => line.split(' | ').slice(6))).toEqual([['HELD ON'], [''], ['wa-2']]);
  });
});
