import type { Close } from '../domain/close.ts';
import { showPairCode } from '../domain/pair-code.ts';
import { closeRecord, sessionRecord } from './session-record.ts';
import type { WebhookContent } from './webhook-event-schema.ts';
import type { Session, SessionStatus } from '../domain/session.ts';
import type { HolderEvent } from '../domain/held.ts';

/** A webhook event before it is written down. */
export type WebhookMessage = Exclude<WebhookContent, { type: 'webhook.test' }> & {
  /** When its secret dies. */
  readonly expiresAt: Date | null;
};

/** The body of a delivery (Standard Webhooks 1.0.0, "payload structure"). */
export const webhookBody = ({ type, data }: WebhookContent, at: Date): string =>
  JSON.stringify({ type, timestamp: at.toISOString(), data });

/** Whether a held session with this status is connected to WhatsApp. */
export const isUp = (status: SessionStatus): boolean =>
  status === 'connected' ||
  status === 'logged_in' ||
  status === 'waiting_for_qr' ||
  status === 'waiting_for_pair_code' ||
  status === 'waiting_for_passkey';

/**
 * The message that a webhook gets for an event; undefined if none. `wasUp`: whether the session was up before, so that only
 * the first of many failed reconnects says `session.disconnected`. The QR text and the code are secrets for as long
 * as they are valid, which is why webhook addresses are https. `qrCode`: the QR as a PNG data URL.
 */
export function webhookMessageOf(
  session: Session,
  event: HolderEvent,
  wasUp: boolean,
  qrCode?: string,
): WebhookMessage | undefined {
  const { id } = session;
  switch (event.kind) {
    case 'qr': {
      const { payload, seq, expiresAt, rescan } = event;
      const drawn = qrCode === undefined ? {} : { qr_code: qrCode };
      const shown = { seq, qr: payload, ...drawn, rescan, expires_at: expiresAt.toISOString() };
      const data = { id, status: 'waiting_for_qr', ...shown } as const;
      return { type: 'session.qr', data, expiresAt };
    }
    case 'pair_code': {
      const { code, phone, seq, expiresAt } = event;
      const status = 'waiting_for_pair_code' as const;
      const shown = { seq, code: showPairCode(code), phone_number: phone };
      const data = { id, status, ...shown, expires_at: expiresAt.toISOString() };
      return { type: 'session.pair_code', data, expiresAt };
    }
    case 'passkey': {
      const { options, expiresAt, handoffUntil } = event;
      const asked = JSON.parse(options) as Record<string, unknown>;
      const times = { expires_at: expiresAt.toISOString(), handoff_until: handoffUntil.toISOString() };
      const data = { id, status: 'waiting_for_passkey', options: asked, ...times } as const;
      return { type: 'session.passkey', data, expiresAt };
    }
    case 'message': {
      const { id: messageId, from, pushName, at, text } = event.message;
      const message = { message_id: messageId, from, push_name: pushName, at: at.toISOString(), text };
      return { type: 'message', data: { id, ...message }, expiresAt: null };
    }
    case 'status':
      return ofStatus(session, event.status, event.close, wasUp);
    case 'push_name':
    case 'wrong_code':
    case 'passkey_code':
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
      return { type: 'session.connected', data: { id: session.id, status }, expiresAt: null };
    case 'logged_in':
      return { type: 'session.logged_in', data: sessionRecord({ ...session, status }), expiresAt: null };
    case 'logged_out':
      return { type: 'session.logged_out', data: data, expiresAt: null };
    case 'failed':
      return { type: 'session.failed', data: data, expiresAt: null };
    case 'disconnected':
      return { type: 'session.disconnected', data: data, expiresAt: null };
    case 'connecting':
      return wasUp && close ? { type: 'session.disconnected', data: data, expiresAt: null } : undefined;
    case 'waiting_for_qr':
    case 'waiting_for_pair_code':
    case 'waiting_for_passkey':
      return undefined;
  }
}
