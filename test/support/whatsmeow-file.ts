import { BufferJSON, Curve, initAuthCreds, signedKeyPair } from '@whiskeysockets/baileys';
import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import Libsql from 'libsql';
import { whatsmeowSchema } from './whatsmeow-schema.ts';

type Value = string | number | Uint8Array | null;
export type Rows = Readonly<Record<string, readonly Readonly<Record<string, Value>>[]>>;

/** An SQLite file as whatsmeow's sqlstore leaves it, with these rows. */
export function writeWhatsmeow(path: string, rows: Rows, { version = 15, wal = false } = {}): void {
  const db = new Libsql(path);
  db.exec(
    `PRAGMA journal_mode = ${wal ? 'WAL' : 'DELETE'}; PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN`,
  );
  db.exec(whatsmeowSchema(version));
  for (const [table, all] of Object.entries(rows))
    for (const row of all) {
      const names = Object.keys(row);
      const marks = names.map(() => '?').join();
      db.prepare<[readonly Value[]]>(`INSERT INTO ${table} (${names.join()}) VALUES (${marks})`).run(
        Object.values(row),
      );
    }
  db.exec('COMMIT');
  db.close();
}

/** A paired session of Baileys. */
export type LinkedBaileys = {
  readonly creds: AuthenticationCreds;
  readonly preKeys: ReadonlyMap<number, Uint8Array>;
  /** By address; records of libsignal-node. */
  readonly sessions: ReadonlyMap<string, NodeRecord>;
};

/** From what stock Baileys has stored. */
export function linkedBaileys({
  creds,
  rows,
}: {
  creds: AuthenticationCreds;
  rows: ReadonlyMap<string, string>;
}): LinkedBaileys {
  const preKeys = new Map<number, Uint8Array>();
  const sessions = new Map<string, NodeRecord>();
  for (const [name, text] of rows) {
    const [type, id = ''] = name.split(' ');
    if (type === 'session') sessions.set(id, JSON.parse(text) as NodeRecord);
    if (type !== 'pre-key') continue;
    const pair = JSON.parse(text, BufferJSON.reviver) as { private: Uint8Array };
    preKeys.set(Number(id), Buffer.from(pair.private));
  }
  return { creds, preKeys, sessions };
}

const bytesOf = (value: unknown): Buffer =>
  typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.from(value as Uint8Array);

/** Its rows, as if whatsmeow had paired. */
export function rowsOf({ creds, preKeys, sessions }: LinkedBaileys, { version = 15 } = {}): Rows {
  const { account, me } = creds;
  const jid = me?.id ?? '';
  // Before schema 5 with an agent.
  const written = version < 5 ? jid.replace(':', '.0:') : jid;
  return {
    whatsmeow_device: [
      {
        jid: written,
        registration_id: creds.registrationId,
        noise_key: creds.noiseKey.private,
        identity_key: creds.signedIdentityKey.private,
        signed_pre_key: creds.signedPreKey.keyPair.private,
        signed_pre_key_id: creds.signedPreKey.keyId,
        signed_pre_key_sig: creds.signedPreKey.signature,
        adv_key: bytesOf(creds.advSecretKey),
        adv_details: bytesOf(account?.details),
        adv_account_sig: bytesOf(account?.accountSignature),
        adv_account_sig_key: bytesOf(account?.accountSignatureKey),
        adv_device_sig: bytesOf(account?.deviceSignature),
        platform: creds.platform ?? '',
        push_name: me?.name ?? '',
        ...(version >= 7 ? { lid: me?.lid ?? null } : {}),
      },
    ],
    whatsmeow_pre_keys: [...preKeys].map(([id, key]) => ({ jid: written, key_id: id, key, uploaded: 1 })),
    whatsmeow_sessions: [...sessions].map(([address, record]) => ({
      our_jid: written,
      their_id: address.replace('.', ':'),
      session: Buffer.from(JSON.stringify(goRecord(record, creds))),
    })),
  };
}

type NodeChain = {
  readonly chainType: number;
  readonly chainKey: { readonly counter: number; readonly key?: string };
};
type NodeState = {
  readonly registrationId: number;
  readonly currentRatchet: {
    readonly ephemeralKeyPair: { readonly pubKey: string; readonly privKey: string };
    readonly previousCounter: number;
    readonly rootKey: string;
  };
  readonly indexInfo: {
    readonly baseKey: string;
    readonly closed: number;
    readonly remoteIdentityKey: string;
  };
  readonly _chains: Readonly<Record<string, NodeChain>>;
};
export type NodeRecord = { readonly _sessions: Readonly<Record<string, NodeState>> };

/** As go.mau.fi/libsignal writes it (state/record). What it writes itself is in go-signal.json. */
function goRecord({ _sessions: all }: NodeRecord, creds: AuthenticationCreds): object {
  const states = Object.values(all).map((state) => goState(state, creds));
  const current = Object.values(all).findIndex(({ indexInfo }) => indexInfo.closed === -1);
  return { SessionState: states[current], PreviousStates: states.filter((_, at) => at !== current) };
}

function goState(state: NodeState, { signedIdentityKey, registrationId }: AuthenticationCreds): object {
  const { currentRatchet: ratchet, indexInfo } = state;
  const chain = (publicKey: string, privateKey: string | null, { chainKey }: NodeChain) => ({
    SenderRatchetKeyPublic: publicKey,
    SenderRatchetKeyPrivate: privateKey,
    ChainKey: { Key: chainKey.key, Index: chainKey.counter + 1 },
    MessageKeys: [],
  });
  const { pubKey, privKey } = ratchet.ephemeralKeyPair;
  const receiving = Object.entries(state._chains).filter(([, { chainType }]) => chainType === 2);
  return {
    LocalIdentityPublic: Buffer.concat([Buffer.of(5), signedIdentityKey.public]).toString('base64'),
    LocalRegistrationID: registrationId,
    NeedsRefresh: false,
    PendingKeyExchange: null,
    PendingPreKey: null,
    PreviousCounter: ratchet.previousCounter,
    ReceiverChains: receiving.map(([key, one]) => chain(key, null, one)),
    RemoteIdentityPublic: indexInfo.remoteIdentityKey,
    RemoteRegistrationID: state.registrationId,
    RootKey: ratchet.rootKey,
    SenderBaseKey: indexInfo.baseKey,
    SenderChain: chain(pubKey, privKey, state._chains[pubKey] as NodeChain),
    SessionVersion: 3,
  };
}

/** A device that a phone has signed for, without a server. */
export function signedDevice(jid: string, identity = Curve.generateKeyPair()): LinkedBaileys {
  const fresh = initAuthCreds();
  const creds = { ...fresh, signedIdentityKey: identity, signedPreKey: signedKeyPair(identity, 1) };
  const phone = Curve.generateKeyPair();
  const details = Buffer.from('0801', 'hex');
  const sign = (secret: Uint8Array, ...parts: readonly Uint8Array[]) =>
    Curve.sign(secret, Buffer.concat(parts));
  creds.account = {
    details,
    accountSignatureKey: phone.public,
    accountSignature: sign(phone.private, Buffer.of(6, 0), details, identity.public),
    deviceSignature: sign(identity.private, Buffer.of(6, 1), details, identity.public, phone.public),
  };
  creds.me = { id: jid, name: 'Support Bot', lid: '987654321:3@lid' };
  creds.platform = 'android';
  const preKeys = new Map([3, 4, 9].map((id) => [id, Curve.generateKeyPair().private] as const));
  return { creds, preKeys, sessions: new Map() };
}
