import { firstBox, firstReceiver } from '../../src/domain/box.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sendTest } from '../../src/webhooks/send-test.ts';
import { closedPort } from '../support/closed-port.ts';
import { openProxy } from '../support/proxies.ts';
import { messageEvent, webhookWorld } from '../support/webhook-world.ts';
import type { WebhookWorld } from '../support/webhook-world.ts';
import type { TestAnswer } from '../../src/domain/delivery.ts';

let world: WebhookWorld;

beforeEach(async () => {
  world = await webhookWorld();
  await world.has('a');
});
afterEach(() => world.end());

async function send(signal = new AbortController().signal): Promise<TestAnswer> {
  const session = await world.store.get('a');
  if (!session?.webhook) throw new Error('no webhook');
  const parts = { outbox: world.store.outbox, clock: world.clock, openProxy, signal };
  return sendTest(parts, session, { ...session.webhook, name: firstReceiver });
}

test('an accepted test is signed', async () => {
  expect(await send()).toMatchObject({ httpStatus: 204, error: null, isSigned: true });
  const request = await world.receiver.next();
  expect(request.verified).toBe(true);
  expect(JSON.parse(request.body)).toEqual({
    type: 'webhook.test',
    timestamp: world.clock.now().toISOString(),
    data: { id: 'a' },
  });
});

test.each([
  [500, 'the receiver answered 500'],
  [302, 'the receiver answered 302, a redirect, which is not followed'],
  [404, 'the receiver answered 404'],
])('a test that gets %i reports the status', async (status, error) => {
  world.receiver.reply({ status });
  expect(await send()).toMatchObject({ httpStatus: status, error });
});

test('a test without an answer reports that', async () => {
  const webhook = { url: `http://127.0.0.1:${closedPort}/`, events: [], secret: null, viaProxy: false };
  await world.store.update('a', { webhook });
  expect(await send()).toMatchObject({
    httpStatus: null,
    error: 'the receiver cannot be reached (ECONNREFUSED)',
  });
});

test('a test that is interrupted rejects with the reason', async () => {
  const stop = new AbortController();
  world.receiver.reply('hold');
  const sent = send(stop.signal);
  await world.receiver.next();
  stop.abort(new Error('stopped'));
  await expect(sent).rejects.toThrow('stopped');
});

test('an accepted test turns on a webhook that a 410 turned off', async () => {
  world.receiver.reply({ status: 410 }, { status: 410 });
  world.webhooks.note('a', messageEvent(world.clock, 'lost'));
  await world.outcome();
  await send();
  expect((await world.store.outbox.receiver(firstBox('a'))).turnedOffAt).not.toBeNull();
  await send();
  expect((await world.store.outbox.receiver(firstBox('a'))).turnedOffAt).toBeNull();
  world.webhooks.note('a', messageEvent(world.clock, 'kept'));
  expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
});
