import { describe, expect, it } from 'vitest';
import type { Close } from '../../src/domain/close.ts';
import { sessionRecord } from '../../src/schema/session-record.ts';
import type { SessionStatus } from '../../src/domain/session.ts';
import { isUp, webhookBody, webhookMessageOf } from '../../src/schema/webhook-event.ts';
import { expectDescribedDelivery } from '../support/api-contract.ts';
import { changed, grown } from '../support/fake-session.ts';
import type { HolderEvent } from '../../src/domain/held.ts';

const lost: Close = { reason: 'connection_lost', code: 428, at: changed };
const lostRecord = { reason: 'connection_lost', code: 428, at: changed.toISOString() };
const statusEvent = (status: SessionStatus, close: Close | null = null): HolderEvent => ({
  kind: 'status',
  status,
  close,
  retryInMs: null,
});

describe('what a webhook is told', () => {
  it('a QR, with its end', () => {
    const event: HolderEvent = { kind: 'qr', payload: 'qr-text', seq: 2, expiresAt: changed, rescan: true };
    expect(webhookMessageOf(grown, event, true)).toEqual({
      type: 'session.qr',
      data: {
        id: 'my-phone',
        status: 'waiting_for_qr',
        seq: 2,
        qr: 'qr-text',
        rescan: true,
        expires_at: changed.toISOString(),
      },
      expiresAt: changed,
    });
  });

  it('a pairing code, as the phone shows it', () => {
    const event: HolderEvent = {
      kind: 'pair_code',
      code: 'ABCDEFGH',
      phone: '15551234567',
      seq: 2,
      expiresAt: changed,
    };
    expect(webhookMessageOf(grown, event, true)).toEqual({
      type: 'session.pair_code',
      data: {
        id: 'my-phone',
        status: 'waiting_for_pair_code',
        seq: 2,
        code: 'ABCD-EFGH',
        phone_number: '15551234567',
        expires_at: changed.toISOString(),
      },
      expiresAt: changed,
    });
  });

  it('a message', () => {
    const message = { id: 'M1', from: '1555@s.whatsapp.net', pushName: 'Ada', at: changed, text: 'hi' };
    expect(webhookMessageOf(grown, { kind: 'message', message }, true)).toEqual({
      type: 'message',
      data: {
        id: 'my-phone',
        message_id: 'M1',
        from: '1555@s.whatsapp.net',
        push_name: 'Ada',
        at: changed.toISOString(),
        text: 'hi',
      },
      expiresAt: null,
    });
  });

  it('a login, with the whole record', () => {
    expect(webhookMessageOf(grown, statusEvent('logged_in'), true)).toEqual({
      type: 'session.logged_in',
      data: sessionRecord({ ...grown, status: 'logged_in' }),
      expiresAt: null,
    });
  });

  it.each<[SessionStatus, Close | null, boolean, string | undefined]>([
    ['connected', null, false, 'session.connected'],
    ['connecting', null, false, undefined],
    ['connecting', null, true, undefined],
    ['connecting', lost, true, 'session.disconnected'],
    ['connecting', lost, false, undefined],
    ['disconnected', lost, false, 'session.disconnected'],
    ['disconnected', null, true, 'session.disconnected'],
    ['logged_out', lost, true, 'session.logged_out'],
    ['failed', lost, false, 'session.failed'],
    ['waiting_for_qr', null, true, undefined],
    ['waiting_for_pair_code', null, true, undefined],
  ])('%s after %o, up before: %s → %s', (status, close, wasUp, type) => {
    const message = webhookMessageOf(grown, statusEvent(status, close), wasUp);
    expect(message?.type).toBe(type);
    if (message) expectDescribedDelivery(webhookBody(message, changed));
    if (!message || status === 'connected') return;
    expect(message.data).toEqual({ id: 'my-phone', status, last_close: close && lostRecord });
  });

  it.each<HolderEvent>([{ kind: 'wrong_code' }, { kind: 'push_name', pushName: 'Ada' }])(
    'nothing about $kind',
    (event) => {
      expect(webhookMessageOf(grown, event, true)).toBeUndefined();
    },
  );
});

it.each<[SessionStatus, boolean]>([
  ['connecting', false],
  ['connected', true],
  ['waiting_for_qr', true],
  ['logged_in', true],
  ['disconnected', false],
  ['failed', false],
])('%s is up: %s', (status, up) => {
  expect(isUp(status)).toBe(up);
});

it.each<HolderEvent>([
  { kind: 'qr', payload: 'qr-text', seq: 2, expiresAt: changed, rescan: true },
  { kind: 'pair_code', code: 'ABCDEFGH', phone: '15551234567', seq: 2, expiresAt: changed },
  { kind: 'message', message: { id: 'M1', from: '1@s', pushName: null, at: changed, text: null } },
  statusEvent('logged_in'),
])('$kind is described in /openapi.json', (event) => {
  const message = webhookMessageOf(grown, event, true);
  if (!message) throw new Error('there is no message');
  expectDescribedDelivery(webhookBody(message, changed));
});

it('a test is described in /openapi.json', () => {
  expectDescribedDelivery(webhookBody({ type: 'webhook.test', data: { id: 'a' } }, changed));
});

it('a body has type, timestamp and data, in that order', () => {
  expect(webhookBody({ type: 'webhook.test', data: { id: 'a' } }, changed)).toBe(
    '{"type":"webhook.test","timestamp":"2026-02-03T04:05:06.789Z","data":{"id":"a"}}',
  );
});
