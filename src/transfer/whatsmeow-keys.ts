import type { StoredKey } from '../domain/whole-session.ts';
import type { WhatsmeowRows } from '../ports/whatsmeow.ts';
import { markedBytes } from '../credentials/buffer-json.ts';
import { preKeyOf, publicOf } from './check-credentials.ts';
import { GoRecordError } from './go-json.ts';
import { senderKeyFromGo } from './go-sender-key.ts';
import { sessionFromGo } from './go-session.ts';
import { whatsmeowAddresses } from './whatsmeow-addresses.ts';
import type { Addresses } from './whatsmeow-addresses.ts';

export type WhatsmeowKeys = {
  readonly keys: readonly StoredKey[];
  /** Messages that are late will have to be sent again. */
  readonly lateMessages: number;
  /** Records that were left out, by table: the protocol makes up for them. */
  readonly unreadable: ReadonlyMap<string, number>;
};

const jsonKey = (type: string, id: string, value: unknown): StoredKey => ({
  type,
  id,
  value: Buffer.from(JSON.stringify(value)),
});

/** The typed keys of Baileys (rc14) that a device of whatsmeow has. */
export function keysOfWhatsmeow(rows: WhatsmeowRows, now: Date): WhatsmeowKeys {
  const unreadable = new Map(rows.unreadable);
  const addresses = whatsmeowAddresses(rows);
  const identityKey = publicOf(rows.device.identityKey);
  let lateMessages = 0;
  /** The first one of a name stays. */
  const keys = new Map<string, StoredKey>();
  const add = (key: StoredKey): void => {
    const name = `${key.type}/${key.id}`;
    if (!keys.has(name)) keys.set(name, key);
  };
  const attempt = (table: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof GoRecordError)) throw error;
      unreadable.set(table, (unreadable.get(table) ?? 0) + 1);
    }
  };

  for (const { id, key } of rows.preKeys)
    add({ type: 'pre-key', id: String(id), value: preKeyOf({ public: publicOf(key), private: key }) });
  for (const { address, record } of addresses.lidsFirst(rows.signalSessions))
    attempt('whatsmeow_sessions', () => {
      const id = addresses.current(address);
      const { record: converted, lateMessages: late } = sessionFromGo(record, identityKey, now);
      lateMessages += late;
      add(jsonKey('session', id, converted));
    });
  for (const { address, key } of addresses.lidsFirst(rows.identities))
    attempt('whatsmeow_identity_keys', () =>
      add(
        jsonKey('identity-key', addresses.current(address), markedBytes(Buffer.concat([Buffer.of(5), key]))),
      ),
    );
  for (const { chat, sender, record } of rows.senderKeys)
    attempt('whatsmeow_sender_keys', () => {
      if (!/^[\w.-]{1,100}@(g\.us|broadcast)$/.test(chat)) throw new GoRecordError('it is of no group');
      const value = markedBytes(Buffer.from(senderKeyFromGo(record)));
      for (const name of addresses.both(sender)) add(jsonKey('sender-key', `${chat}::${name}`, value));
    });
  for (const key of [...appStateOf(rows), ...tokensOf(rows, addresses), ...addresses.mapping()]) add(key);
  return { keys: [...keys.values()], lateMessages, unreadable };
}

function appStateOf({ appStateKeys, appStateVersions, appStateMacs }: WhatsmeowRows): StoredKey[] {
  // The fingerprint of a key stays behind: Baileys does not use it.
  const keys = appStateKeys.map(({ id, data, timestamp }) =>
    jsonKey('app-state-sync-key', base64(id), { keyData: base64(data), timestamp: String(timestamp) }),
  );
  const collections = appStateVersions.filter(({ name }) => /^[a-z_]{1,40}$/.test(name));
  const maps = new Map(collections.map(({ name }) => [name, new Map<string, object>()]));
  // The latest of an index comes last.
  for (const { name, index, value } of appStateMacs)
    maps.get(name)?.set(base64(index), { valueMac: markedBytes(value) });
  const versions = collections.map(({ name, version, hash }) => {
    const indexValueMap = Object.fromEntries(maps.get(name) ?? []);
    return jsonKey('app-state-sync-version', name, { version, hash: markedBytes(hash), indexValueMap });
  });
  return [...keys, ...versions];
}

/** The index names them all, so that Baileys drops those that are too old. */
function tokensOf({ tokens }: WhatsmeowRows, addresses: Addresses): StoredKey[] {
  const known = tokens.filter(({ jid }) => /^\d{1,20}@[a-z.]{1,20}$/.test(jid));
  if (known.length === 0) return [];
  const keys = known.map(({ jid, token, timestamp, senderTimestamp }) =>
    jsonKey('tctoken', addresses.currentJid(jid), {
      token: markedBytes(token),
      timestamp: String(timestamp),
      ...(senderTimestamp === null ? {} : { senderTimestamp }),
    }),
  );
  const names = JSON.stringify(keys.map(({ id }) => id));
  return [...keys, jsonKey('tctoken', '__index', { token: markedBytes(Buffer.from(names)) })];
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
