import { firstBox } from '../../src/domain/box.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settled } from '../support/fake-clock.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { messageEvent, statesOf, textOf, textsOf, webhookWorld } from '../support/webhook-world.ts';
import type { WebhookWorld } from '../support/webhook-world.ts';
import type { HolderEvent } from '../../src/domain/held.ts';

let world: WebhookWorld;

beforeEach(async () => {
  world = await webhookWorld();
});
afterEach(() => world.end());

const message = (text: string): HolderEvent => messageEvent(world.clock, text);
const texts = (): unknown[] => textsOf(world);
const states = (): Promise<string[]> => statesOf(world);

describe('a receiver', () => {
  test('that is down for a while gets everything once it is back, in order, once', async () => {
    await world.has('a');
    const { receiver } = world;
    receiver.down();
    world.clock.chance = 0.5;
    for (const text of ['1', '2', '3']) world.webhooks.note('a', message(text));
    for (const waitMs of [1_000, 2_000, 4_000, 8_000]) {
      const outcome = await world.outcome();
      expect(outcome.kind).toBe('retry');
      expect(world.clock.sleeping).toEqual([waitMs]);
      await world.clock.advance(waitMs - 1);
      expect(world.clock.sleeping).toEqual([1]);
      if (waitMs < 8_000) await world.clock.advance(1);
    }
    world.webhooks.note('a', message('4'));
    await settled();
    expect(world.clock.sleeping).toEqual([1]);

    receiver.up();
    await world.clock.advance(1);
    const all = [await receiver.next(), await receiver.next(), await receiver.next(), await receiver.next()];
    expect(all.map(textOf)).toEqual(['1', '2', '3', '4']);
    expect(all.map(({ verified }) => verified)).toEqual([true, true, true, true]);
    for (let count = 0; count < 4; count++) expect((await world.outcome()).kind).toBe('delivered');
    expect(receiver.received).toHaveLength(4);
    expect(await world.store.outbox.receiver(firstBox('a'))).toMatchObject({
      failures: 0,
      failingSince: null,
    });
  });

  test('that answers errors sees the same id and body again, and its Retry-After is kept', async () => {
    await world.has('a');
    world.receiver.reply({ status: 500 }, { status: 503, headers: { 'retry-after': '30' } });
    world.webhooks.note('a', message('hi'));
    await world.outcome();
    await world.clock.advance(0);
    await world.outcome();
    expect(world.clock.sleeping).toEqual([30_000]);
    await world.clock.advance(30_000);
    expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
    const [first, ...others] = world.receiver.received;
    expect(others.map(({ id, body, verified }) => ({ id, body, verified }))).toEqual(
      [1, 2].map(() => ({ id: first?.id, body: first?.body, verified: true })),
    );
    expect((await world.store.outbox.list(firstBox('a'), 1)).deliveries[0]).toMatchObject({ attempts: 3 });
  });

  test('that refuses one event gets the next', async () => {
    await world.has('a');
    world.receiver.reply({ status: 422, body: 'secret words of the receiver' });
    for (const text of ['1', '2']) world.webhooks.note('a', message(text));
    expect(await world.outcome()).toMatchObject({ kind: 'refused', error: 'the receiver answered 422' });
    expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
    expect(texts()).toEqual(['1', '2']);
    const list = await world.store.outbox.list(firstBox('a'), 5);
    expect(list.deliveries.map(({ state }) => state)).toEqual(['failed', 'delivered']);
    expect(JSON.stringify(list)).not.toContain('secret words');
  });

  test('that answers 410 is left alone', async () => {
    await world.has('a');
    world.receiver.reply({ status: 410 });
    for (const text of ['1', '2']) world.webhooks.note('a', message(text));
    expect(await world.outcome()).toMatchObject({ kind: 'gone' });
    world.webhooks.note('a', message('3'));
    await settled();
    expect(await states()).toEqual(['message failed', 'message failed']);
    expect(texts()).toEqual(['1']);
  });

  test('that redirects is not followed, and tried again', async () => {
    const elsewhere = await startWebhookReceiver();
    try {
      await world.has('a');
      world.receiver.reply({ status: 307, headers: { location: elsewhere.url } });
      world.webhooks.note('a', message('hi'));
      expect(await world.outcome()).toMatchObject({
        kind: 'retry',
        error: 'the receiver answered 307, a redirect, which is not followed',
      });
      expect(elsewhere.received).toEqual([]);
      await world.clock.advance(0);
      expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
    } finally {
      await elsewhere.close();
    }
  });

  test('that does not answer is given 10 s', async () => {
    await world.has('a');
    world.receiver.reply('hold');
    world.webhooks.note('a', message('hi'));
    await world.receiver.next();
    expect(world.clock.sleeping).toEqual([10_000]);
    const gone = world.receiver.givenUp();
    await world.clock.advance(9_999);
    expect(await states()).toEqual(['message pending']);
    await world.clock.advance(1);
    expect(await world.outcome()).toMatchObject({
      kind: 'retry',
      error: 'the receiver did not answer within 10 s',
    });
    await gone;
  });

  test('that hangs up is tried again', async () => {
    await world.has('a');
    world.receiver.reply('hang_up');
    world.webhooks.note('a', message('hi'));
    const outcome = await world.outcome();
    expect(outcome).toMatchObject({ kind: 'retry' });
    expect(JSON.stringify(outcome)).toMatch(/cannot be reached \(\w+\)/);
  });

  test('that answers with a huge body has still accepted the event', async () => {
    await world.has('a');
    world.receiver.reply({ status: 200, body: 'x'.repeat(5_000_000) });
    world.webhooks.note('a', message('hi'));
    expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
  });

  test('that fails for 14 s while the clock jumps by 26 h still gets everything', async () => {
    await world.has('a');
    const all = Array.from({ length: 11 }, (_, at) => String(at));
    world.receiver.reply(...Array.from({ length: 5 }, () => ({ status: 500 })));
    world.clock.chance = 0.5;
    for (const text of all) world.webhooks.note('a', message(text));
    const attempt = async (): Promise<void> => {
      expect((await world.outcome()).kind).toBe('retry');
      const [waitMs = 0] = world.clock.sleeping;
      expect(waitMs).toBeLessThanOrEqual(16_000);
      await world.clock.advance(waitMs);
    };
    await attempt();
    world.clock.jump(26 * 3_600_000);
    // At 2, 4 and 8 s.
    for (let count = 0; count < 3; count++) await attempt();
    world.clock.jump(-26 * 3_600_000);
    await attempt();
    for (const text of all) {
      expect((await world.outcome()).kind).toBe('delivered');
      expect(texts()).toContain(text);
    }
    expect(await states()).toEqual(all.map(() => 'message delivered'));
  });

  test('that fails for a day loses events older than a day, not later ones', async () => {
    await world.has('a');
    const hourMs = 3_600_000;
    const start = world.clock.now().getTime();
    world.receiver.reply(...Array.from({ length: 60 }, () => ({ status: 500 })));
    world.clock.chance = 0.9;
    world.webhooks.note('a', message('old'));
    let outcome = await world.outcome();
    let hasYoung = false;
    const firstState = async () => (await states())[0];
    while (outcome.kind === 'retry' && (await firstState()) === 'message pending') {
      if (!hasYoung && world.clock.now().getTime() - start > 3 * hourMs) {
        hasYoung = true;
        world.webhooks.note('a', message('young'));
        await settled();
      }
      const [waitMs = 0] = world.clock.sleeping;
      await world.clock.advance(waitMs);
      outcome = await world.outcome();
    }
    const hours = (world.clock.now().getTime() - start) / hourMs;
    expect(hours).toBeGreaterThanOrEqual(24);
    expect(hours).toBeLessThan(25);
    const { deliveries } = await world.store.outbox.list(firstBox('a'), 5);
    expect(deliveries.map(({ state }) => state)).toEqual(['failed', 'pending']);
    expect(world.receiver.received.length).toBeLessThan(40);
  });
});
