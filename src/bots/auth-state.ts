import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuthenticationCreds, AuthenticationState, SignalDataSet } from '@whiskeysockets/baileys';
import { createCredentialWriter } from '../credentials/credential-writer.ts';
import type { CredentialSink } from '../credentials/credential-writer.ts';
import { keyFromBytes, toBytes, toKeyChanges } from '../credentials/credential-bytes.ts';
import type { Writes } from '../credentials/send-after-writes.ts';
import type { HeldSessions } from '../ports/store.ts';

export type AuthHome = Omit<CredentialSink, 'store'> & {
  readonly store: Pick<HeldSessions, 'readKeys' | 'write'>;
};

/** The credentials of a session as a program's Baileys works on them. */
export type AuthState = {
  /** Throws what ended the session, so that no socket can be made of it any more. */
  readonly state: AuthenticationState;
  readonly saveCreds: () => Promise<void>;
  /** What the frames of a watched socket wait for; `ahead` notes what a transaction will store when it ends. */
  readonly writes: Writes & { readonly ahead: (data: SignalDataSet) => void };
  /** From now on frames wait for changes, so that changes need not wait for the disk. */
  readonly defer: () => void;
  /** Runs a decryption: what it changes is stored after `reported`. */
  readonly decrypting: <T>(work: () => Promise<T>) => Promise<T>;
  /** Baileys passes on the message that was decrypted last, to its buffer or to the program. */
  readonly passed: () => void;
  /** The program has all messages that were passed on. */
  readonly reported: () => void;
  /** What was decrypted has been waiting for too long. */
  readonly release: () => void;
  /** No further socket is to be made: `state.creds` throws `reason`. */
  readonly stop: (reason: Error) => void;
  /** Stores what is noted; afterwards all of `state` throws `reason`. */
  readonly seal: (reason: Error) => Promise<void>;
};

export function openAuthState(home: AuthHome, creds: AuthenticationCreds): AuthState {
  const { store, sessionId } = home;
  let over: Error | undefined;
  const onFailure = (error: unknown): void => {
    over ??= error instanceof Error ? error : new Error(String(error));
    home.onFailure(error);
  };
  const writer = createCredentialWriter({ ...home, onFailure }, () => toBytes(creds));
  const decryptions = new AsyncLocalStorage<true>();
  let isDeferred = false;
  /** Decryptions: begun, ended, and ended before Baileys passed on the last message. */
  let [begun, ended, passed] = [0, 0, 0];
  let stopped: Error | undefined;
  const assertOpen = (): void => {
    if (over) throw over;
  };

  const keys: AuthenticationState['keys'] = {
    async get(type, ids) {
      assertOpen();
      const changes = ids.map((id) => writer.unwritten(type, id));
      const others = ids.filter((_, at) => !changes[at]);
      const rows =
        others.length > 0 ? await store.readKeys(sessionId, type, others) : new Map<string, never>();
      for (const change of changes) if (change?.value) rows.set(change.id, change.value);
      return Object.fromEntries([...rows].map(([id, bytes]) => [id, keyFromBytes(type, bytes)]));
    },
    async set(data) {
      assertOpen();
      const changes = toKeyChanges(data);
      if (isDeferred && decryptions.getStore()) return writer.holdKeys(changes);
      writer.noteKeys(changes);
      if (!isDeferred) await writer.flush();
    },
  };
  return {
    state: {
      get creds() {
        if (stopped) throw stopped;
        return creds;
      },
      keys,
    },
    saveCreds: () => {
      const saved = (async () => {
        assertOpen();
        writer.noteCreds();
        await writer.flush();
      })();
      // An event has no caller to see it; the session has ended by then.
      saved.catch(() => undefined);
      return saved;
    },
    writes: {
      get isBehind() {
        return writer.isBehind;
      },
      get isHolding() {
        return writer.isHolding;
      },
      flush: () => {
        // The frame has waited for too long. What it was encrypted with is stored all the same.
        if (writer.isHolding) writer.releaseKeys();
        return writer.flush();
      },
      ahead: (data) => writer.noteKeys(toKeyChanges(data)),
    },
    defer: () => void (isDeferred = true),
    async decrypting(work) {
      begun += 1;
      try {
        return await decryptions.run(true, work);
      } finally {
        ended += 1;
      }
    },
    passed: () => void (passed = ended),
    reported: () => {
      // What they change is one state of a session: it waits for the last of them.
      if (passed === begun) writer.releaseKeys();
    },
    release: () => writer.releaseKeys(),
    stop: (reason) => void (stopped ??= reason),
    async seal(reason) {
      stopped ??= reason;
      over ??= reason;
      await writer.seal();
    },
  };
}
