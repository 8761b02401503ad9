import type { Close } from '../domain/close.ts';
import { showPairCode } from '../domain/pair-code.ts';
import { closeRecord, sessionRecord } from './session-record.ts';
import type { Session, SessionStatus, WebhookEvent } from '../domain/session.ts';
import type { HolderEvent } from '../domain/held.ts';

/** A webhook event before it is written down. */
export type WebhookMessage = {
  readonly type: WebhookEvent;
  readonly data: Readonly<Record<string, unknown>>;
  /** When its secret dies. */
  readonly expiresAt: Date | null;
};

/** The body of a delivery (Standard Webhooks 1.0.0, "payload structure"). */
export const webhookBody = (type: string, at: Date, data: WebhookMessage['data']): string =>
  JSON.stringify({ type, timestamp: at.toISOString(), data });

/** Whether a held session with this status is connected to WhatsApp. */
export const isUp = (status: SessionStatus): boolean =>
  status === 'connected' ||
  status === 'logged_in' ||
  status === 'waiting_for_qr' ||
  status === 'waiting_for_pair_code';

/**
 * The message that a webhook gets for an event; undefined if none. `wasUp`: whether the session was up before, so that only
 * the first of many failed reconnects says `session.disconnected`. The QR text and the code are secrets for as long
 * as they are valid, which is why webhook addresses are https.
 */
export function webhookMessageOf(
  session: Session,
  event: HolderEvent,
  wasUp: boolean,
): WebhookMessage | undefined {
  const { id } = session;
  switch (event.kind) {
    case 'qr': {
      const { payload, seq, expiresAt, rescan } = event;
      const shown = { seq, qr: payload, rescan, expires_at: expiresAt.toISOString() };
      const data = { id, status: 'waiting_for_qr', ...shown };
      return { type: 'session.qr', data, expiresAt };
    }
    case 'pair_code': {
      const { code, phone, seq, expiresAt } = event;
      const status = 'waiting_for_pair_code';
      const shown = { seq, code: showPairCode(code), phone_number: phone };
      const data = { id, status, ...shown, expires_at: expiresAt.toISOString() };
      return { type: 'session.pair_code', data, expiresAt };
    }
    case 'message': {
      const { id: messageId, from, pushName, at, text } = event.message;
      const message = { message_id: messageId, from, push_name: pushName, at: at.toISOString(), text };
      return lasting('message', { id, ...message });
    }
    case 'status':
      return ofStatus(session, event.status, event.close, wasUp);
    case 'push_name':
    case 'wrong_code':
      return undefined;
  }
}

function ofStatus(
  session: Session,
  status: SessionStatus,
  close: Close | null,
  wasUp: boolean,
): WebhookMessage | undefined {
  const data = { id: session.id, status, last_close: closeRecord(close) };
  switch (status) {
    case 'connected':
      return lasting('session.connected', { id: session.id, status });
    case 'logged_in':
      return lasting('session.logged_in', sessionRecord({ ...session, status }));
    case 'logged_out':
      return lasting('session.logged_out', data);
    case 'failed':
      return lasting('session.failed', data);
    case 'disconnected':
      return lasting('session.disconnected', data);
    case 'connecting':
      return wasUp && close ? lasting('session.disconnected', data) : undefined;
    case 'waiting_for_qr':
    case 'waiting_for_pair_code':
      return undefined;
  }
}

const lasting = (type: WebhookEvent, data: WebhookMessage['data']): WebhookMessage => ({
  type,
  data,
  expiresAt: null,
});
