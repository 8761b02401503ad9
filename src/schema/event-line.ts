import { JsonFields } from './json-fields.ts';
import { parsePairCode, showPairCode } from '../domain/pair-code.ts';
import { parseCloseRecord } from './parse-session-record.ts';
import { closeRecord } from './session-record.ts';
import { sessionStatuses } from '../domain/session.ts';
import type { HolderEvent } from '../domain/held.ts';

/** How long something is still valid, as fields of events and answers. */
export const lifetime = (expiresAt: Date, now: Date) => ({
  timeout_seconds: Math.max(0, Math.round((expiresAt.getTime() - now.getTime()) / 1000)),
  expires_at: expiresAt.toISOString(),
});

/** An event as one line of JSON. `qrCode`: the QR as a PNG data URL, if it was drawn. */
export function eventLine(id: string, event: HolderEvent, now: Date, qrCode?: string) {
  switch (event.kind) {
    case 'status': {
      const { status, close, retryInMs } = event;
      return {
        event: 'status',
        id,
        status,
        is_logged_in: status === 'logged_in',
        ...(close && { last_close: closeRecord(close) }),
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
  }
}

/** Reverses `eventLine`; undefined for an event that is not a HolderEvent. Throws UsageError. */
export function parseEventLine(value: unknown): HolderEvent | undefined {
  const line = new JsonFields(value);
  switch (line.text('event')) {
    case 'status':
      return {
        kind: 'status',
        status: line.word('status', sessionStatuses),
        close: parseCloseRecord(line.optionalFields('last_close') ?? null),
        retryInMs: line.has('retry_in_seconds') ? Math.round(line.number('retry_in_seconds') * 1000) : null,
      };
    case 'qr':
      return {
        kind: 'qr',
        payload: line.qrText('qr'),
        seq: line.number('seq'),
        expiresAt: line.date('expires_at'),
        rescan: line.flag('rescan'),
      };
    case 'pair_code':
      return {
        kind: 'pair_code',
        code: parsePairCode(line.text('code')),
        phone: line.text('phone_number'),
        seq: line.number('seq'),
        expiresAt: line.date('expires_at'),
      };
    case 'message':
      return {
        kind: 'message',
        message: {
          id: line.text('message_id'),
          from: line.text('from'),
          pushName: line.textOrNull('push_name'),
          at: line.date('at'),
          text: line.textOrNull('text'),
        },
      };
    case 'push_name':
      return { kind: 'push_name', pushName: line.text('push_name') };
    case 'wrong_code':
      return { kind: 'wrong_code' };
    default:
      return undefined;
  }
}
