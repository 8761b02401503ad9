/** An event in the sandbox, for tests and watchers. Contains no secret. */
export type SandboxEvent =
  | { readonly kind: 'connection_opened'; readonly connection: number }
  | { readonly kind: 'connection_closed'; readonly connection: number; readonly jid: string | null }
  /** The client did what no client may do, or cannot be let in. `code` is the failure that it was sent. */
  | {
      readonly kind: 'refused';
      readonly connection: number;
      readonly code: number | null;
      readonly reason: string;
    }
  | { readonly kind: 'refs_sent'; readonly connection: number; readonly count: number }
  | { readonly kind: 'refs_received'; readonly connection: number }
  /** The companion acknowledged a notification of this type. */
  | { readonly kind: 'acknowledged'; readonly connection: number; readonly type: string }
  | { readonly kind: 'ref_expired'; readonly connection: number; readonly index: number }
  /** The phone was shown something that it will not link. */
  | { readonly kind: 'phone_refused'; readonly phone: string; readonly reason: string }
  | { readonly kind: 'scanned'; readonly connection: number; readonly phone: string }
  | {
      readonly kind: 'code_requested';
      readonly connection: number;
      readonly phone: string;
      readonly pushNotification: boolean;
      /** The device's display name, "Chrome (Windows)", and the bytes of its nonce in hex. */
      readonly display: string;
      readonly nonce: string;
    }
  /** A client has told what it shows. */
  | { readonly kind: 'qr_shown' }
  | { readonly kind: 'wrong_code'; readonly connection: number; readonly phone: string }
  | { readonly kind: 'pair_success_sent'; readonly connection: number; readonly jid: string }
  | { readonly kind: 'paired'; readonly connection: number; readonly jid: string }
  | { readonly kind: 'passkey_requested'; readonly connection: number; readonly phone: string }
  /** A step of the passkey ceremony was wrong; the companion is not told. */
  | { readonly kind: 'passkey_refused'; readonly connection: number; readonly reason: string }
  /** The code that the phone shows after it accepted the passkey. */
  | { readonly kind: 'passkey_code'; readonly connection: number; readonly code: string }
  | { readonly kind: 'logged_in'; readonly connection: number; readonly jid: string }
  | { readonly kind: 'pre_keys_uploaded'; readonly jid: string; readonly count: number }
  | { readonly kind: 'signed_pre_key_rotated'; readonly jid: string; readonly keyId: number }
  | { readonly kind: 'active'; readonly connection: number; readonly jid: string }
  | { readonly kind: 'first_sync_sent'; readonly jid: string }
  | { readonly kind: 'delivered'; readonly jid: string; readonly id: string }
  /** A device has answered what the server asked it. */
  | { readonly kind: 'answered'; readonly jid: string; readonly id: string }
  | { readonly kind: 'receipt'; readonly jid: string; readonly id: string; readonly type: string | null }
  /** What a device says of its presence; null where it says nothing. */
  | {
      readonly kind: 'presence';
      readonly connection: number;
      readonly jid: string;
      readonly type: string | null;
      readonly name: string | null;
    }
  | { readonly kind: 'message_received'; readonly jid: string; readonly to: string; readonly id: string }
  /** A phone has decrypted a text that a companion sent, or could not. */
  | {
      readonly kind: 'text_read';
      readonly jid: string;
      readonly by: string;
      readonly id: string;
      readonly text: string;
    }
  | {
      readonly kind: 'text_unread';
      readonly jid: string;
      readonly by: string;
      readonly id: string;
      readonly reason: string;
    }
  | { readonly kind: 'unlinked'; readonly jid: string; readonly by: 'phone' | 'companion' }
  /** `connection` is 0 when the fault hit before there was one. */
  | { readonly kind: 'fault'; readonly connection: number; readonly fault: string };

/** The name of an event. */
export type EventKind = SandboxEvent['kind'];

/** The event with this kind. */
export type EventOf<K extends EventKind> = Extract<SandboxEvent, { kind: K }>;

type Listener = (event: SandboxEvent) => void;

const keptEvents = 5_000;

/** The stream of events, with the last few thousand of them. */
export class EventLog {
  readonly #listeners = new Set<Listener>();
  readonly #kept: SandboxEvent[] = [];

  /** The events so far, oldest first; of a long run only the last 5,000. */
  get past(): readonly SandboxEvent[] {
    return this.#kept;
  }

  emit(event: SandboxEvent): void {
    this.#kept.push(event);
    if (this.#kept.length > keptEvents) this.#kept.shift();
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Calls `listener` for every event from now on; the result stops that. */
  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The next event of this kind that matches; events of the past do not count. */
  next<K extends EventKind>(
    kind: K,
    matches: (event: EventOf<K>) => boolean = () => true,
  ): Promise<EventOf<K>> {
    return new Promise((resolve) => {
      const stop = this.on((event) => {
        if (event.kind !== kind || !matches(event as EventOf<K>)) return;
        stop();
        resolve(event as EventOf<K>);
      });
    });
  }

  /** Resolves as soon as `condition` holds; it is checked now and after every event. */
  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const stop = this.on(() => {
        try {
          if (!condition()) return;
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        stop();
      });
    });
  }
}
