import { describe, expect, it } from 'vitest';
import { defineWebhook, runWebhook } from '../../src/commands/webhook.ts';
import type { WebhookOptions } from '../../src/commands/webhook.ts';
import { UsageError } from '../../src/errors.ts';
import { deliveriesRecord, testRecord } from '../../src/schema/delivery-record.ts';
import type { WebhookRecord } from '../../src/schema/delivery-schema.ts';
import { untriedReceiver } from '../../src/domain/receiver.ts';
import { webhookEvents } from '../../src/domain/session.ts';
import { outcome, world } from '../support/fake-context.ts';
import type { World, WorldParts } from '../support/fake-context.ts';
import { parseArgv } from '../support/parse-argv.ts';
import type { Delivery, DeliveryList, TestAnswer } from '../../src/domain/delivery.ts';

const url = 'https://ada:hunter2@example.com/hook';
const webhook = { url, events: webhookEvents, secret: null, viaProxy: false };
const at = (minutes: number): Date => new Date(Date.parse('2026-03-01T11:00:00.000Z') + minutes * 60_000);

const delivered: Delivery = {
  id: 'msg_1',
  type: 'session.logged_in',
  state: 'delivered',
  createdAt: at(0),
  attempts: 1,
  lastAttemptAt: at(0),
  lastError: null,
};
const failing: Delivery = {
  id: 'msg_2',
  type: 'message',
  state: 'pending',
  createdAt: at(1),
  attempts: 2,
  lastAttemptAt: at(2),
  lastError: 'the receiver answered 500',
};
const waiting: Delivery = {
  ...failing,
  id: 'msg_3',
  attempts: 0,
  lastAttemptAt: null,
  lastError: null,
};
const down: DeliveryList = {
  deliveries: [delivered, failing, waiting],
  pending: 2,
  receiver: { ...untriedReceiver, url, failures: 2, failingSince: at(1), nextAttemptAt: at(62), dropped: 0 },
};

async function made(answer: DeliveryList | TestAnswer, io: WorldParts['io'] = {}): Promise<World> {
  const it = world({
    io,
    webhooks: {
      list: (session, name, limit) => {
        expect([session.id, limit]).toEqual(['my-phone', 20]);
        return Promise.resolve(deliveriesRecord(session.id, name, session.webhook, answer as DeliveryList));
      },
      test: (session, name) => {
        expect(session.id).toBe('my-phone');
        return Promise.resolve(testRecord(session, name, answer as TestAnswer));
      },
    },
  });
  await it.has({ id: 'my-phone', webhook });
  return it;
}

const list: WebhookOptions = { action: 'list', id: 'my', limit: 20 };
const test: WebhookOptions = { action: 'test', id: 'my' };

describe('a command line comes to', () => {
  it.each<[string, WebhookOptions]>([
    ['webhook list a', { action: 'list', id: 'a', limit: 20 }],
    ['webhook list a --limit 5', { action: 'list', id: 'a', limit: 5 }],
    ['webhook list a crm', { action: 'list', id: 'a', name: 'crm', limit: 20 }],
    ['webhook test a', { action: 'test', id: 'a' }],
    ['webhook test a global', { action: 'test', id: 'a', name: 'global' }],
    ['webhook show a', { action: 'show', id: 'a' }],
    ['webhook remove a crm', { action: 'remove', id: 'a', name: 'crm' }],
    [
      'webhook set a crm --webhook-url https://example.com/ --webhook-events message --no-webhook-header',
      {
        action: 'set',
        id: 'a',
        name: 'crm',
        webhookUrl: 'https://example.com/',
        webhookEvents: ['message'],
        webhookHeader: false,
      },
    ],
    ['webhook replay a crm --failed', { action: 'replay', id: 'a', name: 'crm', failed: true }],
    ['webhook replay a --failed', { action: 'replay', id: 'a', failed: true }],
    ['webhook replay a --since 2h', { action: 'replay', id: 'a', since: { agoMs: 7_200_000 } }],
    [
      'webhook replay a --since 2026-07-04T09:00:00Z --event msg_1',
      { action: 'replay', id: 'a', since: new Date('2026-07-04T09:00:00Z'), event: 'msg_1' },
    ],
  ])('%s', async (line, options) => {
    expect(await parseArgv(defineWebhook, line.split(' '))).toEqual(options);
  });

  it.each([
    'webhook list',
    'webhook set a',
    'webhook set a global --webhook-url https://a.example/',
    'webhook test',
    'webhook list a --limit 0',
    'webhook replay a --since yesterday',
  ])('nothing, but is refused: %s', async (line) => {
    await expect(parseArgv(defineWebhook, line.split(' '))).rejects.toThrow();
  });
});

describe('webhook list', () => {
  it('shows delivered and pending events, with the last error', async () => {
    const { cx, io } = await made(down);
    expect(await outcome(runWebhook(cx, list))).toBe(0);
    expect(io.stdout).toEqual([
      'EVENT | STATE | MADE | ATTEMPTS | NEXT ATTEMPT | LAST ERROR',
      'session.logged_in | delivered | 2026-03-01T11:00:00.000Z | 1 |  | ',
      'message | pending | 2026-03-01T11:01:00.000Z | 2 | 2026-03-01T12:02:00.000Z | the receiver answered 500',
      'message | pending | 2026-03-01T11:01:00.000Z | 0 |  | ',
    ]);
    expect(io.stderr).toEqual([]);
  });

  it('shows relative times on a terminal', async () => {
    const { cx, io } = await made(down, { stdoutIsTerminal: true });
    await runWebhook(cx, list);
    expect(io.stdout[2]).toBe(
      'message | pending | 59 minutes ago | 2 | in 2 minutes | the receiver answered 500',
    );
  });

  it('with --json is one document, without the password in the address', async () => {
    const { cx, io } = await made(down, { json: true });
    expect(await outcome(runWebhook(cx, list))).toBe(0);
    const one = { attempts: 0, last_attempt_at: null, next_attempt_at: null, last_error: null };
    expect(io.documents).toEqual([
      {
        id: 'my-phone',
        name: 'default',
        url: 'https://ada:***@example.com/hook',
        pending: 2,
        dropped: 0,
        failing_since: '2026-03-01T11:01:00.000Z',
        turned_off_at: null,
        deliveries: [
          {
            ...one,
            webhook_id: 'msg_1',
            type: 'session.logged_in',
            state: 'delivered',
            created_at: '2026-03-01T11:00:00.000Z',
            attempts: 1,
            last_attempt_at: '2026-03-01T11:00:00.000Z',
          },
          {
            webhook_id: 'msg_2',
            type: 'message',
            state: 'pending',
            created_at: '2026-03-01T11:01:00.000Z',
            attempts: 2,
            last_attempt_at: '2026-03-01T11:02:00.000Z',
            next_attempt_at: '2026-03-01T12:02:00.000Z',
            last_error: 'the receiver answered 500',
          },
          {
            ...one,
            webhook_id: 'msg_3',
            type: 'message',
            state: 'pending',
            created_at: '2026-03-01T11:01:00.000Z',
          },
        ],
      },
    ]);
  });

  it('the state of an earlier address does not apply to this one', async () => {
    const receiver = { ...down.receiver, url: 'https://old.example/', turnedOffAt: at(3) };
    const { cx, io } = await made({ ...down, receiver }, { json: true });
    await runWebhook(cx, list);
    expect(io.documents).toMatchObject([{ failing_since: null, turned_off_at: null }]);
    expect(io.stderr).toEqual([]);
  });

  it('reports lost events, hidden events and a webhook that is turned off', async () => {
    const receiver = { ...untriedReceiver, url, turnedOffAt: at(3), dropped: 7 };
    const { cx, io } = await made({ deliveries: [waiting], pending: 500, receiver });
    await runWebhook(cx, list);
    expect(io.stderr).toEqual([
      '500 events are pending, showing the next 1',
      'warning: 7 events were lost: too many were pending, or they could not be read',
      'warning: the receiver answered 410, so deliveries are turned off; test it with: wactl webhook test my-phone',
    ]);
  });

  it('says when there are no deliveries', async () => {
    const nothing = { deliveries: [], pending: 0, receiver: untriedReceiver };
    const { cx, io, store } = await made(nothing);
    await runWebhook(cx, list);
    await store.update('my-phone', { webhook: null });
    await runWebhook(cx, list);
    expect(io.stdout).toEqual([]);
    expect(io.stderr).toEqual(['no deliveries yet', 'my-phone has no webhook']);
  });

  it('of an unknown session is not_found', async () => {
    const { cx } = await made(down);
    expect(await outcome(runWebhook(cx, { ...list, id: 'ghost' }))).toMatch(/^not_found \(3\)/);
  });
});

describe('several webhooks', () => {
  const hook = (name: string, rest: Partial<WebhookRecord> = {}): WebhookRecord => ({
    name,
    url: `https://${name}.example/`,
    events: ['message'],
    has_secret: true,
    header_names: [],
    via_proxy: false,
    pending: 0,
    dropped: 0,
    failing_since: null,
    turned_off_at: null,
    ...rest,
  });

  it('are shown, each with how it is doing', async () => {
    const webhooks = [
      hook('default', { events: [...webhookEvents], has_secret: false }),
      hook('crm', { pending: 3, failing_since: at(1).toISOString() }),
      hook('global', { turned_off_at: at(2).toISOString() }),
    ];
    const { cx, io, has } = world({ webhooks: { all: ({ id }) => Promise.resolve({ id, webhooks }) } });
    await has({ id: 'my-phone' });
    expect(await outcome(runWebhook(cx, { action: 'show', id: 'my' }))).toBe(0);
    expect(io.stdout).toEqual([
      'NAME | ADDRESS | EVENTS | SIGNED | PENDING | STATE',
      'default | https://default.example/ | all | no | 0 | ok',
      'crm | https://crm.example/ | message | yes | 3 | failing since 2026-03-01T11:01:00.000Z',
      'global | https://global.example/ | message | yes | 0 | turned off: the receiver answered 410',
    ]);
  });

  it('that are not there: says how to add one', async () => {
    const { cx, io, has } = world({ webhooks: { all: ({ id }) => Promise.resolve({ id, webhooks: [] }) } });
    await has({ id: 'my-phone' });
    await runWebhook(cx, { action: 'show', id: 'my-phone' });
    expect([io.stdout, io.stderr]).toEqual([
      [],
      ['my-phone has no webhook; add one with: wactl update my-phone --webhook-url URL'],
    ]);
  });

  it('are set, with a secret from a file, and removed by name', async () => {
    const changes: string[] = [];
    const { cx, io, has, store } = world({
      io: { files: { secret: 'a secret of theirs\n' } },
      webhooks: {
        describe: (_, name) => Promise.resolve(hook(name)),
        changed: ({ id }, removed) => Promise.resolve(void changes.push([id, ...removed].join(' '))),
      },
    });
    await has({ id: 'my-phone' });
    const set = { action: 'set', id: 'my', name: 'crm' } as const;
    await runWebhook(cx, { ...set, webhookUrl: 'https://crm.example/', webhookSecretFile: 'secret' });
    await runWebhook(cx, { ...set, name: 'audit', webhookUrl: 'https://audit.example/' });
    await runWebhook(cx, { ...set, webhookEvents: ['message'] });
    expect((await store.get('my-phone'))?.otherWebhooks).toMatchObject([
      { name: 'audit', url: 'https://audit.example/', secret: null, events: webhookEvents },
      { name: 'crm', url: 'https://crm.example/', secret: 'a secret of theirs', events: ['message'] },
    ]);
    await runWebhook(cx, { action: 'remove', id: 'my', name: 'crm' });
    expect((await store.get('my-phone'))?.otherWebhooks).toMatchObject([{ name: 'audit' }]);
    expect(changes).toEqual(['my-phone', 'my-phone', 'my-phone', 'my-phone crm']);
    expect(io.stderr.at(-1)).toBe('done: my-phone: webhook crm removed');
  });

  it('"default" is the one of update', async () => {
    const { cx, has, store } = world({ webhooks: { describe: (_, name) => Promise.resolve(hook(name)) } });
    await has({ id: 'my-phone' });
    const set = { action: 'set', id: 'my', name: 'default' } as const;
    await runWebhook(cx, { ...set, webhookUrl: 'https://example.com/' });
    expect(await store.get('my-phone')).toMatchObject({
      webhook: { url: 'https://example.com/' },
      otherWebhooks: [],
    });
    await runWebhook(cx, { action: 'remove', id: 'my', name: 'default' });
    expect(await store.get('my-phone')).toMatchObject({ webhook: null });
  });

  it.each<[string, WebhookOptions, string]>([
    [
      'without an address',
      { action: 'set', id: 'my', name: 'crm', webhookEvents: ['message'] },
      'usage (2): webhook events, a secret, headers or a proxy need a webhook address | add --webhook-url URL',
    ],
    [
      'without a change',
      { action: 'set', id: 'my', name: 'crm' },
      'usage (2): nothing to change | see: wactl webhook set --help',
    ],
    [
      'through a proxy that the session does not have',
      { action: 'set', id: 'my', name: 'crm', webhookUrl: 'https://a.example/', webhookProxy: true },
      'usage (2): webhooks should go through the proxy of the session, but it has none | set a proxy with --proxy URL, or deliver directly with --no-webhook-proxy',
    ],
    [
      'of a name that is not there',
      { action: 'remove', id: 'my', name: 'crm' },
      'not_found (3): my-phone has no webhook "crm" | see its webhooks with: wactl webhook show my-phone',
    ],
  ])('%s is refused', async (_, options, words) => {
    const { cx, has, store } = world();
    await has({ id: 'my-phone', webhook });
    expect(await outcome(runWebhook(cx, options))).toBe(words);
    expect((await store.get('my-phone'))?.otherWebhooks).toEqual([]);
  });

  it('a session has at most 20 of them', async () => {
    const { cx, has, store } = world();
    await has({ id: 'my-phone' });
    const otherWebhooks = Array.from({ length: 20 }, (_, number) => ({
      ...webhook,
      name: `n${String(number)}`,
    }));
    await store.update('my-phone', { otherWebhooks });
    const set = { action: 'set', id: 'my', name: 'crm', webhookUrl: 'https://a.example/' } as const;
    expect(await outcome(runWebhook(cx, set))).toMatch(
      /^usage \(2\): a session may have at most 20 webhooks/,
    );
  });

  it('a list of one mentions the others', async () => {
    const { cx, io, store } = await made({ deliveries: [], pending: 0, receiver: untriedReceiver });
    await store.update('my-phone', { otherWebhooks: [{ ...webhook, name: 'crm' }] });
    await runWebhook(cx, list);
    expect(io.stderr).toEqual([
      'no deliveries yet',
      'other webhooks: crm; see them with: wactl webhook show my-phone',
    ]);
  });
});

describe('webhook test', () => {
  const taken: TestAnswer = { id: 'msg_9', httpStatus: 204, error: null, durationMs: 12, isSigned: true };

  it('that was accepted prints the answer', async () => {
    const { cx, io } = await made(taken);
    expect(await outcome(runWebhook(cx, test))).toBe(0);
    expect([io.stdout, io.stderr]).toEqual([['accepted: the receiver answered 204 after 12 ms'], []]);
  });

  it('that was not accepted exits with 5', async () => {
    const answer = { ...taken, httpStatus: 500, error: 'the receiver answered 500', isSigned: false };
    const { cx, io } = await made(answer, { json: true });
    expect(await outcome(runWebhook(cx, test))).toBe(5);
    expect(io.documents).toEqual([
      {
        id: 'my-phone',
        name: 'default',
        webhook_id: 'msg_9',
        type: 'webhook.test',
        delivered: false,
        http_status: 500,
        error: 'the receiver answered 500',
        duration_ms: 12,
        signed: false,
      },
    ]);
    expect(io.stderr).toEqual([
      'the event was not signed: set a secret with: wactl update my-phone --webhook-secret SECRET',
    ]);
  });

  it('without a webhook is refused', async () => {
    const refusal = new UsageError('my-phone has no webhook');
    const { cx, has } = world({ webhooks: { test: () => Promise.reject(refusal) } });
    await has({ id: 'my-phone' });
    expect(await outcome(runWebhook(cx, test))).toBe('usage (2): my-phone has no webhook');
  });
});

describe('webhook replay', () => {
  const replay = (replayed: number, pending: number, io = {}) =>
    world({
      io,
      webhooks: {
        replay: (session, name, which) => {
          expect([session.id, which]).toEqual(['my-phone', { since: new Date('2026-03-01T11:00:00.000Z') }]);
          return Promise.resolve({ id: session.id, name, replayed, pending });
        },
      },
    });

  it.each([
    [0, 3, 'my-phone: there is nothing to send again'],
    [1, 1, 'my-phone: 1 event is sent again; 1 event waits now'],
    [7, 9, 'my-phone: 7 events are sent again; 9 events wait now'],
  ])('of %i, %i pending: says so', async (replayed, pending, words) => {
    const { cx, io, has } = replay(replayed, pending);
    await has({ id: 'my-phone', webhook });
    const options = { action: 'replay', id: 'my', since: { agoMs: 3_600_000 } } as const;
    expect(await outcome(runWebhook(cx, options))).toBe(0);
    expect(io.stdout).toEqual([words]);
  });

  it('with --json gives the counts', async () => {
    const { cx, io, has } = replay(7, 9, { json: true });
    await has({ id: 'my-phone', webhook });
    await runWebhook(cx, { action: 'replay', id: 'my', since: { agoMs: 3_600_000 } });
    expect(io.documents).toEqual([{ id: 'my-phone', name: 'default', replayed: 7, pending: 9 }]);
  });

  it('without a choice is refused', async () => {
    const { cx, has } = world();
    await has({ id: 'my-phone', webhook });
    expect(await outcome(runWebhook(cx, { action: 'replay', id: 'my' }))).toBe(
      'usage (2): choose what to send again | add --failed, --since TIME or --event ID',
    );
  });
});
