import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sendTest } from '../../src/webhooks/send-test.ts';
import { openProxy, startHttpProxy, startSocksProxy } from '../support/proxies.ts';
import type { TestProxy } from '../support/proxies.ts';
import { messageEvent, textOf, webhookWorld } from '../support/webhook-world.ts';
import type { WebhookWorld } from '../support/webhook-world.ts';

let world: WebhookWorld;
let proxy: TestProxy | undefined;

beforeEach(async () => {
  world = await webhookWorld();
  world.clock.chance = 0.5;
});
afterEach(async () => {
  await world.end();
  await proxy?.close();
  proxy = undefined;
});

const receiverAddress = (): string => new URL(world.receiver.url).host;
const note = (text: string): void => world.webhooks.note('a', messageEvent(world.clock, text));

describe.each([
  ['http', () => startHttpProxy()],
  ['http with a password', () => startHttpProxy({ password: 'hunter2' })],
  ['socks5', () => startSocksProxy()],
])('a proxy: %s', (_, start) => {
  test('carries each delivery', async () => {
    proxy = await start();
    await world.has('a', { viaProxy: true }, proxy.url);
    for (const text of ['1', '2']) note(text);
    expect([await world.outcome(), await world.outcome()]).toMatchObject([
      { kind: 'delivered' },
      { kind: 'delivered' },
    ]);
    expect(world.receiver.received.map(textOf)).toEqual(['1', '2']);
    expect(world.receiver.received.map(({ verified }) => verified)).toEqual([true, true]);
    expect(new Set(proxy.targets)).toEqual(new Set([receiverAddress()]));
  });

  test('carries a test', async () => {
    proxy = await start();
    await world.has('a', { viaProxy: true }, proxy.url);
    const session = await world.store.get('a');
    if (!session?.webhook) throw new Error('no webhook');
    const { signal } = new AbortController();
    const parts = { outbox: world.store.outbox, clock: world.clock, openProxy, signal };
    expect(await sendTest(parts, session, { ...session.webhook, name: 'default' })).toMatchObject({
      httpStatus: 204,
      error: null,
    });
    expect(proxy.targets).toEqual([receiverAddress()]);
  });

  test('is used only when asked for', async () => {
    proxy = await start();
    await world.has('a', {}, proxy.url);
    note('1');
    expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
    expect(proxy.targets).toEqual([]);
  });
});

describe('nothing bypasses', () => {
  test.each([
    ['an http proxy that is down', 'http', startHttpProxy, 'the proxy cannot be reached'],
    ['a socks5 proxy that is down', 'socks5', startSocksProxy, 'the SOCKS proxy did not let'],
  ])('%s, and gets everything once it is back', async (_, scheme, start, words) => {
    const gone = await start();
    await gone.close();
    const url = gone.url.replace('//', '//ada:hunter2@');
    await world.has('a', { viaProxy: true }, url);
    note('1');
    const outcome = await world.outcome();
    expect(outcome).toMatchObject({ kind: 'retry' });
    expect(JSON.stringify(outcome)).toContain(words);
    expect(JSON.stringify(outcome)).toContain(`through ${gone.url.replace('//', '//ada:***@')}`);
    expect(scheme).toBe(new URL(url).protocol.slice(0, -1));
    expect(world.receiver.received).toEqual([]);

    proxy = await start();
    await world.store.update('a', { proxy: proxy.url });
    await world.clock.advance(1_000);
    expect(await world.outcome()).toMatchObject({ kind: 'delivered' });
    expect(proxy.targets).toEqual([receiverAddress()]);
  });

  test.each([
    ['an http proxy that refuses', () => startHttpProxy({ refuse: 403 }), 'the proxy answered 403, through '],
    [
      'a socks5 proxy that refuses',
      () => startSocksProxy({ refuse: true }),
      'the SOCKS proxy did not let the connection through, through ',
    ],
  ])('%s', async (_, start, words) => {
    proxy = await start();
    await world.has('a', { viaProxy: true }, proxy.url);
    note('1');
    expect(await world.outcome()).toMatchObject({ kind: 'retry', error: `${words}${proxy.url}` });
    expect(world.receiver.received).toEqual([]);
  });

  test('a proxy that is gone from the session', async () => {
    await world.has('a', { viaProxy: true });
    note('1');
    expect(await world.outcome()).toMatchObject({
      kind: 'retry',
      error: 'the webhook is set to use the proxy of its session, which has none',
    });
    expect(world.receiver.received).toEqual([]);
  });
});
