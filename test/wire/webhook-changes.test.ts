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

describe('a webhook that changes', () => {
  test('a webhook that is set while the session is up hears when the session goes down', async () => {
    await world.has('a');
    const { webhook } = (await world.store.get('a')) ?? { webhook: null };
    await world.store.update('a', { webhook: null });
    const close = { reason: 'connection_lost', code: 428, at: world.clock.now() } as const;
    world.webhooks.note('a', { kind: 'status', status: 'logged_in', close: null, retryInMs: null });
    await settled();
    await world.store.update('a', { webhook });
    world.webhooks.look('a');
    world.webhooks.note('a', { kind: 'status', status: 'connecting', close, retryInMs: 100 });
    expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
    expect(await states()).toEqual(['session.disconnected delivered']);
  });

  test('a new address is tried at once', async () => {
    const elsewhere = await startWebhookReceiver();
    try {
      await world.has('a');
      world.clock.chance = 0.9;
      world.receiver.reply({ status: 500 });
      world.webhooks.note('a', message('hi'));
      await world.outcome();
      const webhook = { url: elsewhere.url, events: ['message'], secret: null, viaProxy: false } as const;
      await world.store.update('a', { webhook });
      world.webhooks.look('a');
      expect(textOf(await elsewhere.next())).toBe('hi');
      await world.outcome();
    } finally {
      await elsewhere.close();
    }
  });

  test('a removed webhook drops the waiting events', async () => {
    await world.has('a');
    world.clock.chance = 0.9;
    world.receiver.reply({ status: 500 });
    world.webhooks.note('a', message('hi'));
    await world.outcome();
    await world.store.update('a', { webhook: null });
    world.webhooks.look('a');
    await settled();
    expect(await states()).toEqual([]);
  });

  test('a session that is deleted takes its events with it', async () => {
    await world.has('a');
    world.receiver.reply('hold');
    world.webhooks.note('a', message('hi'));
    await world.receiver.next();
    await world.store.remove('a');
    await world.clock.advance(10_000);
    await world.outcome();
    world.webhooks.note('a', message('late'));
    await settled();
    expect([world.warnings, texts()]).toEqual([[], ['hi']]);
  });
});
