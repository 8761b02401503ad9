import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WactlError } from '../../src/errors.ts';
import { HttpClient } from '../../src/api/http-client.ts';
import { remoteRecords } from '../../src/api/remote-records.ts';
import { remoteWebhooks } from '../../src/api/remote-webhooks.ts';
import { webhookControl } from '../../src/webhooks/webhook-control.ts';
import type { Session } from '../../src/domain/session.ts';
import type { SessionRecords } from '../../src/ports/store.ts';
import type { WebhookControl } from '../../src/ports/webhook-control.ts';
import { apiWorld, onSocket } from '../support/fake-api.ts';
import type { ApiWorld } from '../support/fake-api.ts';
import { made } from '../support/fake-session.ts';
import { openProxy } from '../support/proxies.ts';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';
import type { SessionPatch } from '../../src/domain/session-change.ts';

const { signal } = new AbortController();

/** Here and of another wactl: the same for commands. */
describe.each(['here', 'over the wire'])('webhooks %s', (where) => {
  let world: ApiWorld;
  let receiver: WebhookReceiver;
  let records: SessionRecords;
  let webhooks: WebhookControl;
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
    if (where === 'here') {
      const { clock, store, warnings } = world;
      const holder = () => Promise.resolve({ refreshWebhook });
      const warn = (sentence: string): void => void warnings.push(sentence);
      records = store;
      webhooks = webhookControl({ outbox: store.outbox, holder, clock, openProxy, warn });
      close = () => Promise.resolve();
      return;
    }
    const socket = await onSocket(world.api);
    const http = new HttpClient({ socketPath: socket.path });
    records = remoteRecords(http);
    webhooks = remoteWebhooks(http);
    close = () => socket.close();
  });
  afterEach(async () => {
    await close();
    await receiver.close();
  });

  async function waiting(id: string): Promise<Session> {
    const webhook = {
      url: receiver.url,
      events: ['message'],
      secret: webhookSecret,
      viaProxy: false,
    } as const;
    await world.has({ id, webhook });
    const { outbox } = world.store;
    const event = { id: `msg_${id}`, type: 'message', body: '{}', createdAt: made, expiresAt: null } as const;
    await outbox.append(id, receiver.url, [event]);
    const outcome = {
      kind: 'retry',
      url: receiver.url,
      error: 'the receiver answered 500',
      waitMs: 3_600_000,
    } as const;
    await outbox.record(id, event.id, outcome);
    const session = await records.get(id);
    if (!session) throw new Error('no session');
    return session;
  }
  /** As `update` does it. */
  async function update(id: string, patch: SessionPatch): Promise<void> {
    await webhooks.changed(await records.update(id, patch), signal);
  }
  const nextAttempt = async (id: string) => (await world.store.outbox.receiver(id)).nextAttemptAt;

  it('are listed', async () => {
    const list = await webhooks.list(await waiting('a'), 5);
    expect(Object.keys(list).join()).toBe('id,url,pending,dropped,failing_since,turned_off_at,deliveries');
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
    const session = await waiting('a');
    receiver.reply({ status: 500 });
    expect(await webhooks.test(session, signal)).toMatchObject({
      delivered: false,
      error: 'the receiver answered 500',
    });
    expect(await nextAttempt('a')).not.toBeNull();
    expect(looked).toEqual([]);
    expect(await webhooks.test(session, signal)).toMatchObject({ id: 'a', delivered: true, signed: true });
    expect([await nextAttempt('a'), looked]).toEqual([null, ['a']]);
  });

  it('without an address are not tested', async () => {
    await world.has({ id: 'b' });
    const session = await records.get('b');
    await expect(webhooks.test(session as Session, signal)).rejects.toMatchObject({ code: 'usage' });
  });

  it('that are changed are reread, and waiting events are tried at once', async () => {
    await waiting('a');
    await update('a', { proxy: 'http://p:1' });
    expect([await nextAttempt('a'), looked]).toEqual([null, ['a']]);
  });

  it('that are removed lose their waiting events', async () => {
    await waiting('a');
    await update('a', { webhook: null });
    expect(await world.store.outbox.list('a', 5)).toMatchObject({ pending: 0 });
    expect(looked).toEqual(['a']);
  });

  it('are changed although the holder of the session does not answer', async () => {
    await waiting('silent');
    await update('silent', { webhook: null });
    expect(await world.store.get('silent')).toMatchObject({ webhook: null });
    expect(world.warnings).toEqual([
      'silent: the process that holds it was not told of the new webhook, and will see it later: its holder does not answer',
    ]);
  });
});
