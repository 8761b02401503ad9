import type { AuthenticationCreds, SignalKeyStore } from '@whiskeysockets/baileys';
import type { CredentialStore, KeyChange } from '../ports/store.ts';
import { credsFromBytes, keyFromBytes, toBytes, toKeyChanges } from './credential-bytes.ts';
import { createCredentialWriter } from './credential-writer.ts';
import type { CredentialWriter } from './credential-writer.ts';
import { freshCreds } from './fresh-creds.ts';
import type { Writes } from './send-after-writes.ts';

/** The credentials that Baileys works on. Before `commit` an unproven pairing exists only here, in memory. */
export type Credentials = {
  readonly creds: AuthenticationCreds;
  readonly keys: SignalKeyStore;
  /** Call it when the creds have changed. */
  readonly noteCreds: () => void;
  /** Stores the current creds of a proven pairing. Rejects when that fails. */
  readonly storeCreds: () => Promise<void>;
  /** Stores a complete proven pairing, with `extra` keys, in one transaction; later changes are stored too. */
  readonly commit: (extra: readonly KeyChange[]) => Promise<void>;
  /** What frames wait for before they leave. */
  readonly writes: Writes;
  /** Waits for every write; nothing is stored afterwards. */
  readonly seal: () => Promise<void>;
};

/** Fresh credentials for a pairing. */
export const newCredentials = (
  store: CredentialStore,
  sessionId: string,
  onFailure: (error: unknown) => void,
): Credentials => makeCredentials(store, sessionId, freshCreds(), false, onFailure);

/** The stored credentials of a session, confirmed or not; undefined when there are none. Throws `store_damaged`. */
export async function loadCredentials(
  store: CredentialStore,
  sessionId: string,
  onFailure: (error: unknown) => void,
): Promise<Credentials | undefined> {
  const bytes = await store.readCreds(sessionId);
  if (!bytes) return undefined;
  return makeCredentials(store, sessionId, credsFromBytes(bytes), true, onFailure);
}

function makeCredentials(
  store: CredentialStore,
  sessionId: string,
  creds: AuthenticationCreds,
  stored: boolean,
  onFailure: (error: unknown) => void,
): Credentials {
  const unproven = new Map<string, KeyChange>();
  const openWriter = () => createCredentialWriter(store, sessionId, () => toBytes(creds), onFailure);
  let writer: CredentialWriter | undefined = stored ? openWriter() : undefined;

  const readRows = async (type: string, ids: readonly string[]): Promise<Map<string, Uint8Array>> => {
    const changes = ids.map((id) => (writer ? writer.unwritten(type, id) : unproven.get(`${type}/${id}`)));
    const changed = changes.flatMap((change) => (change?.value ? [[change.id, change.value] as const] : []));
    const others = writer ? ids.filter((_, at) => !changes[at]) : [];
    const stored = others.length > 0 ? await store.readKeys(sessionId, type, others) : [];
    return new Map([...changed, ...stored]);
  };

  const note = (changes: readonly KeyChange[]): void => {
    if (writer) return writer.noteKeys(changes);
    for (const change of changes) unproven.set(`${change.type}/${change.id}`, change);
  };

  return {
    creds,
    keys: {
      get: async (type, ids) => {
        // However Baileys handles the error: a session without its keys cannot work.
        const rows = await readRows(type, ids).catch((error: unknown) => {
          onFailure(error);
          throw error;
        });
        return Object.fromEntries([...rows].map(([id, bytes]) => [id, keyFromBytes(type, bytes)]));
      },
      set: (data) => new Promise((resolve) => resolve(note(toKeyChanges(data)))),
    },
    noteCreds: () => writer?.noteCreds(),
    storeCreds: async () => writer?.writeCreds(),
    writes: {
      get isBehind() {
        return writer?.isBehind ?? false;
      },
      flush: async () => writer?.flush(),
    },
    commit: async (extra) => {
      const keys = [...unproven.values(), ...extra].filter((change) => change.value !== null);
      await store.commitPairing(sessionId, { creds: toBytes(creds), keys });
      unproven.clear();
      writer = openWriter();
    },
    seal: async () => writer?.seal(),
  };
}
