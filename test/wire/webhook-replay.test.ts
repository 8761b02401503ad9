import { firstBox } from '../../src/domain/box.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { messageEvent, statesOf, textsOf, webhookWorld } from '../support/webhook-world.ts';
import type { WebhookWorld } from '../support/webhook-world.ts';

let world: WebhookWorld;

beforeEach(async () => {
  world = await webhookWorld();
  await world.has('a');
});
afterEach(() => world.end());

const note = (text: string): void => world.webhooks.note('a', messageEvent(world.clock, text));

describe('a receiver that a wrong deploy has taken away', () => {
  test('gets every message once it is back, in order', async () => {
    world.receiver.reply({ status: 404 }, { status: 401 });
    note('one');
    note('two');
    expect([await world.outcome(), await world.outcome()]).toMatchObject([
      { kind: 'retry', isAbsent: true, error: 'the receiver answered 404' },
      { kind: 'retry', isAbsent: true },
    ]);
    expect([await world.outcome(), await world.outcome()]).toMatchObject([
      { kind: 'delivered' },
      { kind: 'delivered' },
    ]);
    expect(textsOf(world)).toEqual(['one', 'one', 'one', 'two']);
  });
});

describe('a replay', () => {
  test('sends what was refused again, with its id and signature, before what comes later', async () => {
    world.receiver.reply({ status: 422 });
    note('lost');
    expect(await world.outcome()).toMatchObject({ kind: 'refused' });
    expect(await world.store.outbox.replay(firstBox('a'), { onlyFailed: true })).toBe(1);
    world.webhooks.look('a');
    note('later');
    expect([await world.outcome(), await world.outcome()]).toMatchObject([
      { kind: 'delivered' },
      { kind: 'delivered' },
    ]);
    expect(textsOf(world)).toEqual(['lost', 'lost', 'later']);
    const [first, again] = world.receiver.received;
    expect(again).toMatchObject({ id: first?.id, body: first?.body, verified: true });
    expect(await statesOf(world)).toEqual(['message delivered', 'message delivered']);
  });

  test('turns a webhook on again that a 410 had turned off', async () => {
    world.receiver.reply({ status: 410 });
    note('gone');
    expect(await world.outcome()).toMatchObject({ kind: 'gone' });
    await world.store.outbox.replay(firstBox('a'), { onlyFailed: true });
    world.webhooks.look('a');
    expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
    note('next');
    expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
    expect(textsOf(world)).toEqual(['gone', 'gone', 'next']);
  });
});
