import type { HeldRecord } from './held-schema.ts';
import { closeRecord, heardRecord } from './session-record.ts';
import type { Held } from '../domain/held.ts';

/** What a holder tells other processes about a session, including secrets (QR, code) while they are valid. */
export const heldRecord = (held: Held): HeldRecord => ({
  id: held.id,
  pid: held.pid,
  ...(held.program !== undefined && { program: held.program }),
  since: held.since.toISOString(),
  stays: held.stays,
  status: held.status,
  last_close: closeRecord(held.close),
  retry_at: held.retryAt?.toISOString() ?? null,
  qr: held.qr && {
    qr: held.qr.payload,
    seq: held.qr.seq,
    rescan: held.qr.rescan,
    expires_at: held.qr.expiresAt.toISOString(),
  },
  pair_code: held.pairCode && {
    code: held.pairCode.code,
    phone_number: held.pairCode.phone,
    seq: held.pairCode.seq,
    expires_at: held.pairCode.expiresAt.toISOString(),
  },
  passkey: held.passkey && {
    options: held.passkey.options,
    expires_at: held.passkey.expiresAt.toISOString(),
    handoff_until: held.passkey.handoffUntil.toISOString(),
  },
  passkey_code: held.passkeyCode && {
    code: held.passkeyCode.code,
    needs_confirmation: held.passkeyCode.needsConfirmation,
  },
  ...heardRecord(held),
});
