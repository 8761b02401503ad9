import { firstBox } from '../../src/domain/box.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Turns } from '../../src/domain/turns.ts';
import { startWebhooks } from '../../src/webhooks/webhooks.ts';
import { systemClock } from '../../src/compose/system-clock.ts';
import { openStore } from '../../src/store/open-store.ts';
import { appendEvents } from '../support/append-events.ts';
import { openProxy } from '../support/proxies.ts';
import { bundleStoreChild, startStoreChild } from '../support/run-store-child.ts';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';
import type { OutboxEvent } from '../../src/domain/delivery.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-webhooks-'));
let bundle: string;
let receiver: WebhookReceiver;

beforeAll(async () => {
  bundle = await bundleStoreChild(parent);
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(() => receiver.close());

const eventOf = (number: number): OutboxEvent => ({
  id: `e${String(number)}`,
  type: 'message',
  body: JSON.stringify({ number }),
  createdAt: new Date(),
  expiresAt: null,
});
const ids = ['e0', 'e1', 'e2', 'e3', 'e4'];

test.each([0, 2, 4])(
  'after a holder is killed while event %i is under way, the next holder delivers it again, and the rest, in order',
  async (underWay) => {
    const directory = mkdtempSync(join(parent, 'store-'));
    const webhook = {
      url: receiver.url,
      events: ['message'],
      secret: webhookSecret,
      viaProxy: false,
    } as const;
    const store = openStore({ directory });
    await store.create({ id: 'a', name: null, webhook, proxy: null, endpoint: null });
    await appendEvents(
      store,
      firstBox('a'),
      webhook.url,
      ids.map((_, number) => eventOf(number)),
    );

    receiver.reply(...ids.slice(0, underWay).map(() => ({ status: 204 })), 'hold');
    const child = startStoreChild(bundle, { task: 'deliver', directory, id: 'a' });
    for (let count = 0; count <= underWay; count++) await receiver.next();
    child.kill();
    expect((await child.ended()).how).toBe('SIGKILL');

    const warnings: string[] = [];
    const warn = (sentence: string): void => void warnings.push(sentence);
    const { outbox } = store;
    const webhooks = startWebhooks({
      outbox,
      sessions: store,
      claims: store.claims,
      turns: new Turns(),
      clock: systemClock,
      openProxy,
      globalWebhook: () => null,
      warn,
    });
    webhooks.look('a');
    await webhooks.release('a');
    expect(receiver.received.map(({ id }) => id)).toEqual([
      ...ids.slice(0, underWay + 1),
      ...ids.slice(underWay),
    ]);
    expect(receiver.received.every(({ verified }) => verified)).toBe(true);
    expect([(await store.outbox.list(firstBox('a'), 10)).pending, warnings]).toEqual([0, []]);
    await store.close();
  },
);

test('a process whose webhooks are released ends by itself', async () => {
  const directory = mkdtempSync(join(parent, 'store-'));
  const webhook = { url: receiver.url, events: ['message'], secret: null, viaProxy: false } as const;
  const store = openStore({ directory });
  await store.create({ id: 'a', name: null, webhook, proxy: null, endpoint: null });
  await appendEvents(store, firstBox('a'), webhook.url, [eventOf(0)]);
  await store.close();
  const child = startStoreChild(bundle, { task: 'deliver_and_release', directory, id: 'a' });
  expect(await child.ended()).toEqual({ lines: ['done'], how: '0' });
  expect(receiver.received).toHaveLength(1);
});
