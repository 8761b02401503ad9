import { afterEach, beforeEach, expect, test } from 'vitest';
import { firstBox } from '../../src/domain/box.ts';
import type { HolderEvent } from '../../src/domain/held.ts';
import { webhookEvents } from '../../src/domain/session.ts';
import type { NamedWebhook, Webhook } from '../../src/domain/session.ts';
import { deliverLeftEvents } from '../../src/webhooks/left-deliveries.ts';
import { appendEvents } from '../support/append-events.ts';
import { settled } from '../support/fake-clock.ts';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';
import { messageEvent, statesOf, textOf, textsOf, webhookWorld } from '../support/webhook-world.ts';
import type { WebhookWorld } from '../support/webhook-world.ts';

let world: WebhookWorld;
let crm: WebhookReceiver;
let all: WebhookReceiver;

beforeEach(async () => {
  world = await webhookWorld();
  [crm, all] = await Promise.all([startWebhookReceiver(), startWebhookReceiver()]);
});
afterEach(async () => {
  await world.end();
  await Promise.all([crm.close(), all.close()]);
});

const crmBox = { sessionId: 'a', receiver: 'crm' };
const message = (text: string): HolderEvent => messageEvent(world.clock, text);
const note = (...texts: string[]): void => texts.forEach((text) => world.webhooks.note('a', message(text)));
const texts = (receiver: WebhookReceiver): unknown[] => receiver.received.map(textOf);
const crmWebhook = (rest: Partial<Webhook> = {}): NamedWebhook => ({
  name: 'crm',
  url: crm.url,
  events: webhookEvents,
  secret: null,
  viaProxy: false,
  ...rest,
});
const globalWebhook = (): Webhook => ({ url: all.url, events: webhookEvents, secret: null, viaProxy: false });
const addCrm = (rest: Partial<Webhook> = {}) =>
  world.store.update('a', { otherWebhooks: [crmWebhook(rest)] });

test('each receiver gets the events that it wants, with its own secret and headers', async () => {
  await world.has('a', { events: ['message'] });
  await addCrm({ events: ['session.qr'], headers: { 'x-api-key': 'crm key' } });
  world.globalWebhook = { ...globalWebhook(), secret: webhookSecret, headers: { 'x-api-key': 'key of all' } };
  const expiresAt = new Date(world.clock.now().getTime() + 60_000);
  world.webhooks.note('a', { kind: 'qr', payload: 'qr text', seq: 1, expiresAt, rescan: false });
  note('hi');
  for (let count = 0; count < 4; count++) await world.outcome();
  expect(textsOf(world)).toEqual(['hi']);
  expect(world.receiver.received.map(({ verified }) => verified)).toEqual([true]);
  expect(crm.received.map(({ headers, verified }) => [headers['x-api-key'], verified])).toEqual([
    ['crm key', null],
  ]);
  expect(JSON.parse(crm.received[0]?.body ?? '')).toMatchObject({
    type: 'session.qr',
    data: { qr_code: expect.stringContaining('data:image/png') as unknown },
  });
  expect(all.received.map(({ headers, verified }) => [headers['x-api-key'], verified])).toEqual([
    ['key of all', true],
    ['key of all', true],
  ]);
});

test('an event has one id at all receivers, and is stored once for each', async () => {
  await world.has('a');
  await addCrm();
  const event = message('hi');
  for (let count = 0; count < 3; count++) world.webhooks.note('a', event);
  await world.outcome();
  await world.outcome();
  await world.webhooks.recorded('a');
  await settled();
  expect([textsOf(world), texts(crm)]).toEqual([['hi'], ['hi']]);
  expect(crm.received[0]?.id).toBe(world.receiver.received[0]?.id);
});

test('a receiver that never answers does not hold up the others', async () => {
  await world.has('a');
  await addCrm();
  world.globalWebhook = globalWebhook();
  world.receiver.reply('hold');
  note('1', '2', '3');
  for (let count = 0; count < 6; count++) await world.outcome();
  expect([texts(crm), texts(all)]).toEqual([
    ['1', '2', '3'],
    ['1', '2', '3'],
  ]);
  expect(await statesOf(world)).toEqual(['message pending', 'message pending', 'message pending']);
});

test('each receiver is retried by itself', async () => {
  await world.has('a');
  await addCrm();
  world.clock.chance = 0.5;
  crm.reply({ status: 404 });
  note('1');
  await world.outcome();
  await world.outcome();
  expect(await world.store.outbox.receiver(firstBox('a'))).toMatchObject({ failures: 0 });
  expect(await world.store.outbox.receiver(crmBox)).toMatchObject({ failures: 1, absentMs: 0 });
  await world.clock.advance(1_000);
  expect(await world.outcome()).toMatchObject({ kind: 'delivered', url: crm.url });
  expect([textsOf(world), texts(crm)]).toEqual([['1'], ['1', '1']]);
});

test('a 410 turns off one receiver', async () => {
  await world.has('a');
  await addCrm();
  crm.reply({ status: 410 });
  note('1');
  await world.outcome();
  await world.outcome();
  note('2');
  await world.outcome();
  await settled();
  expect([textsOf(world), texts(crm)]).toEqual([['1', '2'], ['1']]);
});

test('a receiver of all sessions that is set later gets what happens then, and nothing after it was unset', async () => {
  await world.store.create({ id: 'a', name: null, webhook: null, proxy: null, endpoint: null });
  note('1');
  await settled();
  world.globalWebhook = globalWebhook();
  await world.clock.advance(1_000);
  note('2');
  expect(await world.outcome()).toMatchObject({ kind: 'delivered', url: all.url });
  world.globalWebhook = null;
  note('3');
  await settled();
  expect(texts(all)).toEqual(['2']);
  await world.webhooks.release('a');
});

test('what waits for a receiver that is there no more is dropped', async () => {
  await world.has('a');
  await addCrm();
  world.clock.chance = 0.9;
  crm.reply({ status: 500 });
  note('1');
  await world.outcome();
  await world.outcome();
  await world.store.update('a', { otherWebhooks: [] });
  world.webhooks.look('a');
  await settled();
  expect(await world.store.outbox.waiting()).toEqual(new Map());
});

test('a process that takes the session delivers what waits for each receiver, and lets go of all', async () => {
  await world.has('a');
  await addCrm();
  const [first, second] = [1, 2].map((number) => ({
    id: `e${String(number)}`,
    type: 'message' as const,
    body: JSON.stringify({ data: { text: String(number) } }),
    createdAt: world.clock.now(),
    expiresAt: null,
  }));
  if (!first || !second) throw new Error('no events');
  await appendEvents(world.store, firstBox('a'), world.receiver.url, [first]);
  await appendEvents(world.store, crmBox, crm.url, [first, second]);
  world.webhooks.look('a');
  await world.webhooks.release('a');
  expect([textsOf(world), texts(crm)]).toEqual([['1'], ['1', '2']]);
});

test('a receiver that never answers does not hold up the others of a session that nobody holds', async () => {
  await world.has('a');
  await addCrm();
  world.receiver.reply({ status: 503 }, 'hold');
  crm.reply({ status: 503 });
  world.clock.chance = 0.5;
  note('1');
  await world.webhooks.release('a');
  const stop = new AbortController();
  const { clock, outbox, store, webhooks } = world;
  const delivering = deliverLeftEvents({
    outbox,
    leases: store.leases,
    deliverLeft: webhooks.deliverLeft,
    clock,
    held: () => Promise.resolve(new Map()),
    signal: stop.signal,
    warn: (sentence) => void world.warnings.push(sentence),
  });
  await settled();
  await clock.advance(30_000);
  await world.outcome();
  await world.outcome();
  expect(await world.outcome()).toMatchObject({ kind: 'delivered', url: crm.url });
  stop.abort();
  await Promise.all([delivering, clock.advance(0)]);
  expect([world.warnings, texts(crm)]).toEqual([[], ['1', '1']]);
});
