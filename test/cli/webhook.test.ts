import { firstBox } from '../../src/domain/box.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { appendEvents } from '../support/append-events.ts';
import { Place } from '../support/cli-place.ts';
import { jsonLines } from '../support/cli-running.ts';
import { startHttpProxy, startSocksProxy } from '../support/proxies.ts';
import { startWebhookReceiver, webhookSecret } from '../support/webhook-receiver.ts';
import { textOf } from '../support/webhook-world.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';

let place: Place;
let receiver: WebhookReceiver;

beforeEach(async () => {
  place = await Place.make();
  receiver = await startWebhookReceiver();
  await place.pair('a', '--webhook-url', receiver.url, '--webhook-secret', webhookSecret);
});
afterEach(async () => {
  await place.remove();
  await receiver.close();
});

const device = () => place.sandbox.devices[0]?.jid ?? '';
const bodies = () => receiver.received.map(({ body }) => JSON.parse(body) as { type: string; data: object });
const types = () => bodies().map(({ type }) => type);

/** Waits for the next deliveries until one is of this type. */
async function nextOf(type: string): Promise<void> {
  for (;;) if ((JSON.parse((await receiver.next()).body) as { type: string }).type === type) return;
}

it('a receiver is told of a pairing, in order and signed, before the command has ended', () => {
  expect(types()).toEqual([
    'session.connected',
    'session.qr',
    'session.connected',
    'session.logged_in',
    'session.disconnected',
  ]);
  expect(receiver.received.map(({ verified }) => verified)).toEqual(receiver.received.map(() => true));
  expect(bodies().find(({ type }) => type === 'session.logged_in')?.data).toMatchObject({
    id: 'a',
    status: 'logged_in',
    phone_number: '15550100001',
  });
});

it('a receiver is not told of a check, but of a final result that the check found', async () => {
  const before = types().length;
  expect((await place.run(['status', 'a'])).status).toBe(0);
  expect(types().slice(before)).toEqual([]);
  place.sandbox.unlink(device());
  expect((await place.run(['status', 'a'])).status).toBe(4);
  expect(types().slice(before)).toEqual(['session.logged_out']);
});

it('a receiver is told of a logout', async () => {
  const before = types().length;
  expect((await place.run(['logout', 'a', '--yes'])).status).toBe(0);
  expect(types().slice(before)).toEqual(['session.logged_out']);
});

it('a receiver gets messages, and all of them in order after it was down', async () => {
  const before = receiver.received.length;
  for (let at = 0; at < before; at += 1) await receiver.next();
  const connected = place.start(['connect', 'a']);
  await connected.said('a: logged in\n');
  await nextOf('session.logged_in');
  receiver.reply('hang_up');
  for (const text of ['one', 'two', 'three']) {
    place.sandbox.sendText(device(), text);
    await place.sandbox.waitFor('receipt');
  }
  await nextOf('message');
  await nextOf('message');
  await nextOf('message');
  await nextOf('message');
  const texts = bodies().flatMap(({ type, data }) =>
    type === 'message' ? [(data as { text: string }).text] : [],
  );
  expect(texts).toEqual(['one', 'one', 'two', 'three']);
  const listed = jsonLines((await place.run(['webhook', 'list', 'a', '--json'])).stdout)[0];
  expect(listed).toMatchObject({ id: 'a' });
  connected.kill('SIGINT');
  expect((await connected.exited).status).toBe(130);
  await nextOf('session.disconnected');
});

it('several receivers get what they want, and so does that of all sessions, which a running serve sees at once', async () => {
  const [crm, all] = await Promise.all([startWebhookReceiver(), startWebhookReceiver()]);
  const run = async (line: string, stdin?: string): Promise<string> => {
    const { status, stdout, stderr } = await place.run(line.split(' '), { ...(stdin && { stdin }) });
    expect([line, status, stderr.includes('error')]).toEqual([line, 0, false]);
    return stdout;
  };
  const messagesOf = ({ received }: WebhookReceiver) =>
    received.flatMap(({ body }) => {
      const { type, data } = JSON.parse(body) as { type: string; data: { text?: string } };
      return type === 'message' ? [data.text] : [];
    });
  const send = async (text: string): Promise<void> => {
    place.sandbox.sendText(device(), text);
    await place.sandbox.waitFor('receipt');
  };
  try {
    await run(
      `webhook set a crm --webhook-url ${crm.url} --webhook-events message --webhook-secret-file -`,
      webhookSecret,
    );
    const serving = place.start(['serve', '--listen', '0', '--json'], {
      env: { WACTL_TOKEN: 'a'.repeat(32) },
    });
    await serving.event(({ event }) => event === 'ready');
    await run('connect a --detach');
    receiver.down();
    await send('one');
    expect(textOf(await crm.next())).toBe('one');
    await run(`config set global_webhook_url ${all.url}`);
    await run('config set global_webhook_events message');
    await run('config set global_webhook_secret -', `${webhookSecret}\n`);
    await send('two');
    expect([textOf(await crm.next()), textOf(await all.next())]).toEqual(['two', 'two']);
    expect([messagesOf(crm), messagesOf(all)]).toEqual([['one', 'two'], ['two']]);
    expect([...crm.received, ...all.received].map(({ verified }) => verified)).toEqual([true, true, true]);
    const shown = jsonLines(await run('webhook show a --json'))[0] as { webhooks: { name: string }[] };
    expect(shown.webhooks.map(({ name }) => name)).toEqual(['default', 'crm', 'global']);
    await run('webhook remove a crm');
    await run('config unset global_webhook_url');
    receiver.up();
    await send('three');
    await run('webhook test a');
    while (messagesOf(receiver).length < 3) await receiver.next();
    expect([messagesOf(receiver), messagesOf(crm), messagesOf(all)]).toEqual([
      ['one', 'two', 'three'],
      ['one', 'two'],
      ['two'],
    ]);
    serving.kill('SIGTERM');
    expect((await serving.exited).status).toBe(143);
  } finally {
    await Promise.all([crm.close(), all.close()]);
  }
});

it.each([
  ['http', () => startHttpProxy({ password: 'hunter2' })],
  ['socks5', () => startSocksProxy()],
])('a delivery goes through the proxy of the session when asked to: %s', async (_, start) => {
  const proxy = await start();
  try {
    expect((await place.run(['update', 'a', '--webhook-proxy'])).status).toBe(2);
    expect((await place.run(['update', 'a', '--proxy', proxy.url, '--webhook-proxy'])).status).toBe(0);
    expect((await place.run(['webhook', 'test', 'a'])).status).toBe(0);
    expect(proxy.targets).toEqual([new URL(receiver.url).host]);
  } finally {
    await proxy.close();
  }
  const before = receiver.received.length;
  const { status, stdout } = await place.run(['webhook', 'test', 'a']);
  expect([status, stdout]).toEqual([
    5,
    expect.stringMatching(/^not accepted: the .*proxy .*, through /) as string,
  ]);
  expect(stdout).not.toContain('hunter2');
  expect(receiver.received).toHaveLength(before);
});

it('a delivery uses the password in an address, and no output shows it', async () => {
  await place.run(['update', 'a', '--webhook-url', receiver.url.replace('//', '//ada:hunter2@')]);
  receiver.reply({ status: 500 });
  const said: string[] = [];
  for (const command of [
    'webhook test a',
    'webhook test a',
    'webhook list a',
    'show a',
    'list',
    'update a --name A',
  ]) {
    for (const json of [[], ['--json'], ['--verbose']]) {
      const { stdout, stderr } = await place.run([...command.split(' '), ...json]);
      said.push(stdout, stderr);
    }
  }
  expect(said.join('')).toContain('//ada:***@');
  expect(said.join('')).not.toContain('hunter2');
  const basic = `Basic ${Buffer.from('ada:hunter2').toString('base64')}`;
  expect(receiver.received.at(-1)?.headers.authorization).toBe(basic);
});

/** The text of the next message that is delivered to it. */
async function nextText(at: WebhookReceiver): Promise<unknown> {
  for (;;) {
    const { type, data } = JSON.parse((await at.next()).body) as { type: string; data: { text?: string } };
    if (type === 'message') return data.text;
  }
}

it('events that wait for `serve` are delivered once each, although it also takes their session', async () => {
  const ids = Array.from({ length: 60 }, (_, at) => `waits-${String(at)}`);
  const store = openStore({ directory: place.config });
  const waiting = ids.map((id) => ({
    id,
    type: 'message' as const,
    body: JSON.stringify({ type: 'message', timestamp: '', data: { text: id } }),
    createdAt: new Date(),
    expiresAt: null,
  }));
  await appendEvents(store, firstBox('a'), receiver.url, waiting);
  await store.update('a', { wantsOnline: true });
  await store.close();
  const before = receiver.received.length;
  const serving = place.start(['serve', '--listen', '0', '--json']);
  await serving.event(({ event, status }) => event === 'status' && status === 'logged_in');
  for (let at = 0; at < before; at += 1) await receiver.next();
  await nextOf('session.logged_in');
  serving.kill('SIGTERM');
  await serving.exited;
  const delivered = receiver.received.slice(before).map(({ id }) => id);
  expect(delivered.filter((id) => id.startsWith('waits-'))).toEqual(ids);
});

describe('a session that is held in the background', () => {
  const anHour = { status: 503, headers: { 'retry-after': '3600' } };

  /** It is online, and one message waits for an hour. */
  beforeEach(async () => {
    expect((await place.run(['connect', 'a', '--detach'])).status).toBe(0);
    await nextOf('session.logged_in');
    await nextOf('session.logged_in');
    receiver.reply(anHour);
    place.sandbox.sendText(device(), 'waits');
    expect(await nextText(receiver)).toBe('waits');
    await waitsForAnHour();
  });
  afterEach(async () => {
    await place.run(['disconnect', '--all']);
  });

  /** The attempt is written down after it was answered. */
  async function waitsForAnHour(): Promise<void> {
    for (;;) {
      const [listed] = jsonLines((await place.run(['webhook', 'list', 'a', '--json'])).stdout);
      if (listed?.['failing_since'] !== null) return;
    }
  }

  it('learns of a new address, and delivers there at once', async () => {
    const elsewhere = await startWebhookReceiver();
    try {
      expect((await place.run(['update', 'a', '--webhook-url', elsewhere.url])).status).toBe(0);
      expect(await nextText(elsewhere)).toBe('waits');
    } finally {
      await elsewhere.close();
    }
  });

  it('learns that a test was accepted, and goes on at once', async () => {
    expect((await place.run(['webhook', 'test', 'a'])).status).toBe(0);
    expect(await nextText(receiver)).toBe('waits');
  });

  it('also learns of it from a server', async () => {
    const token = 't'.repeat(40);
    const serving = place.start(['serve', '--listen', '0', '--json'], { env: { WACTL_TOKEN: token } });
    const { url } = await serving.event(({ event }) => event === 'ready');
    const there = ['--server', String(url)];
    const env = { WACTL_TOKEN: token, WACTL_CONFIG_DIR: `${place.home}/elsewhere` };
    expect((await place.run(['webhook', 'list', 'a', ...there], { env })).stdout).toContain(
      'the receiver answered 503',
    );
    expect((await place.run(['webhook', 'test', 'a', ...there], { env })).status).toBe(0);
    expect(await nextText(receiver)).toBe('waits');
  });
});
