import type { Held, HolderEvent } from '../session/holder.ts';

/** A held session after an event. A QR or a code is on show until the next change of status. */
export function heldAfter(held: Held, event: HolderEvent, now: Date): Held {
  switch (event.kind) {
    case 'status': {
      const { status, retryInMs } = event;
      const close = status === 'logged_in' ? null : (event.close ?? held.close);
      const retryAt = retryInMs === null ? null : new Date(now.getTime() + retryInMs);
      return { ...held, status, close, retryAt, qr: null, pairCode: null };
    }
    case 'qr': {
      const { payload, seq, expiresAt, rescan } = event;
      return { ...held, status: 'waiting_for_qr', qr: { payload, seq, expiresAt, rescan }, pairCode: null };
    }
    case 'pair_code': {
      const { code, phone, seq, expiresAt } = event;
      const pairCode = { code, phone, seq, expiresAt };
      return { ...held, status: 'waiting_for_pair_code', qr: null, pairCode };
    }
    default:
      return held;
  }
}
