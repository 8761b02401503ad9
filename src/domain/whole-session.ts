import type { Session } from './session.ts';

/** One key record of the Signal protocol. The value is opaque. */
export type StoredKey = { readonly type: string; readonly id: string; readonly value: Uint8Array };

/** A session with its credentials: null when there are none. Webhook events that wait are not a part of it. */
export type WholeSession = {
  readonly session: Session;
  readonly credentials: { readonly creds: Uint8Array; readonly keys: readonly StoredKey[] } | null;
};
