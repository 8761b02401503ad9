// The tables of whatsmeow's sqlstore, as of its schema 15 (August 2026), and what differs in earlier ones.
import { accountJid } from '../domain/jid.ts';
import { FileDamagedError, UsageError } from '../errors.ts';
import type { ReadWhatsmeow, WhatsmeowRows } from '../ports/whatsmeow.ts';
import { openForeignDatabase } from './foreign-database.ts';
import type { ForeignDatabase } from './foreign-database.ts';
import { hasColumn, hasTable, readTable } from './foreign-table.ts';
import type { Columns, Read } from './foreign-table.ts';

const text = (name: string) => ({ name, kind: 'text' }) as const;
const bytes = (name: string, least: number, most = least) => ({ name, kind: 'bytes', least, most }) as const;
const integer = (name: string, most = Number.MAX_SAFE_INTEGER) => ({ name, kind: 'integer', most }) as const;

const mostRecord = 4 * 1024 * 1024;
const mostPreKeyId = 0xff_ff_ff;
const devices = 'whatsmeow_device';

const deviceColumns = {
  jid: text('jid'),
  registrationId: integer('registration_id', 0xff_ff_ff_ff),
  noiseKey: bytes('noise_key', 32),
  identityKey: bytes('identity_key', 32),
  signedPreKey: bytes('signed_pre_key', 32),
  signedPreKeyId: integer('signed_pre_key_id', mostPreKeyId),
  signedPreKeySignature: bytes('signed_pre_key_sig', 64),
  advSecret: bytes('adv_key', 1, 1024),
  advDetails: bytes('adv_details', 1, 65_536),
  accountSignature: bytes('adv_account_sig', 64),
  accountSignatureKey: bytes('adv_account_sig_key', 32),
  deviceSignature: bytes('adv_device_sig', 64),
  platform: text('platform'),
  pushName: text('push_name'),
};

/** Those that every schema has. */
const tablesOfAll = [
  devices,
  'whatsmeow_identity_keys',
  'whatsmeow_pre_keys',
  'whatsmeow_sessions',
  'whatsmeow_sender_keys',
  'whatsmeow_app_state_sync_keys',
  'whatsmeow_app_state_version',
  'whatsmeow_app_state_mutation_macs',
];

/** A schema says which one a program must know to read it. */
const latestKnown = 15;

/** See `ReadWhatsmeow`. */
export const readWhatsmeow: ReadWhatsmeow = (path, jid) => Promise.resolve().then(() => readFile(path, jid));

function readFile(path: string, wanted: string | undefined): WhatsmeowRows {
  const db = openForeignDatabase(path);
  try {
    assertKnown(db, path);
    const { rows } = readTable(db, devices, { jid: text('jid') });
    const jids = rows.map((row) => row.jid).sort(byNumber.compare);
    return readDevice(db, chosen(path, jids, wanted), jids.length > 1);
  } finally {
    db.close();
  }
}

function assertKnown(db: ForeignDatabase, path: string): void {
  const missing = tablesOfAll.find((table) => !hasTable(db, table));
  if (missing !== undefined)
    throw new FileDamagedError(
      `"${path}" is not a database of whatsmeow: it has no table ${missing}`,
      'give the file that whatsmeow keeps its devices in (sqlstore)',
    );
  const hasCompat = hasColumn(db, 'whatsmeow_version', 'compat');
  const version = hasTable(db, 'whatsmeow_version')
    ? readTable(db, 'whatsmeow_version', {
        needs: integer(hasCompat ? 'coalesce(compat,version)' : 'version'),
      })
    : undefined;
  const needs = version?.rows[0]?.needs ?? 0;
  if (needs > latestKnown)
    throw new FileDamagedError(
      `"${path}" was written by a newer whatsmeow than wactl knows (schema ${String(needs)})`,
      'nothing was changed; use a newer wactl',
    );
  if (!hasColumn(db, devices, 'adv_account_sig_key'))
    throw new FileDamagedError(
      `"${path}" was written by a whatsmeow of before June 2022`,
      'nothing was changed; start its program once with a newer whatsmeow, which brings the file up to date',
    );
}

/** Before schema 5 a jid had an agent, "15551234567.0:12@s.whatsapp.net". */
const withoutAgent = (jid: string): string => jid.replace('.0:', ':');

function chosen(path: string, jids: readonly string[], wanted: string | undefined): string {
  const [first, ...others] = jids;
  if (first === undefined)
    throw new FileDamagedError(
      `"${path}" has no linked device`,
      'nothing was stored; pair the phone with: wactl create',
    );
  if (wanted === undefined) {
    if (others.length === 0) return first;
    throw new UsageError(
      `"${path}" has ${String(jids.length)} devices`,
      `choose one with --jid: ${listed(jids)}`,
    );
  }
  const fitting = jids.filter((jid) =>
    [withoutAgent(jid), accountJid(withoutAgent(jid))].includes(withoutAgent(wanted)),
  );
  const [only] = fitting;
  if (only === undefined)
    throw new UsageError(`"${path}" has no device "${wanted}"`, `it has: ${listed(jids)}`);
  if (fitting.length > 1)
    throw new UsageError(
      `"${path}" has several devices of "${wanted}"`,
      `choose one with --jid: ${listed(fitting)}`,
    );
  return only;
}

const byNumber = new Intl.Collator('en', { numeric: true });
const mostListed = 20;
const listed = (jids: readonly string[]): string =>
  jids.slice(0, mostListed).map(withoutAgent).join(', ') + (jids.length > mostListed ? ', …' : '');

function readDevice(db: ForeignDatabase, jid: string, hasOthers: boolean): WhatsmeowRows {
  const unreadable = new Map<string, number>();
  const read = <const T extends Columns>(
    table: string,
    columns: T,
    owner: string | null = 'our_jid',
    order = 'rowid',
  ): readonly Read<T>[] => {
    // Some came later.
    if (!hasTable(db, table)) return [];
    const where = `${owner === null ? '1' : `${owner} = ?`} ORDER BY ${order}`;
    const found = readTable(db, table, columns, where, owner === null ? [] : [jid]);
    if (found.unreadable > 0) unreadable.set(table, found.unreadable);
    return found.rows;
  };
  const lid = hasColumn(db, devices, 'lid') ? 'lid' : 'NULL';
  const sent = hasColumn(db, 'whatsmeow_privacy_tokens', 'sender_timestamp') ? 'sender_timestamp' : 'NULL';
  const [device] = read(devices, { ...deviceColumns, lid: { ...text(lid), nullable: true } }, 'jid');
  if (!device)
    throw new FileDamagedError(`the device ${withoutAgent(jid)} is damaged in the file: a key is missing`);
  return {
    device: { ...device, jid: withoutAgent(device.jid) },
    preKeys: read(
      'whatsmeow_pre_keys',
      { id: integer('key_id', mostPreKeyId), key: bytes('key', 32) },
      'jid',
      'key_id',
    ),
    identities: read('whatsmeow_identity_keys', { address: text('their_id'), key: bytes('identity', 32) }),
    signalSessions: read('whatsmeow_sessions', {
      address: text('their_id'),
      record: bytes('session', 2, mostRecord),
    }),
    senderKeys: read('whatsmeow_sender_keys', {
      chat: text('chat_id'),
      sender: text('sender_id'),
      record: bytes('sender_key', 2, mostRecord),
    }),
    appStateKeys: read(
      'whatsmeow_app_state_sync_keys',
      { id: bytes('key_id', 1, 1024), data: bytes('key_data', 1, 1024), timestamp: integer('timestamp') },
      'jid',
      'timestamp',
    ),
    appStateVersions: read(
      'whatsmeow_app_state_version',
      { name: text('name'), version: integer('version'), hash: bytes('hash', 128) },
      'jid',
    ),
    appStateMacs: read(
      'whatsmeow_app_state_mutation_macs',
      { name: text('name'), index: bytes('index_mac', 32), value: bytes('value_mac', 32) },
      'jid',
      'version',
    ),
    tokens: read('whatsmeow_privacy_tokens', {
      jid: text('their_jid'),
      token: bytes('token', 1, 1024),
      timestamp: integer('timestamp'),
      senderTimestamp: { ...integer(sent), nullable: true },
    }),
    lids: read('whatsmeow_lid_map', { lid: text('lid'), pn: text('pn') }, null),
    hasOthers,
    unreadable,
  };
}
