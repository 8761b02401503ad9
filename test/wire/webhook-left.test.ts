import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliverOrphans } from '../../src/webhooks/orphan-deliveries.ts';
import type { SessionStatus } from '../../src/domain/session.ts';
import { settled } from '../support/fake-clock.ts';
import { openProxy } from '../support/proxies.ts';
import { messageEvent, textOf, webhookWorld } from '../support/webhook-world.ts';
import type { WebhookWorld } from '../support/webhook-world.ts';

let world: WebhookWorld;
let held: Map<string, SessionStatus>;
let stop: AbortController;
let delivering: Promise<void>;

beforeEach(async () => {
  world = await webhookWorld();
  world.clock.chance = 0.5;
  held = new Map();
  stop = new AbortController();
  await world.has('a');
  world.receiver.reply({ status: 503 });
  world.webhooks.note('a', messageEvent(world.clock, 'left'));
  await world.webhooks.release('a');
  expect((await world.receiver.next()).verified).toBe(true);
});
afterEach(async () => {
  await stopped();
  await world.end();
});

function start(): void {
  const { clock, outbox, store, warnings } = world;
  const warn = (sentence: string): void => void warnings.push(sentence);
  delivering = deliverOrphans({
    outbox,
    sessions: store,
    clock,
    openProxy,
    held: () => Promise.resolve(held),
    signal: stop.signal,
    onError: (_id, error) => warn(String(error)),
    warn,
  });
}

async function stopped(): Promise<void> {
  stop.abort();
  await Promise.all([delivering, world.clock.advance(0)]);
}

test('events of a session that no process holds are delivered when they are due', async () => {
  start();
  await settled();
  expect(world.receiver.received).toHaveLength(1);
  await world.clock.advance(30_000);
  expect(textOf(await world.receiver.next())).toBe('left');
  expect(world.warnings).toEqual([]);
});

test('events of a session that another process holds are left to that process', async () => {
  held.set('a', 'logged_in');
  start();
  await world.clock.advance(30_000);
  await world.clock.advance(30_000);
  expect(world.receiver.received).toHaveLength(1);
  held.clear();
  await world.clock.advance(30_000);
  expect(textOf(await world.receiver.next())).toBe('left');
});

test('the delivery ends at once, also while a receiver does not answer', async () => {
  await world.clock.advance(2_000);
  world.receiver.reply('hold');
  start();
  await world.receiver.next();
  await stopped();
  expect((await world.store.outbox.list('a', 5)).pending).toBe(1);
});
