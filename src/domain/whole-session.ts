import type { OutboxEvent } from './delivery.ts';
import type { Session } from './session.ts';

/** One key record of the Signal protocol. The value is opaque. */
export type StoredKey = { readonly type: string; readonly id: string; readonly value: Uint8Array };

/** An event that waits for a receiver of a session. */
export type WaitingEvent = OutboxEvent & { readonly receiver: string };

/** A session with its credentials: null when there are none. */
export type WholeSession = {
  readonly session: Session;
  readonly credentials: { readonly creds: Uint8Array; readonly keys: readonly StoredKey[] } | null;
  /** By receiver, in their order; left out when there are none. Those that expire, a QR or a code, are of no use elsewhere and are not among them. */
  readonly waiting?: readonly WaitingEvent[];
};
