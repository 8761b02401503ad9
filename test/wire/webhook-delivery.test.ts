import { firstBox } from '../../src/domain/box.ts';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pendingLimit } from '../../src/domain/delivery.ts';
import { appendEvents } from '../support/append-events.ts';
import { settled } from '../support/fake-clock.ts';
import { messageEvent, statesOf, textOf, textsOf, webhookWorld } from '../support/webhook-world.ts';
import type { WebhookWorld } from '../support/webhook-world.ts';
import type { HolderEvent } from '../../src/domain/held.ts';

let world: WebhookWorld;

beforeEach(async () => {
  world = await webhookWorld();
});
afterEach(() => world.end());

const message = (text: string): HolderEvent => messageEvent(world.clock, text);
const qr = (lastsMs: number): HolderEvent => ({
  kind: 'qr',
  payload: 'qr text',
  seq: 1,
  expiresAt: new Date(world.clock.now().getTime() + lastsMs),
  rescan: false,
});
const texts = (): unknown[] => textsOf(world);
const states = (): Promise<string[]> => statesOf(world);

describe('a delivery', () => {
  test('is signed so that the library of Standard Webhooks accepts it', async () => {
    await world.has('a');
    world.webhooks.note('a', message('hi'));
    const request = await world.receiver.next();
    expect(request).toMatchObject({ verified: true, path: '/hook' });
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'wactl',
      'webhook-timestamp': String(Math.floor(world.clock.now().getTime() / 1000)),
    });
    expect(request.id).toMatch(/^msg_[0-9a-f-]{32,36}$/);
    expect(JSON.parse(request.body)).toMatchObject({
      type: 'message',
      timestamp: world.clock.now().toISOString(),
      data: { id: 'a', text: 'hi' },
    });
    expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
    expect(await states()).toEqual(['message delivered']);
  });

  test('is signed with the bytes of a secret that is any text', async () => {
    await world.has('a', { secret: 'Waxum’s secret' });
    world.webhooks.note('a', message('hi'));
    const { id, body, headers } = await world.receiver.next();
    const signed = `${id}.${String(headers['webhook-timestamp'])}.${body}`;
    const signature = createHmac('sha256', Buffer.from('Waxum’s secret')).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
    await world.outcome();
  });

  test('of a QR has the QR as a picture too, as the API gives it', async () => {
    await world.has('a');
    world.webhooks.note('a', qr(60_000));
    const { body } = await world.receiver.next();
    expect(JSON.parse(body)).toMatchObject({
      type: 'session.qr',
      data: { qr: 'qr text', qr_code: `data:image/png;base64,${btoa('qr text')}` },
    });
    await world.outcome();
  });

  test('is not signed without a secret', async () => {
    await world.has('a', { secret: null });
    world.webhooks.note('a', message('hi'));
    expect((await world.receiver.next()).verified).toBeNull();
    await world.outcome();
  });

  test('headers of its own go with each delivery, and leave those of the signature alone', async () => {
    await world.has('a', { headers: { 'x-key': 'hunter 2', 'user-agent': 'mine' } });
    world.webhooks.note('a', message('hi'));
    const request = await world.receiver.next();
    expect(request).toMatchObject({ verified: true, headers: { 'x-key': 'hunter 2', 'user-agent': 'mine' } });
    await world.outcome();
  });

  test('sends a password from the address as a header', async () => {
    const url = world.receiver.url.replace('//', '//ada:hunter%202@');
    await world.has('a', { url });
    world.webhooks.note('a', message('hi'));
    const { headers } = await world.receiver.next();
    expect(headers.authorization).toBe(`Basic ${Buffer.from('ada:hunter 2').toString('base64')}`);
    await world.outcome();
  });

  test('contains only the chosen events', async () => {
    await world.has('a', { events: ['session.logged_out'] });
    world.webhooks.note('a', message('hi'));
    world.webhooks.note('a', { kind: 'status', status: 'logged_out', close: null, retryInMs: null });
    expect(JSON.parse((await world.receiver.next()).body)).toMatchObject({ type: 'session.logged_out' });
    await world.outcome();
    expect(await states()).toEqual(['session.logged_out delivered']);
  });

  test('reports disconnected only for the first of many failed reconnects', async () => {
    await world.has('a', { events: ['session.disconnected', 'session.logged_in'] });
    const close = { reason: 'connection_lost', code: 428, at: world.clock.now() } as const;
    const status = (word: 'logged_in' | 'connecting'): void =>
      world.webhooks.note('a', { kind: 'status', status: word, close, retryInMs: null });
    for (const word of ['logged_in', 'connecting', 'connecting', 'connecting', 'logged_in'] as const)
      status(word);
    for (let count = 0; count < 3; count++) await world.outcome();
    expect(await states()).toEqual([
      'session.logged_in delivered',
      'session.disconnected delivered',
      'session.logged_in delivered',
    ]);
  });
});

describe('a QR', () => {
  test('that expires while the receiver is down is erased at that moment', async () => {
    await world.has('a');
    world.clock.chance = 0.99;
    world.receiver.reply({ status: 500 }, { status: 500 }, { status: 500 });
    world.webhooks.note('a', message('first'));
    await world.outcome();
    await world.clock.advance(1_980);
    await world.outcome();
    world.webhooks.note('a', qr(500));
    await settled();
    expect(world.clock.sleeping).toEqual([500]);
    await world.clock.advance(500);
    expect(await states()).toEqual(['session.qr expired', 'message pending']);
    expect(world.clock.sleeping).toEqual([3_960 - 500]);
  });

  test('is delivered in its time', async () => {
    await world.has('a');
    world.webhooks.note('a', qr(20_000));
    expect(JSON.parse((await world.receiver.next()).body)).toMatchObject({
      type: 'session.qr',
      data: { qr: 'qr text' },
    });
    await world.outcome();
  });
});

describe('several sessions', () => {
  test('do not wait for each other', async () => {
    await world.has('slow');
    await world.has('quick');
    world.receiver.reply('hold');
    world.webhooks.note('slow', message('slow'));
    await world.receiver.next();
    world.webhooks.note('quick', message('quick'));
    expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
    expect(texts()).toEqual(['slow', 'quick']);
  });

  test('never send more than 32 requests at once', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `s${String(index)}`);
    world.receiver.reply(...ids.map(() => 'hold' as const));
    for (const id of ids) {
      await world.has(id);
      world.webhooks.note(id, message(id));
    }
    for (let count = 0; count < 32; count++) await world.receiver.next();
    await settled();
    expect(world.clock.sleeping).toHaveLength(32);
    world.clock.chance = 0.9;
    await world.clock.advance(10_000);
    for (let count = 0; count < 8; count++) await world.receiver.next();
    expect(new Set(world.receiver.received.map(textOf))).toEqual(new Set(ids));
    expect(world.receiver.received).toHaveLength(40);
  });
});

describe('letting go of a session', () => {
  test('first delivers the due events, and nothing afterwards', async () => {
    await world.has('a');
    for (const text of ['1', '2', '3']) world.webhooks.note('a', message(text));
    await world.webhooks.release('a');
    expect(texts()).toEqual(['1', '2', '3']);
    expect(world.clock.sleeping).toEqual([]);
    await appendEvents(world.store, firstBox('a'), world.receiver.url, []);
    expect(await states()).toEqual(['message delivered', 'message delivered', 'message delivered']);
  });

  test('does not wait for a receiver that is down: the next holder delivers the rest', async () => {
    await world.has('a');
    world.clock.chance = 0.9;
    world.receiver.reply({ status: 500 });
    world.webhooks.note('a', message('hi'));
    await world.webhooks.release('a');
    expect([await states(), world.clock.sleeping]).toEqual([['message pending'], []]);
    await world.clock.advance(2_000);
    expect(world.receiver.received).toHaveLength(1);
    world.webhooks.look('a');
    await world.receiver.next();
    expect(textOf(await world.receiver.next())).toBe('hi');
    await world.outcome();
    expect((await world.outcome()).kind).toBe('delivered');
  });

  test('ends by its deadline when a receiver is silent', async () => {
    await world.has('a');
    world.receiver.reply('hold');
    world.webhooks.note('a', message('hi'));
    await world.receiver.next();
    const gone = world.receiver.givenUp();
    const released = world.webhooks.release('a', 2_000);
    await world.clock.advance(2_000);
    await released;
    await gone;
    expect([await states(), world.clock.sleeping, world.warnings]).toEqual([['message pending'], [], []]);
    expect((await world.store.outbox.list(firstBox('a'), 1)).deliveries).toMatchObject([
      { attempts: 1, lastError: 'the process stopped holding the session before the receiver had answered' },
    ]);
  });
});

test('when the outbox is full, the oldest events are dropped with a warning', async () => {
  await world.has('a');
  world.webhooks.note('a', message('0'));
  await world.outcome();
  world.clock.chance = 0.9;
  world.receiver.reply({ status: 500 });
  const createdAt = world.clock.now();
  const events = Array.from({ length: pendingLimit }, (_, index) => ({
    id: `e${String(index)}`,
    type: 'message' as const,
    body: '{}',
    createdAt,
    expiresAt: null,
  }));
  await appendEvents(world.store, firstBox('a'), world.receiver.url, events);
  for (const text of ['1', '2', '3']) world.webhooks.note('a', message(text));
  expect(await world.outcome()).toMatchObject({ kind: 'retry' });
  expect(world.warnings).toEqual(['a: webhook: too many events are waiting; the oldest 3 were dropped']);
  expect(world.receiver.received[1]?.id).toBe('e3');
});

test.each(['get', 'receivers'] as const)('a store that fails at "%s" is tried again', async (method) => {
  await world.has('a');
  await appendEvents(world.store, firstBox('a'), world.receiver.url, [
    { id: 'e1', type: 'message', body: '{}', createdAt: world.clock.now(), expiresAt: null },
  ]);
  const failing: object = method === 'get' ? world.store : world.outbox;
  const works = Object.assign({}, failing);
  Object.assign(failing, { [method]: () => Promise.reject(new Error('the disk is full')) });
  world.webhooks.look('a');
  await settled();
  expect(world.warnings).toEqual(['a: webhook: the disk is full']);
  Object.assign(failing, works);
  await world.clock.advance(60_000);
  expect((await world.receiver.next()).id).toBe('e1');
  await world.outcome();
});
