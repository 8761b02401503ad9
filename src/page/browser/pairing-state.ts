import { closeSentence } from '../../domain/close-sentence.ts';
import type { CloseRecord } from '../../schema/close-schema.ts';
import { pageMessage, viewAfter } from '../page-message.ts';
import type { PageMessage, ShownView } from '../page-message.ts';
import type { EventLine } from './api-client.ts';

/** A pairing as far as it has gone. Another object for each change. */
export type Pairing = {
  readonly view: ShownView;
  /** The QR on show, as a data URL. */
  readonly qrUrl?: string;
  /** What a browser is asked for the passkey. */
  readonly passkey?: Readonly<Record<string, unknown>>;
  /** WhatsApp is to be heard of still. */
  readonly isUnderWay: boolean;
};

export const beginning: Pairing = {
  view: { kind: 'waiting', words: 'Connecting to WhatsApp…' },
  isUnderWay: true,
};

/** The pairing after an event of its session. Undefined where none is on show. */
export function pairingAfter(before: Pairing | undefined, line: EventLine): Pairing | undefined {
  // The clock of this machine may be another than the server's.
  const expiresAt = (seconds: number): Date => new Date(Date.now() + seconds * 1000);
  switch (line.event) {
    case 'qr': {
      const { qr: payload, qr_code: qrUrl, rescan, timeout_seconds: seconds } = line;
      const view: ShownView = { kind: 'qr', payload, rescan, expiresAt: expiresAt(seconds) };
      return { view, isUnderWay: true, ...(qrUrl !== undefined && { qrUrl }) };
    }
    case 'pair_code': {
      const { code, phone_number: phone, seq, timeout_seconds: seconds } = line;
      const bare = code.replace('-', '');
      const view: ShownView = {
        kind: 'pair_code',
        code: bare,
        phone,
        isNew: seq > 1,
        expiresAt: expiresAt(seconds),
      };
      return { view, isUnderWay: true };
    }
    case 'wrong_code':
      return before && { ...before, view: viewAfter(before.view, { kind: 'wrong_code' }) };
    case 'passkey': {
      const view: ShownView = { kind: 'passkey', expiresAt: expiresAt(line.timeout_seconds) };
      return { view, passkey: line.options, isUnderWay: true };
    }
    case 'passkey_code': {
      const { code, needs_confirmation: needsConfirmation } = line;
      return {
        view: { kind: 'passkey_code', code: code.replace('-', ''), needsConfirmation },
        isUnderWay: true,
      };
    }
    case 'status':
      return before?.isUnderWay ? afterStatus(before, line) : before;
    case 'logged_in':
      return before && linked(line.phone_number, line.push_name);
    case 'released':
      return before?.isUnderWay ? undefined : before;
    default:
      return before;
  }
}

/** A pairing that has ended without a device. */
export const failed = (message: string, hint: string | null): Pairing => ({
  view: { kind: 'failed', message, hint: hint ?? undefined },
  isUnderWay: false,
});

/** A pairing in words, for this moment. */
export async function pairingMessage({ view, qrUrl = '' }: Pairing): Promise<PageMessage> {
  const message = await pageMessage(view, new Date(), () => Promise.resolve(qrUrl));
  // The page goes on.
  return view.kind === 'linked' ? { title: message.title, tone: message.tone } : message;
}

/** How a connection ended, in words. */
export const closeWords = ({ reason, code, at, detail, ban_code, expires_at }: CloseRecord): string =>
  closeSentence({
    reason,
    code,
    at: new Date(at),
    ...(detail === undefined ? {} : { detail }),
    ...(ban_code === undefined ? {} : { banCode: ban_code }),
    ...(expires_at === undefined ? {} : { expiresAt: new Date(expires_at) }),
  });

const linked = (phone: string | null, pushName: string | null): Pairing => ({
  view: { kind: 'linked', phone, pushName },
  isUnderWay: false,
});

function afterStatus(before: Pairing, line: Extract<EventLine, { event: 'status' }>): Pairing | undefined {
  switch (line.status) {
    case 'waiting_for_qr':
    case 'waiting_for_pair_code':
    case 'waiting_for_passkey':
      return before;
    case 'logged_in':
      return linked(null, null);
    case 'connecting':
    case 'connected':
      return before.view.kind === 'waiting' && !line.last_close
        ? before
        : { ...beginning, view: { kind: 'waiting', words: waitingWords(line) } };
    default:
      return line.last_close && failed(closeWords(line.last_close), null);
  }
}

const waitingWords = ({ last_close: close }: Extract<EventLine, { event: 'status' }>): string =>
  close && close.reason !== 'restart_required'
    ? `${closeWords(close)}: trying again`
    : 'Connecting to WhatsApp…';
