import type { Close } from './close.ts';
import type { WebhookHeaders } from './webhook-headers.ts';

/** The statuses of a session. `list --status` and `status --expect` take these words. */
export const sessionStatuses = [
  'disconnected',
  'connecting',
  'waiting_for_qr',
  'waiting_for_pair_code',
  'waiting_for_passkey',
  'connected',
  'logged_in',
  'logged_out',
  'failed',
] as const;

export type SessionStatus = (typeof sessionStatuses)[number];

/** The events that a webhook can receive. */
export const webhookEvents = [
  'session.qr',
  'session.pair_code',
  'session.passkey',
  'session.connected',
  'session.logged_in',
  'session.disconnected',
  'session.logged_out',
  'session.failed',
  'message',
] as const;

export type WebhookEvent = (typeof webhookEvents)[number];

/** Where a session's events are delivered. `secret` never leaves the store but to sign. */
export type Webhook = {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly secret: string | null;
  /** Sent with each delivery; the values leave the store for nothing else. Left out: none. */
  readonly headers?: WebhookHeaders;
  /** Deliveries go through the session's proxy, or not at all. */
  readonly viaProxy: boolean;
};

/** One of several webhooks of a session. The name is that of its box (`Box.receiver`). */
export type NamedWebhook = Webhook & { readonly name: string };

/** A WhatsApp server other than the real one: a ws:// address on loopback and the hex of its root key. */
export type Endpoint = { readonly url: string; readonly rootKey: string };

/** The companion's identity, from pair-success. It proves a pairing. */
export type Identity = {
  /** Digits with country code, "15551234567". */
  readonly phoneNumber: string;
  /** Device jid, "15551234567:12@s.whatsapp.net". */
  readonly whatsappJid: string;
  /** Device lid, "987654321:12@lid". */
  readonly lid: string | null;
  /** "android", "iphone", "smba" or "smbi". */
  readonly platform: string | null;
  readonly pushName: string | null;
};

/** Why sessions are fenced. `moved`: exported with --move. `copy`: imported from a copy or a backup. */
export const fenceReasons = ['moved', 'copy'] as const;

/**
 * Keeps a session from connecting, though it has credentials: the same device may be online elsewhere, and WhatsApp throws
 * out the older of two connections.
 */
export type Fence = { readonly reason: (typeof fenceReasons)[number]; readonly at: Date };

/** One linked device kept here, without its credentials. Unknown fields are null. */
export type Session = {
  readonly id: string;
  readonly name: string | null;
  /** At rest: `disconnected`, `logged_out` or `failed`. The process that holds it knows the live status. */
  readonly status: SessionStatus;
  /** A login has confirmed its pairing. */
  readonly paired: boolean;
  /** Its pairing is proven and stored, but not confirmed by a login: the phone may list this device. Never with `paired`. */
  readonly unconfirmed: boolean;
  readonly phoneNumber: string | null;
  readonly pushName: string | null;
  readonly whatsappJid: string | null;
  readonly lid: string | null;
  readonly platform: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastConnectedAt: Date | null;
  readonly lastSeenAt: Date | null;
  readonly messageCount: number;
  readonly lastClose: Close | null;
  readonly webhook: Webhook | null;
  /** Further webhooks, each with its own events and state, sorted by name. */
  readonly otherWebhooks: readonly NamedWebhook[];
  /** http, https or socks5 URL; may hold a password, so it is redacted wherever it is shown. */
  readonly proxy: string | null;
  readonly endpoint: Endpoint | null;
  /** Whether it should be online: `serve` and `connect --all` bring it online, also after a reboot. */
  readonly wantsOnline: boolean;
  /** Retries spent since it was last logged in. Stored, so that a crash loop cannot get around the limit. */
  readonly retries: number;
  readonly fence: Fence | null;
  /** The machine that holds it, if it is another one; not stored. */
  readonly host?: string;
  /**
   * Set only if its stored record cannot be read: its fields may be wrong, and this is the only possible action.
   * Its status is `failed`.
   */
  readonly damaged?: 'pair_again' | 'delete';
};

/** Whether its phone may list this device. If so, there are credentials to log in with, and to unlink it by. */
export const mayBeLinked = ({ paired, unconfirmed }: Pick<Session, 'paired' | 'unconfirmed'>): boolean =>
  paired || unconfirmed;
