import type { AuthenticationCreds, SignalKeyStore } from '@whiskeysockets/baileys';
import type { CredentialStore, KeyChange } from '../ports/store.ts';
import { credsFromBytes, keyFromBytes, toBytes, toKeyChanges } from '../credentials/credential-bytes.ts';
import { createCredentialWriter } from '../credentials/credential-writer.ts';
import type { CredentialSink, CredentialWriter } from '../credentials/credential-writer.ts';
import { currentDecryption } from './decrypting.ts';
import { freshCreds } from './fresh-creds.ts';
import type { Writes } from '../credentials/send-after-writes.ts';

/** The credentials that Baileys works on. Before `commit` an unproven pairing exists only here, in memory. */
export type Credentials = {
  readonly creds: AuthenticationCreds;
  readonly keys: SignalKeyStore;
  /** Call it when the creds have changed. */
  readonly noteCreds: () => void;
  /** Stores the current creds of a proven pairing. Rejects when that fails. */
  readonly storeCreds: () => Promise<void>;
  /** A phone is awaited: makes ready what `commit` would take its time for. */
  readonly expectPairing: () => Promise<void>;
  /** Stores a complete proven pairing, with `extra` keys, in one transaction; later changes are stored too. */
  readonly commit: (extra: readonly KeyChange[]) => Promise<void>;
  /** The messages that were decrypted so far are reported. */
  readonly reported: () => void;
  /** A message has come that needs no decryption. */
  readonly awaitReport: (messageId: string) => void;
  /** It is reported. */
  readonly noteReport: (messageId: string) => void;
  /** What frames wait for before they leave. */
  readonly writes: Writes;
  /** Waits for every write; nothing is stored afterwards. */
  readonly seal: () => Promise<void>;
};

/** Where they are kept, and whose they are. */
export type CredentialHome = CredentialSink & { readonly store: CredentialStore };

const recentKeys = 16;

/** Fresh credentials for a pairing. */
export const newCredentials = (home: CredentialHome): Credentials =>
  makeCredentials(home, freshCreds(), false);

/** The stored credentials of a session, confirmed or not; undefined when there are none. Throws `store_damaged`. */
export async function loadCredentials(home: CredentialHome): Promise<Credentials | undefined> {
  const bytes = await home.store.readCreds(home.sessionId);
  if (!bytes) return undefined;
  return makeCredentials(home, credsFromBytes(bytes), true);
}

function makeCredentials(home: CredentialHome, creds: AuthenticationCreds, stored: boolean): Credentials {
  const { store, sessionId, onFailure } = home;
  const unproven = new Map<string, KeyChange>();
  const openWriter = () => createCredentialWriter(home, () => toBytes(creds));
  let writer: CredentialWriter | undefined = stored ? openWriter() : undefined;

  /** Keys that were read lately, the latest last: each message reads the same few. Nobody else changes them. */
  const recent = new Map<string, Uint8Array | null>();
  let changesSoFar = 0;
  const remember = (name: string, value: Uint8Array | null): void => {
    recent.delete(name);
    recent.set(name, value);
    const [oldest] = recent.keys();
    if (recent.size > recentKeys && oldest !== undefined) recent.delete(oldest);
  };
  const readRows = async (type: string, ids: readonly string[]): Promise<Map<string, Uint8Array>> => {
    const changes = ids.map((id) => (writer ? writer.unwritten(type, id) : unproven.get(`${type}/${id}`)));
    const known = ids.map((id, at) => (changes[at] ? changes[at].value : recent.get(`${type}/${id}`)));
    const before = changesSoFar;
    const others = writer ? ids.filter((_, at) => known[at] === undefined) : [];
    const stored =
      others.length > 0 ? await store.readKeys(sessionId, type, others) : new Map<string, never>();
    if (before === changesSoFar) for (const id of others) remember(`${type}/${id}`, stored.get(id) ?? null);
    return new Map([...ids.flatMap((id, at) => (known[at] ? [[id, known[at]] as const] : [])), ...stored]);
  };

  const note = (changes: readonly KeyChange[]): void => {
    changesSoFar += 1;
    for (const { type, id, value } of changes) {
      const name = `${type}/${id}`;
      if (recent.has(name)) remember(name, value);
    }
    const decryption = currentDecryption();
    if (writer && decryption) {
      decryption.onFailure = writer.releaseKeys;
      return writer.holdKeys(changes);
    }
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
    reported: () => writer?.releaseKeys(),
    awaitReport: (messageId) => writer?.awaitReport(messageId),
    noteReport: (messageId) => writer?.noteReport(messageId),
    writes: {
      get isBehind() {
        return writer?.isBehind ?? false;
      },
      get isHolding() {
        return writer?.isHolding ?? false;
      },
      flush: async () => writer?.flush(),
    },
    expectPairing: () => store.expectPairing(sessionId),
    commit: async (extra) => {
      const keys = [...unproven.values(), ...extra].filter((change) => change.value !== null);
      await store.commitPairing(sessionId, { creds: toBytes(creds), keys });
      unproven.clear();
      writer = openWriter();
    },
    seal: async () => writer?.seal(),
  };
}
