import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { WactlError } from '../../src/errors.ts';
import type { Foreign } from '../../src/ports/transfer.ts';
import { readWhatsmeow } from '../../src/store/whatsmeow-rows.ts';
import { checkKey } from '../../src/transfer/check-credentials.ts';
import { readWhatsmeowFile } from '../../src/transfer/whatsmeow-file.ts';
import { goSignal } from '../support/go-signal.ts';
import { rowsOf, signedDevice, writeWhatsmeow } from '../support/whatsmeow-file.ts';
import type { Rows } from '../support/whatsmeow-file.ts';
import { whatsmeowSchema } from '../support/whatsmeow-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'wactl-whatsmeow-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const jid = '15551234567:3@s.whatsapp.net';
// The sessions of Go are between this identity and others.
const [secret, own] = [goSignal.us.identityPrivate, goSignal.us.identityPublic].map((key) =>
  Buffer.from(key, 'base64').subarray(-32),
);
const device = signedDevice(jid, { private: secret ?? Buffer.of(), public: own ?? Buffer.of() });

let file: string;
let made = 0;
beforeEach(() => {
  made += 1;
  mkdirSync(join(folder, String(made)));
  file = join(folder, String(made), 'store.db');
});

const read = (wanted?: string, now = new Date(Date.now() + 600_000)): Promise<Foreign> =>
  readWhatsmeowFile(readWhatsmeow, file, wanted, now);

/** The failure, as a person reads it. */
const failure = async (wanted?: string): Promise<string> => {
  const { code, message, hint } = await read(wanted).then(
    () => ({ code: 'none', message: '', hint: undefined }),
    (error: WactlError) => error,
  );
  return `${code}: ${message.replaceAll(file, 'FILE')}${hint === undefined ? '' : ` (${hint})`}`;
};

const write = (more: Rows = {}, options: { version?: number; wal?: boolean } = {}): void =>
  writeWhatsmeow(file, { ...rowsOf(device, options), ...more }, options);

/** Changes the file behind whatsmeow's back. */
function sql(statements: string): void {
  const db = new Libsql(file);
  db.exec(`PRAGMA synchronous = OFF; PRAGMA ignore_check_constraints = ON; ${statements}`);
  db.close();
}

const keyOf = ({ credentials }: Foreign, type: string, id: string): unknown => {
  const key = credentials.keys.find((one) => one.type === type && one.id === id);
  return key && (JSON.parse(Buffer.from(key.value).toString()) as unknown);
};
const idsOf = ({ credentials }: Foreign, type: string): readonly string[] =>
  credentials.keys.filter((key) => key.type === type).map(({ id }) => id);

describe('a device of whatsmeow', () => {
  it('becomes a session: its identity, and the next pre-key after the highest', async () => {
    write();
    const foreign = await read();
    expect(foreign).toMatchObject({
      name: 'Support Bot',
      identity: {
        phoneNumber: '15551234567',
        whatsappJid: jid,
        lid: '987654321:3@lid',
        platform: 'android',
        pushName: 'Support Bot',
      },
      notes: [],
    });
    expect(JSON.parse(Buffer.from(foreign.credentials.creds).toString())).toMatchObject({
      registrationId: device.creds.registrationId,
      advSecretKey: device.creds.advSecretKey,
      nextPreKeyId: 10,
      firstUnuploadedPreKeyId: 10,
    });
    expect(idsOf(foreign, 'pre-key')).toEqual(['3', '4', '9']);
    for (const { type, id, value } of foreign.credentials.keys) checkKey(type, id, value);
  });

  it('has its sessions where Baileys looks: under the lid, where one is known', async () => {
    const [record = ''] = goSignal.sessions.map((one) => one.record);
    const session = (their_id: string) => ({ our_jid: jid, their_id, session: Buffer.from(record) });
    const identity = (their_id: string, byte: number) => ({
      our_jid: jid,
      their_id,
      identity: Buffer.alloc(32, byte),
    });
    write({
      whatsmeow_sessions: ['1001:0', '1001:7', '2002_1:0', '1003:0'].map(session),
      whatsmeow_identity_keys: [identity('1001:0', 1), identity('2001_1:0', 2)],
      whatsmeow_lid_map: [{ lid: '2001', pn: '1001' }],
    });
    const foreign = await read();
    expect(idsOf(foreign, 'session')).toEqual(['2002_1.0', '2001_1.0', '2001_1.7', '1003.0']);
    expect(keyOf(foreign, 'session', '1003.0')).toMatchObject({ version: 'v1' });
    // Where both are there, that of the lid counts.
    const marked = { type: 'Buffer', data: Buffer.from([5, ...Buffer.alloc(32, 2)]).toString('base64') };
    expect(keyOf(foreign, 'identity-key', '2001_1.0')).toEqual(marked);
    expect(idsOf(foreign, 'identity-key')).toEqual(['2001_1.0']);
    expect(idsOf(foreign, 'lid-mapping')).toEqual(['1001', '2001_reverse']);
    expect(keyOf(foreign, 'lid-mapping', '2001_reverse')).toBe('1001');
  });

  it('has the sender keys of a group under the phone number and under the lid', async () => {
    const key = (sender_id: string) => ({
      our_jid: jid,
      chat_id: '12036@g.us',
      sender_id,
      sender_key: Buffer.from(goSignal.group.theirs),
    });
    write({
      whatsmeow_sender_keys: [key('2001_1:4'), key('1003:0')],
      whatsmeow_lid_map: [{ lid: '2001', pn: '1001' }],
    });
    expect(idsOf(await read(), 'sender-key')).toEqual([
      '12036@g.us::2001_1::4',
      '12036@g.us::1001::4',
      '12036@g.us::1003::0',
    ]);
  });

  it('has its app state: the latest key, and the latest value of each index', async () => {
    const key = (byte: number, timestamp: number) => ({
      jid,
      key_id: Buffer.alloc(6, byte),
      key_data: Buffer.alloc(32, byte),
      timestamp,
      fingerprint: Buffer.alloc(4),
    });
    const mac = (version: number, byte: number) => ({
      jid,
      name: 'regular',
      version,
      index_mac: Buffer.alloc(32, 9),
      value_mac: Buffer.alloc(32, byte),
    });
    write({
      whatsmeow_app_state_sync_keys: [key(2, 20), key(1, 10)],
      whatsmeow_app_state_version: [{ jid, name: 'regular', version: 7, hash: Buffer.alloc(128, 3) }],
      whatsmeow_app_state_mutation_macs: [mac(6, 2), mac(5, 1)],
    });
    const foreign = await read();
    const base64 = (length: number, byte: number): string => Buffer.alloc(length, byte).toString('base64');
    expect(JSON.parse(Buffer.from(foreign.credentials.creds).toString())).toMatchObject({
      myAppStateKeyId: base64(6, 2),
    });
    expect(keyOf(foreign, 'app-state-sync-key', base64(6, 1))).toEqual({
      keyData: base64(32, 1),
      timestamp: '10',
    });
    expect(keyOf(foreign, 'app-state-sync-version', 'regular')).toEqual({
      version: 7,
      hash: { type: 'Buffer', data: base64(128, 3) },
      indexValueMap: { [base64(32, 9)]: { valueMac: { type: 'Buffer', data: base64(32, 2) } } },
    });
  });

  it('has its privacy tokens, with an index of them', async () => {
    const token = { our_jid: jid, their_jid: '1001@s.whatsapp.net', token: Buffer.of(1), timestamp: 5 };
    write({
      whatsmeow_privacy_tokens: [{ ...token, sender_timestamp: 6 }],
      whatsmeow_lid_map: [{ lid: '2001', pn: '1001' }],
    });
    const foreign = await read();
    expect(keyOf(foreign, 'tctoken', '2001@lid')).toEqual({
      token: { type: 'Buffer', data: 'AQ==' },
      timestamp: '5',
      senderTimestamp: 6,
    });
    const index = Buffer.from('["2001@lid"]').toString('base64');
    expect(keyOf(foreign, 'tctoken', '__index')).toEqual({ token: { type: 'Buffer', data: index } });
  });

  it('leaves out what cannot be read, and says so', async () => {
    const row = { our_jid: jid, their_id: '1001:0' };
    write({
      whatsmeow_sessions: [
        { ...row, session: Buffer.from('{}') },
        { ...row, their_id: '1002:0', session: 'text' },
        { ...row, their_id: 'x', session: Buffer.from('{}') },
      ],
      whatsmeow_sender_keys: [
        { our_jid: jid, chat_id: '1\0@g.us', sender_id: '1:0', sender_key: Buffer.from('{}') },
      ],
    });
    const { notes } = await read();
    expect(notes).toEqual([
      'left out, since wactl cannot read them: rows 3 of whatsmeow_sessions, 1 of whatsmeow_sender_keys; ' +
        'WhatsApp asks again for what needs them',
    ]);
  });

  it('that was changed within two minutes may be in use', async () => {
    write();
    const { notes } = await read(undefined, new Date());
    expect(notes).toEqual([expect.stringContaining('if its program still runs, stop it') as string]);
  });
});

describe('a file with several devices', () => {
  const second = signedDevice('15557654321:9@s.whatsapp.net');
  const third = signedDevice('15557654321:10@s.whatsapp.net');
  const all = () => {
    const rows = [device, second, third].map((one) => rowsOf(one));
    const tables = ['whatsmeow_device', 'whatsmeow_pre_keys'];
    const joined = tables.map((table) => [table, rows.flatMap((one) => one[table] ?? [])] as const);
    writeWhatsmeow(file, {
      ...Object.fromEntries(joined),
      whatsmeow_identity_keys: [{ our_jid: jid, their_id: '1001:0', identity: Buffer.alloc(32) }],
      whatsmeow_lid_map: [
        { lid: '2001', pn: '1001' },
        { lid: '2002', pn: '1002' },
      ],
    });
  };

  it.each([
    [
      undefined,
      'usage: "FILE" has 3 devices (choose one with --jid: ' +
        '15551234567:3@s.whatsapp.net, 15557654321:9@s.whatsapp.net, 15557654321:10@s.whatsapp.net)',
    ],
    [
      '1@s.whatsapp.net',
      'usage: "FILE" has no device "1@s.whatsapp.net" (it has: ' +
        '15551234567:3@s.whatsapp.net, 15557654321:9@s.whatsapp.net, 15557654321:10@s.whatsapp.net)',
    ],
    [
      '15557654321@s.whatsapp.net',
      'usage: "FILE" has several devices of "15557654321@s.whatsapp.net" (choose one with --jid: ' +
        '15557654321:9@s.whatsapp.net, 15557654321:10@s.whatsapp.net)',
    ],
  ])('is refused for the jid %s', async (wanted, words) => {
    all();
    expect(await failure(wanted)).toBe(words);
  });

  it.each([jid, '15551234567@s.whatsapp.net', '15551234567.0:3@s.whatsapp.net'])(
    'gives the one of %s, without the contacts of others',
    async (wanted) => {
      all();
      const foreign = await read(wanted);
      expect(foreign.identity.whatsappJid).toBe(jid);
      expect(idsOf(foreign, 'lid-mapping')).toEqual(['1001', '2001_reverse']);
    },
  );
});

describe('a file beside which', () => {
  it('a write-ahead log lies is read with it, and neither is changed', async () => {
    write({}, { wal: true });
    const db = new Libsql(file);
    db.exec(`PRAGMA wal_autocheckpoint = 0; UPDATE whatsmeow_device SET push_name = 'In the log'`);
    // As a kill leaves it.
    const killed = join(folder, String(made), 'killed.db');
    for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, `${killed}${end}`);
    db.close();
    file = killed;
    const before = ['', '-wal'].map((end) => readFileSync(`${file}${end}`));
    expect((await read()).identity.pushName).toBe('In the log');
    expect(['', '-wal'].map((end) => readFileSync(`${file}${end}`))).toEqual(before);
  });

  it('no log lies, in WAL mode, gets none', async () => {
    write({}, { wal: true });
    new Libsql(file).exec('PRAGMA wal_checkpoint(TRUNCATE)');
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    expect((await read()).identity.whatsappJid).toBe(jid);
    expect(readdirSync(join(folder, String(made)))).toEqual(['store.db']);
  });

  it('the journal of a change lies that was cut off is refused', async () => {
    write();
    sql(
      'CREATE TABLE much AS WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT randomblob(4000) AS b FROM n',
    );
    const db = new Libsql(file);
    db.exec('PRAGMA cache_size = 5; BEGIN; UPDATE much SET b = randomblob(4000)');
    const cut = join(folder, String(made), 'cut.db');
    for (const end of ['', '-journal']) copyFileSync(`${file}${end}`, `${cut}${end}`);
    db.exec('ROLLBACK');
    db.close();
    file = cut;
    expect(await failure()).toMatch(
      /^file_damaged: "FILE" was left in the middle of a change \(start its program/,
    );
  });
});

describe('what is refused', () => {
  it.each<[string, () => void, RegExp]>([
    ['a file that is not there', () => {}, /^usage: "FILE" cannot be read: ENOENT$/],
    ['a folder', () => mkdirSync(file), /^usage: "FILE" is not a file$/],
    [
      'an empty file',
      () => writeFileSync(file, ''),
      /^file_damaged: "FILE" is not an SQLite database, or it is encrypted/,
    ],
    [
      'random bytes',
      () => writeFileSync(file, Buffer.alloc(9_000, 7)),
      /^file_damaged: .* or it is encrypted/,
    ],
    [
      'another database',
      () => new Libsql(file).exec('PRAGMA journal_mode = DELETE; CREATE TABLE a (b)'),
      /^file_damaged: "FILE" is not a database of whatsmeow: it has no table whatsmeow_device/,
    ],
    [
      'one cut short',
      () => (write(), writeFileSync(file, readFileSync(file).subarray(0, 20_000))),
      /^file_damaged: "FILE" is damaged/,
    ],
    [
      'one without a device',
      () => (write(), sql('DELETE FROM whatsmeow_device')),
      /^file_damaged: "FILE" has no linked device/,
    ],
    [
      'one without pre-keys',
      () => (write(), sql('DROP TABLE whatsmeow_pre_keys')),
      /it has no table whatsmeow_pre_keys/,
    ],
    [
      'a view in the place of a table',
      () => (
        write(),
        sql(`DROP TABLE whatsmeow_sessions; CREATE VIEW whatsmeow_sessions AS
          WITH n(our_jid) AS (SELECT 1 UNION ALL SELECT our_jid + 1 FROM n) SELECT our_jid, 1 AS their_id, 2 AS session FROM n`)
      ),
      /it has no table whatsmeow_sessions/,
    ],
    [
      'one of the first schema',
      () => new Libsql(file).exec(whatsmeowSchema(1)),
      /was written by a whatsmeow of before June 2022/,
    ],
    [
      'one of a later schema',
      () => (write(), sql('UPDATE whatsmeow_version SET version = 40, compat = 39')),
      /was written by a newer whatsmeow than wactl knows \(schema 39\)/,
    ],
    [
      'a key of another type',
      () => (write(), sql(`UPDATE whatsmeow_device SET noise_key = 'text'`)),
      /the device 15551234567:3@s\.whatsapp\.net is damaged in the file/,
    ],
    [
      'a key that is huge',
      () => (write(), sql('UPDATE whatsmeow_device SET adv_details = zeroblob(90000000)')),
      /is damaged in the file/,
    ],
    [
      'no signing key',
      () => (write(), sql('UPDATE whatsmeow_device SET adv_account_sig_key = NULL')),
      /is damaged in the file/,
    ],
    [
      'another identity',
      () => (write(), sql('UPDATE whatsmeow_device SET identity_key = randomblob(32)')),
      /cannot be used: the phone has not signed/,
    ],
    [
      'another signature',
      () => (write(), sql('UPDATE whatsmeow_device SET adv_device_sig = randomblob(64)')),
      /cannot be used: its own signature is wrong/,
    ],
    [
      'another signed pre-key',
      () => (write(), sql('UPDATE whatsmeow_device SET signed_pre_key = randomblob(32)')),
      /the signature of "signedPreKey" is wrong/,
    ],
    [
      'a jid without a device',
      () => (write(), sql(`UPDATE whatsmeow_device SET jid = '1@s.whatsapp.net'`)),
      /it was never linked to a phone/,
    ],
    [
      'far too many rows',
      () => (
        write(),
        sql(`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
          INSERT INTO whatsmeow_sessions SELECT '${jid}', i, zeroblob(3000000) FROM n`)
      ),
      /the table whatsmeow_sessions has more in it than a session can have/,
    ],
  ])('%s', async (_, make, words) => {
    make();
    expect(await failure()).toMatch(words);
  });

  it.each([
    ['postgres://me@host/whatsmeow', /PostgreSQL server cannot be imported, only its SQLite files/],
    ['host=localhost dbname=whatsmeow', /PostgreSQL server cannot be imported/],
    ['file:store.db?_foreign_keys=on', /is an address, not a path \(give the path of the file: store\.db\)/],
  ])('%s', async (address, words) => {
    file = address;
    expect(await failure()).toMatch(words);
  });

  it('text that is not UTF-8, without an end of the process', async () => {
    write();
    sql(`UPDATE whatsmeow_device SET push_name = CAST(x'ff00fe' AS TEXT)`);
    expect(await failure()).toMatch(/is damaged in the file/);
  });
});
