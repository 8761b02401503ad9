import { firstBox } from '../../src/domain/box.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliverLeftEvents } from '../../src/webhooks/left-deliveries.ts';
import type { SessionStatus } from '../../src/domain/session.ts';
import { settled } from '../support/fake-clock.ts';
import { messageEvent, textOf, textsOf, webhookWorld } from '../support/webhook-world.ts';
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
  const { clock, outbox, store, warnings, webhooks } = world;
  delivering = deliverLeftEvents({
    outbox,
    leases: store.leases,
    deliverLeft: webhooks.deliverLeft,
    clock,
    held: () => Promise.resolve(held),
    signal: stop.signal,
    warn: (sentence) => void warnings.push(sentence),
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

test('a process that takes a session waits for the delivery that another one has begun', async () => {
  const { claims } = world.store;
  await world.clock.advance(60_000);
  await claims.claim(firstBox('a'), 'of another process', 60_000, undefined);
  world.webhooks.look('a');
  await world.clock.advance(5_000);
  expect(world.receiver.received).toHaveLength(1);
  await claims.release(firstBox('a'), 'of another process');
  await world.clock.advance(1_000);
  expect(textOf(await world.receiver.next())).toBe('left');
});

test('the delivery ends at once, also while a receiver does not answer', async () => {
  await world.clock.advance(2_000);
  world.receiver.reply('hold');
  start();
  await world.receiver.next();
  await stopped();
  expect((await world.store.outbox.list(firstBox('a'), 5)).pending).toBe(1);
});

describe('a session that a process takes while its events are delivered', () => {
  const lease = { sessionId: 'a', leaseId: 'l1', pid: 4711, socketPath: '/s', status: 'connecting' } as const;
  const more = ['one', 'two', 'three'];

  /** The first of four events is under way. */
  beforeEach(async () => {
    for (const text of more) world.webhooks.note('a', messageEvent(world.clock, text));
    await world.webhooks.release('a', 0);
    world.receiver.reply('hold');
    await world.clock.advance(60_000);
    start();
    await world.receiver.next();
  });

  test('has each event delivered once when that is this process', async () => {
    world.webhooks.look('a');
    await settled();
    expect(textsOf(world)).toEqual(['left', 'left']);
    await world.clock.advance(10_000);
    await world.clock.advance(2_000);
    for (const text of ['left', ...more]) expect(textOf(await world.receiver.next())).toBe(text);
    await world.webhooks.release('a');
    expect(textsOf(world)).toEqual(['left', 'left', 'left', ...more]);
  });

  test('gets nothing more from here when that is another process', async () => {
    await world.store.leases.acquire(lease);
    held.set('a', 'connecting');
    await world.clock.advance(10_000);
    await world.clock.advance(60_000);
    await stopped();
    expect(world.receiver.received).toHaveLength(2);
  });
});
