import { showPairCode } from '../domain/pair-code.ts';
import type { Held } from '../domain/held.ts';
import { lifetime } from './event-line.ts';
import type { PasskeyRecord } from './passkey-schema.ts';

/** The request for a passkey that a held session waits with; null when it waits for none. */
export function passkeyRecord(held: Held, now: Date): PasskeyRecord | null {
  const { id, passkey, passkeyCode } = held;
  return (
    passkey && {
      id,
      status: 'waiting_for_passkey',
      options: JSON.parse(passkey.options) as Record<string, unknown>,
      handoff_until: passkey.handoffUntil.toISOString(),
      ...lifetime(passkey.expiresAt, now),
      code: passkeyCode && showPairCode(passkeyCode.code),
      needs_confirmation: passkeyCode?.needsConfirmation ?? false,
    }
  );
}
