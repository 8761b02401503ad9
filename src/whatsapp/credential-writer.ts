import type { CredentialStore, KeyChange } from '../ports/store.ts';

/** Writes one session's changes to the store, in order, one transaction each. */
export type CredentialWriter = {
  /** Call it when the creds have changed: they are written with the next keys, or alone right after this tick. */
  readonly noteCreds: () => void;
  /** Writes the creds as they are at that moment. Rejects when the write fails. */
  readonly writeCreds: () => Promise<void>;
  readonly writeKeys: (keys: readonly KeyChange[]) => Promise<void>;
  /** Waits for all changes so far. Throws nothing: failures go to `onFailure`. */
  readonly settle: () => Promise<void>;
  /** Waits in the same way; later changes are refused. */
  readonly seal: () => Promise<void>;
};

const tooLate = (): Error => new Error('the connection has ended: nothing more is stored');

/** `readCreds` returns the current creds. `onFailure` is called for every failed write. */
export function createCredentialWriter(
  store: CredentialStore,
  sessionId: string,
  readCreds: () => Uint8Array,
  onFailure: (error: unknown) => void,
): CredentialWriter {
  let credsWait = false;
  let sealed = false;
  let last: Promise<void> = Promise.resolve();

  const write = (keys: readonly KeyChange[], withCreds = false): Promise<void> => {
    const done = last.then(async () => {
      // Read as late as possible, so that several changes of the creds are one write.
      const creds = withCreds || credsWait ? { creds: readCreds() } : {};
      credsWait = false;
      if (keys.length === 0 && !('creds' in creds)) return;
      await store.write(sessionId, keys.length === 0 ? creds : { ...creds, keys });
    });
    last = done.catch(onFailure);
    return done;
  };

  return {
    noteCreds: () => {
      if (credsWait || sealed) return;
      credsWait = true;
      void write([]).catch(() => undefined);
    },
    writeCreds: () => (sealed ? Promise.reject(tooLate()) : write([], true)),
    writeKeys: (keys) => (sealed ? Promise.reject(tooLate()) : write(keys)),
    settle: () => last,
    seal: () => {
      sealed = true;
      return last;
    },
  };
}
