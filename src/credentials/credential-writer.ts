import type { CredentialStore, KeyChange } from '../ports/store.ts';

/**
 * Writes one session's changes to the store. A change waits until the next frame leaves, for a moment, or for `flush`,
 * and is then written in one transaction with all others that wait. Nothing that was sent can depend on a change that a
 * crash takes back, because `send-after-writes.ts` holds each frame back until nothing waits.
 */
export type CredentialWriter = {
  /** Call it when the creds have changed. */
  readonly noteCreds: () => void;
  /** Throws when it is too late. */
  readonly noteKeys: (keys: readonly KeyChange[]) => void;
  /**
   * Notes what the decryption of a message changed. It is stored only with the message: without these changes WhatsApp's
   * next delivery of the message can be decrypted again. Throws when it is too late.
   */
  readonly holdKeys: (keys: readonly KeyChange[]) => void;
  /** The messages that were decrypted so far are reported: what their decryption changed may be stored. */
  readonly releaseKeys: () => void;
  /** A message has come that needs no decryption: its acknowledgement waits until it is reported, or for `longestAwaitedMs`. */
  readonly awaitReport: (messageId: string) => void;
  /** It is reported. */
  readonly noteReport: (messageId: string) => void;
  /** Whether a message was decrypted, or needed no decryption, that is not reported yet. */
  readonly isHolding: boolean;
  /** The change of a key that is not stored yet. */
  readonly unwritten: (type: string, id: string) => KeyChange | undefined;
  /** Writes the creds as they are at that moment. Rejects when the write fails. */
  readonly writeCreds: () => Promise<void>;
  /** Whether a change is not stored yet. */
  readonly isBehind: boolean;
  /** Stores all changes so far. Rejects when that fails, and from then on. */
  readonly flush: () => Promise<void>;
  /** Does the same, but failures go to `onFailure` only; later changes are refused. */
  readonly seal: () => Promise<void>;
};

/** How long a change may wait when nothing is sent. */
const longestWaitMs = 50;

/** Baileys reports whatever it could read; this is for what it could not. */
const longestAwaitedMs = 2_000;

const tooLate = (): Error => new Error('the connection has ended: nothing more is stored');

/** Where the changes of one session go. */
export type CredentialSink = {
  readonly store: Pick<CredentialStore, 'write'>;
  readonly sessionId: string;
  /** Resolves when all that was reported so far is stored: before the keys that decrypted it. */
  readonly recorded?: (() => Promise<void>) | undefined;
  /** Runs what must not belong to the caller's asynchronous context. */
  readonly outside?: <T>(work: () => T) => T;
  /** Called for every failed write. */
  readonly onFailure: (error: unknown) => void;
};

/** `readCreds` returns the current creds. */
export function createCredentialWriter(
  { store, sessionId, recorded, onFailure, outside = call }: CredentialSink,
  readCreds: () => Uint8Array,
): CredentialWriter {
  let creds = false;
  let keys = new Map<string, KeyChange>();
  const held = new Map<string, KeyChange>();
  const awaited = new Set<string>();
  let underWay: ReadonlyMap<string, KeyChange> = keys;
  let isWriting = false;
  /** Whether something was reported since the last write. */
  let isUnrecorded = false;
  let isSealed = false;
  let failure: { readonly error: unknown } | undefined;
  let last: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const write = async (): Promise<void> => {
    if (failure) throw failure.error;
    if (!creds && keys.size === 0 && !isUnrecorded) return;
    isWriting = true;
    isUnrecorded = false;
    underWay = keys;
    keys = new Map();
    try {
      if (recorded) await recorded();
      if (!creds && underWay.size === 0) return;
      // Read as late as possible, so that several changes are one write.
      const change = { ...(creds ? { creds: readCreds() } : {}), keys: [...underWay.values()] };
      creds = false;
      await store.write(sessionId, change);
    } catch (error) {
      failure = { error };
      onFailure(error);
      throw error;
    } finally {
      isWriting = false;
      underWay = new Map();
    }
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const done = last.then(write);
    last = done.catch(() => undefined);
    return done;
  };
  const plan = (): void => {
    // Not one of the timers that a socket takes with it when it ends.
    timer ??= outside(() => setTimeout(() => void flush().catch(() => undefined), longestWaitMs));
  };
  const noteCreds = (): void => {
    if (isSealed) return;
    creds = true;
    plan();
  };

  return {
    noteCreds,
    noteKeys: (changes) => {
      if (isSealed) throw tooLate();
      for (const change of changes) {
        const name = nameOf(change.type, change.id);
        // What changes again is newer than what a decryption changed.
        (held.has(name) ? held : keys).set(name, change);
      }
      plan();
    },
    holdKeys: (changes) => {
      if (isSealed) throw tooLate();
      for (const change of changes) held.set(nameOf(change.type, change.id), change);
    },
    releaseKeys: () => {
      if (isSealed) return;
      for (const [name, change] of held) keys.set(name, change);
      held.clear();
      isUnrecorded = true;
      plan();
    },
    awaitReport: (messageId) => {
      awaited.add(messageId);
      outside(() => setTimeout(() => awaited.delete(messageId), longestAwaitedMs).unref());
    },
    noteReport: (messageId) => void awaited.delete(messageId),
    get isHolding() {
      return held.size > 0 || awaited.size > 0;
    },
    unwritten: (type, id) => {
      const name = nameOf(type, id);
      return held.get(name) ?? keys.get(name) ?? underWay.get(name);
    },
    writeCreds: () => {
      if (isSealed) return Promise.reject(tooLate());
      noteCreds();
      return flush();
    },
    get isBehind() {
      return (
        creds ||
        keys.size > 0 ||
        held.size > 0 ||
        awaited.size > 0 ||
        isUnrecorded ||
        isWriting ||
        failure !== undefined
      );
    },
    flush,
    seal: async () => {
      isSealed = true;
      await flush().catch(() => undefined);
    },
  };
}

const call = <T>(work: () => T): T => work();

const nameOf = (type: string, id: string): string => `${type}/${id}`;
