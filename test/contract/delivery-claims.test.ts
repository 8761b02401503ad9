import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { firstBox } from '../../src/domain/box.ts';
import type { OutboxEvent } from '../../src/domain/delivery.ts';
import { openStore } from '../../src/store/open-store.ts';
import { appendEvents } from '../support/append-events.ts';
import { memoryStore } from '../support/memory-store.ts';
import { bundleStoreChild, startStoreChild } from '../support/run-store-child.ts';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';
import { deliveryClaimsContract } from './delivery-claims.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-claims-'));
const newDirectory = (): string => mkdtempSync(join(parent, 'store-'));
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

deliveryClaimsContract('memory', (now) => memoryStore(now));
deliveryClaimsContract('SQLite', (now) => openStore({ directory: newDirectory(), now }));

const sessions = ['a', 'b', 'c', 'd', 'e', 'f'];
const eventsEach = 20;

/** A store with events for sessions that no process holds. */
async function directoryWithEvents(): Promise<string> {
  const directory = newDirectory();
  const store = openStore({ directory });
  const webhook = { url: receiver.url, events: ['message'], secret: webhookSecret, viaProxy: false } as const;
  for (const id of sessions) {
    await store.create({ id, name: null, webhook, proxy: null, endpoint: null });
    const events = Array.from({ length: eventsEach }, (_, number): OutboxEvent => {
      const name = `${id}-${String(number)}`;
      const body = JSON.stringify({ name });
      return { id: name, type: 'message', body, createdAt: new Date(), expiresAt: null };
    });
    await appendEvents(store, firstBox(id), webhook.url, events);
  }
  await store.close();
  return directory;
}

test('two processes deliver each event that is left once', async () => {
  const directory = await directoryWithEvents();
  const children = [1, 2].map(() => startStoreChild(bundle, { task: 'deliver_left', directory }));
  for (const child of children) expect(await child.nextLine()).toBe('ready');
  for (const child of children) child.go();
  const ends = await Promise.all(children.map((child) => child.ended()));
  expect(ends).toEqual(ends.map(() => ({ lines: ['done'], how: '0' })));
  const ids = receiver.received.map(({ id }) => id);
  expect([ids.length, new Set(ids).size]).toEqual([
    sessions.length * eventsEach,
    sessions.length * eventsEach,
  ]);
});
