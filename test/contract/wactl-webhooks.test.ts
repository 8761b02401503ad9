import { firstBox } from '../../src/domain/box.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WactlError } from '../../src/errors.ts';
import { HttpClient } from '../../src/api/http-client.ts';
import { remoteWactl } from '../../src/api/remote-wactl.ts';
import type { Session } from '../../src/domain/session.ts';
import type { SessionChange, Wactl } from '../../src/ports/wactl.ts';
import { appendEvents } from '../support/append-events.ts';
import { apiWorld, onSocket } from '../support/fake-api.ts';
import type { ApiWorld } from '../support/fake-api.ts';
import { made } from '../support/fake-session.ts';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';

const { signal } = new AbortController();

/** Here and of another wactl: the same for commands. */
describe.each(['here', 'over HTTP'])('webhooks %s', (where) => {
  let world: ApiWorld;
  let receiver: WebhookReceiver;
  let wactl: Wactl;
  let looked: string[];
  let close: () => Promise<void>;

  beforeEach(async () => {
    looked = [];
    receiver = await startWebhookReceiver();
    const refreshWebhook = ({ id }: Pick<Session, 'id'>): Promise<void> => {
      if (id === 'silent') throw new WactlError('in_use', 'its holder does not answer');
      looked.push(id);
      return Promise.resolve();
    };
    world = apiWorld({ refreshWebhook });
    wactl = world.wactl;
    close = () => Promise.resolve();
    if (where === 'here') return;
    const socket = await onSocket(world.api);
    wactl = remoteWactl(new HttpClient({ socketPath: socket.path }), world.clock);
    close = () => socket.close();
  });
  afterEach(async () => {
    await close();
    await receiver.close();
  });

  async function waiting(id: string): Promise<void> {
    const webhook = {
      url: receiver.url,
      events: ['message'],
      secret: webhookSecret,
      viaProxy: false,
    } as const;
    await world.has({ id, webhook });
    const { outbox } = world.store;
    const event = { id: `msg_${id}`, type: 'message', body: '{}', createdAt: made, expiresAt: null } as const;
    await appendEvents(world.store, firstBox(id), receiver.url, [event]);
    const outcome = {
      kind: 'retry',
      url: receiver.url,
      error: 'the receiver answered 500',
      waitMs: 3_600_000,
    } as const;
    await outbox.record(firstBox(id), event.id, outcome);
  }
  const update = (id: string, change: SessionChange): Promise<Session> =>
    wactl.update(id, change, { signal });
  const nextAttempt = async (id: string) => (await world.store.outbox.receiver(firstBox(id))).nextAttemptAt;

  it('are listed', async () => {
    await waiting('a');
    const list = await wactl.deliveries('a', 5);
    expect(Object.keys(list).join()).toBe(
      'id,name,url,pending,dropped,failing_since,turned_off_at,deliveries',
    );
    expect(list).toMatchObject({
      url: receiver.url,
      pending: 1,
      failing_since: world.clock.now().toISOString(),
      deliveries: [
        { webhook_id: 'msg_a', state: 'pending', attempts: 1, last_error: 'the receiver answered 500' },
      ],
    });
  });

  it('are tested: an accepted test ends the waiting', async () => {
    await waiting('a');
    receiver.reply({ status: 500 });
    expect(await wactl.testWebhook('a', { signal })).toMatchObject({
      delivered: false,
      error: 'the receiver answered 500',
    });
    expect(await nextAttempt('a')).not.toBeNull();
    expect(looked).toEqual([]);
    expect(await wactl.testWebhook('a', { signal })).toMatchObject({
      id: 'a',
      delivered: true,
      signed: true,
    });
    expect([await nextAttempt('a'), looked]).toEqual([null, ['a']]);
  });

  const refuse = async (id: string): Promise<void> =>
    world.store.outbox.record(firstBox(id), `msg_${id}`, { kind: 'refused', url: receiver.url, error: 'no' });

  it('are replayed: what was finished waits again, and its holder knows', async () => {
    await waiting('a');
    await refuse('a');
    const since = new Date(made.getTime() + 1);
    expect(await wactl.replayWebhook('a', { since }, { signal })).toEqual({
      id: 'a',
      name: 'default',
      replayed: 0,
      pending: 0,
    });
    expect(looked).toEqual([]);
    expect(await wactl.replayWebhook('a', { since: made, onlyFailed: true }, { signal })).toEqual({
      id: 'a',
      name: 'default',
      replayed: 1,
      pending: 1,
    });
    expect([await nextAttempt('a'), looked]).toEqual([null, ['a']]);
    await refuse('a');
    expect(await wactl.replayWebhook('a', { eventId: 'msg_a' }, { signal })).toMatchObject({ replayed: 1 });
  });

  it.each([
    [{}, 'usage'],
    [{ onlyFailed: false }, 'usage'],
    [{ eventId: 'msg_none' }, 'not_found'],
  ])('are not replayed with %j: %s', async (which, code) => {
    await waiting('a');
    await expect(wactl.replayWebhook('a', which, { signal })).rejects.toMatchObject({ code });
  });

  it('without an address are not tested and not replayed', async () => {
    await world.has({ id: 'b' });
    await expect(wactl.replayWebhook('b', { onlyFailed: true }, { signal })).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(wactl.testWebhook('b', { signal })).rejects.toMatchObject({ code: 'usage' });
  });

  it('that are changed are reread, and waiting events are tried at once', async () => {
    await waiting('a');
    await update('a', { proxy: 'http://p:1' });
    expect([await nextAttempt('a'), looked]).toEqual([null, ['a']]);
  });

  it('that are removed lose their waiting events', async () => {
    await waiting('a');
    await update('a', { webhook: { url: null } });
    expect(await world.store.outbox.list(firstBox('a'), 5)).toMatchObject({ pending: 0 });
    expect(looked).toEqual(['a']);
  });

  it('are several: each is set, shown, tested, replayed and removed by its name', async () => {
    await waiting('a');
    world.globalWebhook = {
      url: 'https://all.example/?key=hunter2',
      events: [],
      secret: null,
      viaProxy: false,
    };
    const crm = { sessionId: 'a', receiver: 'crm' };
    const set = await wactl.setWebhook(
      'a',
      'crm',
      { url: receiver.url, events: ['message'], secret: webhookSecret, headers: { 'x-key': 'hunter3' } },
      { signal },
    );
    expect(set).toEqual({
      name: 'crm',
      url: receiver.url,
      events: ['message'],
      has_secret: true,
      header_names: ['x-key'],
      via_proxy: false,
      pending: 0,
      dropped: 0,
      failing_since: null,
      turned_off_at: null,
    });
    expect(looked).toEqual(['a']);
    const event = { id: 'e1', type: 'message', body: '{}', createdAt: made, expiresAt: null } as const;
    await appendEvents(world.store, crm, receiver.url, [event]);
    await world.store.outbox.record(crm, 'e1', { kind: 'gone', url: receiver.url, error: 'it answered 410' });
    const { id, webhooks } = await wactl.webhooks('a');
    expect(id).toBe('a');
    expect(webhooks.map(({ name, url, pending }) => `${name} ${url} ${String(pending)}`)).toEqual([
      `default ${receiver.url} 1`,
      `crm ${receiver.url} 0`,
      'global https://all.example/?*** 0',
    ]);
    expect(webhooks[1]).toMatchObject({ turned_off_at: world.clock.now().toISOString() });
    expect((await wactl.show('a', { signal })).session.otherWebhooks).toMatchObject([{ name: 'crm' }]);

    expect(await wactl.testWebhook('a', { signal, name: 'crm' })).toMatchObject({
      name: 'crm',
      delivered: true,
    });
    const request = await receiver.next();
    expect(request.headers).toMatchObject({
      'x-key': 'hunter3',
      'webhook-signature': expect.stringMatching(/^v1,/) as unknown,
    });
    expect(await wactl.replayWebhook('a', { onlyFailed: true }, { signal, name: 'crm' })).toEqual({
      id: 'a',
      name: 'crm',
      replayed: 1,
      pending: 1,
    });
    expect(await wactl.deliveries('a', 5, 'crm')).toMatchObject({
      name: 'crm',
      deliveries: [{ webhook_id: 'e1', state: 'pending' }],
    });
    expect(await wactl.deliveries('a', 5)).toMatchObject({ deliveries: [{ webhook_id: 'msg_a' }] });
    expect(await wactl.deliveries('a', 5, 'global')).toMatchObject({ deliveries: [] });

    await wactl.removeWebhook('a', 'crm', { signal });
    expect((await world.store.get('a'))?.otherWebhooks).toEqual([]);
    expect((await world.store.outbox.list(crm, 5)).deliveries).toEqual([]);
    expect(await world.store.outbox.waiting()).toEqual(new Map([['a', 1]]));
  });

  it.each(['crm', 'global', 'default'])('of which "%s" is not there are not found', async (name) => {
    await world.has({ id: 'b' });
    const code = name === 'default' ? 'usage' : 'not_found';
    const refused = { code };
    await expect(wactl.testWebhook('b', { signal, name })).rejects.toMatchObject(refused);
    await expect(wactl.replayWebhook('b', { onlyFailed: true }, { signal, name })).rejects.toMatchObject(
      refused,
    );
    await expect(wactl.removeWebhook('b', name, { signal })).rejects.toMatchObject({ code: 'not_found' });
    if (name !== 'default') await expect(wactl.deliveries('b', 5, name)).rejects.toMatchObject(refused);
  });

  it.each(['global', 'Crm', '', 'a'.repeat(33), '../x'])('cannot be called "%s"', async (name) => {
    await world.has({ id: 'b' });
    const set = wactl.setWebhook('b', name, { url: receiver.url }, { signal });
    await expect(set).rejects.toMatchObject({ code: 'usage' });
    expect((await world.store.get('b'))?.otherWebhooks).toEqual([]);
  });

  it('are changed although the holder of the session does not answer', async () => {
    await waiting('silent');
    await update('silent', { webhook: { url: null } });
    expect(await world.store.get('silent')).toMatchObject({ webhook: null });
    expect(world.warnings).toEqual([
      'silent: the process that holds it was not told, and will see it later: its holder does not answer',
    ]);
  });
});
