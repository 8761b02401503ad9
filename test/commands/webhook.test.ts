import { describe, expect, it } from 'vitest';
import { defineWebhook, runWebhook } from '../../src/commands/webhook.ts';
import type { WebhookOptions } from '../../src/commands/webhook.ts';
import { UsageError } from '../../src/errors.ts';
import { deliveriesRecord, testRecord } from '../../src/schema/delivery-record.ts';
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
      list: (session, limit) => {
        expect([session.id, limit]).toEqual(['my-phone', 20]);
        return Promise.resolve(deliveriesRecord(session, answer as DeliveryList));
      },
      test: (session) => {
        expect(session.id).toBe('my-phone');
        return Promise.resolve(testRecord(session, answer as TestAnswer));
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
    ['webhook test a', { action: 'test', id: 'a' }],
    ['webhook replay a --failed', { action: 'replay', id: 'a', failed: true }],
    ['webhook replay a --since 2h', { action: 'replay', id: 'a', since: { agoMs: 7_200_000 } }],
    [
      'webhook replay a --since 2026-07-04T09:00:00Z --event msg_1',
      { action: 'replay', id: 'a', since: new Date('2026-07-04T09:00:00Z'), event: 'msg_1' },
    ],
  ])('%s', async (line, options) => {
    expect(await parseArgv(defineWebhook, line.split(' '))).toEqual(options);
  });

  it.each(['webhook list', 'webhook test', 'webhook list a --limit 0', 'webhook replay a --since yesterday'])(
    'nothing, but is refused: %s',
    async (line) => {
      await expect(parseArgv(defineWebhook, line.split(' '))).rejects.toThrow();
    },
  );
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
        replay: (session, which) => {
          expect([session.id, which]).toEqual(['my-phone', { since: new Date('2026-03-01T11:00:00.000Z') }]);
          return Promise.resolve({ id: session.id, replayed, pending });
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
    expect(io.documents).toEqual([{ id: 'my-phone', replayed: 7, pending: 9 }]);
  });

  it('without a choice is refused', async () => {
    const { cx, has } = world();
    await has({ id: 'my-phone', webhook });
    expect(await outcome(runWebhook(cx, { action: 'replay', id: 'my' }))).toBe(
      'usage (2): choose what to send again | add --failed, --since TIME or --event ID',
    );
  });
});
