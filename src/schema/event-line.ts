import { showPairCode } from '../domain/pair-code.ts';
import type { ShownQr } from '../domain/connection-event.ts';
import type { ShownQrDocument } from './pairing-schema.ts';
import type { EventLine } from './event-schema.ts';
import { closeRecord } from './session-record.ts';
import type { HolderEvent } from '../domain/held.ts';

/** How long something is still valid, as fields of events and answers. */
export const lifetime = (expiresAt: Date, now: Date) => ({
  timeout_seconds: Math.max(0, Math.round((expiresAt.getTime() - now.getTime()) / 1000)),
  expires_at: expiresAt.toISOString(),
});

/** The QR on show, as part of what is known of a session; null when there is none that is valid. */
export function shownQrRecord(qr: ShownQr | null, now: Date, qrCode?: string): ShownQrDocument | null {
  if (!qr || qr.expiresAt <= now) return null;
  const { payload, seq, rescan, expiresAt } = qr;
  const drawn = qrCode === undefined ? {} : { qr_code: qrCode };
  return { qr: payload, ...drawn, seq, rescan, ...lifetime(expiresAt, now) };
}

/** An event as one line of JSON. `qrCode`: the QR as a PNG data URL, if it was drawn. */
export function eventLine(id: string, event: HolderEvent, now: Date, qrCode?: string): EventLine {
  switch (event.kind) {
    case 'status': {
      const { status, retryInMs } = event;
      const close = closeRecord(event.close);
      return {
        event: 'status',
        id,
        status,
        is_logged_in: status === 'logged_in',
        ...(close && { last_close: close }),
        ...(retryInMs === null ? {} : { retry_in_seconds: Math.round(retryInMs / 100) / 10 }),
      };
    }
    case 'qr': {
      const { payload, seq, expiresAt, rescan } = event;
      const drawn = qrCode === undefined ? {} : { qr_code: qrCode };
      const status = 'waiting_for_qr';
      return { event: 'qr', id, seq, qr: payload, ...drawn, rescan, ...lifetime(expiresAt, now), status };
    }
    case 'pair_code': {
      const { code, phone, seq, expiresAt } = event;
      const shown = { seq, code: showPairCode(code), phone_number: phone };
      return {
        event: 'pair_code',
        id,
        ...shown,
        ...lifetime(expiresAt, now),
        status: 'waiting_for_pair_code',
      };
    }
    case 'message': {
      const { id: messageId, from, pushName, at, text } = event.message;
      return {
        event: 'message',
        id,
        message_id: messageId,
        from,
        push_name: pushName,
        at: at.toISOString(),
        text,
      };
    }
    case 'push_name':
      return { event: 'push_name', id, push_name: event.pushName };
    case 'wrong_code':
      return { event: 'wrong_code', id };
    case 'passkey': {
      const options = JSON.parse(event.options) as Record<string, unknown>;
      const handoff = { handoff_until: event.handoffUntil.toISOString() };
      return {
        event: 'passkey',
        id,
        options,
        ...lifetime(event.expiresAt, now),
        ...handoff,
        status: 'waiting_for_passkey',
      };
    }
    case 'passkey_code': {
      const { code, needsConfirmation } = event;
      return { event: 'passkey_code', id, code: showPairCode(code), needs_confirmation: needsConfirmation };
    }
  }
}
