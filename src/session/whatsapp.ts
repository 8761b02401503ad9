import type { Close } from './close.ts';
import type { Identity, Session } from './session.ts';

/** The live profile of a logged-in account. What WhatsApp does not tell is left out. */
export type Profile = {
  readonly phone: string;
  /** Account jid without device, "15551234567@s.whatsapp.net". */
  readonly whatsappJid: string;
  readonly pushName?: string;
  readonly businessName?: string;
  readonly businessProfile?: BusinessProfile;
  readonly profilePictureId?: string;
  readonly profilePictureUrl?: string;
  readonly verifiedName?: string;
  readonly about?: string;
  readonly website?: string;
};

export type BusinessProfile = {
  readonly businessHoursTimezone?: string;
  readonly categories?: readonly { readonly id: string; readonly name: string }[];
  /** An empty string is data here. */
  readonly profileOptions?: Readonly<Record<string, string>>;
  readonly address?: string;
  readonly email?: string;
};

/** What a connection is opened for. */
export type ConnectGoal =
  | {
      readonly kind: 'login';
      /** Only to look or to ask: WhatsApp keeps what it has queued for this device until a login that is not passive. */
      readonly passive?: boolean;
    }
  | { readonly kind: 'pair_by_qr' }
  | {
      readonly kind: 'pair_by_code';
      /** Digits with country code. */
      readonly phone: string;
      /** 8 characters of the pairing alphabet; one is made when left out. */
      readonly code?: string;
      readonly pushNotification: boolean;
    };

/** How a session is to be paired. */
export type PairGoal = Extract<ConnectGoal, { kind: 'pair_by_qr' | 'pair_by_code' }>;

export type ConnectRequest = {
  readonly session: Pick<Session, 'id' | 'proxy' | 'endpoint'>;
  readonly goal: ConnectGoal;
  /** What the phone shows in its list of linked devices, "Mac OS" style operating system and browser. */
  readonly deviceName?: string;
};

/** A QR payload (a secret while valid); the one before it is dead. */
export type ShownQr = {
  readonly payload: string;
  /** Counts from 1. */
  readonly seq: number;
  readonly expiresAt: Date;
  /** WhatsApp has asked for it after a scan, which linked nothing: the phone has to scan this one. */
  readonly rescan: boolean;
};

/** A pairing code (a secret while valid); the one before it is dead. */
export type ShownCode = {
  /** Bare, "ABCDEFGH". */
  readonly code: string;
  readonly phone: string;
  /** Counts from 1; from 2 on WhatsApp has asked for a new code. */
  readonly seq: number;
  readonly expiresAt: Date;
};

/** What a connection tells while it lives, in order. */
export type ConnectionEvent =
  /** The socket is up and its encryption stands; not logged in yet. */
  | { readonly kind: 'connected' }
  | ({ readonly kind: 'qr' } & ShownQr)
  | ({ readonly kind: 'pair_code' } & ShownCode)
  /** The phone answered, and no link came of it: perhaps another code was typed. The same one may be typed again. */
  | { readonly kind: 'wrong_code' }
  /** The pairing is proven and stored; a login has yet to confirm it, whatever happens to this connection. */
  | { readonly kind: 'paired'; readonly identity: Identity }
  | { readonly kind: 'logged_in'; readonly identity: Identity }
  | { readonly kind: 'message'; readonly message: IncomingMessage }
  | { readonly kind: 'push_name'; readonly pushName: string };

export type IncomingMessage = {
  readonly id: string;
  readonly from: string;
  readonly pushName: string | null;
  /** When it was sent, as WhatsApp tells; when it came, where that cannot be. */
  readonly at: Date;
  readonly text: string | null;
};

/**
 * A live connection of one session. While pairing it survives WhatsApp's restart (515) by itself and goes on to log
 * in; everything else that ends the socket ends the connection. It has ended when `closed` resolves: exactly once,
 * always, after its last event, when every write to the store has ended and no timer or socket is left. It rejects,
 * instead of resolving, with the WactlError of a store that failed (`store_damaged`, `not_found` of a session deleted
 * meanwhile) or of a wished code that no phone can type (`usage`).
 */
export interface Connection {
  readonly closed: Promise<Close>;
  /** When anything last came from WhatsApp; null before the login. */
  readonly lastHeardAt: Date | null;
  /**
   * Resolves once the phone has delivered what it sends a device that it has just linked: the keys of the app state, its
   * push name, its first piece of history. Never rejects; a connection that ends before leaves it pending.
   */
  readonly synced: Promise<void>;
  /** Asks WhatsApp for the whole profile. Needs a login. Throws WactlError (`timed_out`, `unreachable`). */
  profile(signal?: AbortSignal): Promise<Profile>;
  /** Unlinks this device and waits for WhatsApp's answer; credentials are the caller's to erase afterwards. */
  logout(signal?: AbortSignal): Promise<void>;
  /** Ends it from here: `closed` resolves with `ended_here`. */
  close(): Promise<void>;
}

/** Where the engine has its version of WhatsApp Web from: a person, WhatsApp itself, or this program. */
export const versionSources = ['set', 'fetched', 'bundled'] as const;
export type VersionSource = (typeof versionSources)[number];

export type EngineInfo = {
  readonly name: string;
  readonly version: string;
  /** The version of WhatsApp Web that it says it is. */
  readonly whatsappVersion: string;
  readonly whatsappVersionSource: VersionSource;
  /** Of a fetched one, where that is known. */
  readonly whatsappVersionFetchedAt: Date | null;
};

/** The engine. Never opens two connections by itself for one request. */
export interface WhatsApp {
  /** Starts connecting at once. `onEvent` must not throw. Throws nothing: failures come as `closed`. */
  connect(request: ConnectRequest, onEvent: (event: ConnectionEvent) => void): Connection;
  /**
   * After `outdated`: fetches the current client version (through the session's proxy), keeps it for later
   * connections. False when none newer could be found.
   */
  refreshVersion(session: Pick<Session, 'proxy' | 'endpoint'>, signal?: AbortSignal): Promise<boolean>;
}
