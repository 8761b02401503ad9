import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BufferJSON } from '@whiskeysockets/baileys';
import fc from 'fast-check';
import Libsql from 'libsql';
import { afterAll, afterEach, expect, test } from 'vitest';
import { fileOfKey } from '../../src/transfer/baileys-file-names.ts';
import { keyFromBytes } from '../../src/credentials/credential-bytes.ts';
import { isLong } from '../fuzz/fuzz-report.ts';
import { changed, tries, withOtherValue } from '../fuzz/hostile-files.ts';
import { importingStore } from '../fuzz/importing-store.ts';
import { goSignal } from '../support/go-signal.ts';
import { linkedCreds } from '../support/linked-creds.ts';
import { rowsOf, signedDevice, writeWhatsmeow } from '../support/whatsmeow-file.ts';
import type { Rows } from '../support/whatsmeow-file.ts';

const home = mkdtempSync(join(tmpdir(), 'wactl-folders-'));
const store = importingStore(join(home, 'store'));
afterAll(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

const given = join(home, 'given');
afterEach(() => rmSync(given, { recursive: true, force: true }));

const { signal } = new AbortController();
const options = { signal, as: 'given', settings: { webhook: null, proxy: null, endpoint: null } };

const timeout = 900_000;
const jid = '15551234567:3@s.whatsapp.net';
const anything = fc.uint8Array({ maxLength: 2_000, size: 'max' });
const secret = 'sentinel-of-the-adv-secret';

/** The files of a folder of Baileys by their names. */
const files = new Map<string, string>();
const linked = linkedCreds(jid);
const creds = JSON.parse(Buffer.from(linked.creds).toString()) as object;
files.set('creds.json', JSON.stringify({ ...creds, advSecretKey: Buffer.from(secret).toString('base64') }));
for (const { type, id, value } of linked.keys) {
  const content = type === 'pre-key' ? JSON.stringify(keyFromBytes(type, value), BufferJSON.replacer) : value;
  files.set(fileOfKey({ type, id }), Buffer.from(content).toString());
}
const names = [...files.keys()];

type Change = (folder: string) => void;
const nameOf = fc.oneof(
  { weight: 1, arbitrary: fc.constant('creds.json') },
  { weight: 3, arbitrary: fc.constantFrom(...names) },
);
const foreignName = fc
  .tuple(
    fc.constantFrom(
      '',
      'session-',
      'pre-key-',
      'sender-key-',
      'lid-mapping-',
      'app-state-sync-key-',
      'tctoken-',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    fc.constantFrom('', '.json', '.json.tmp'),
  )
  .map((parts) => parts.join('').replaceAll(/[/\0]/g, '_'))
  .filter((name) => !['.', '..'].includes(name) && Buffer.byteLength(name) < 250);

const put = (folder: string, name: string, content: string | Uint8Array): void => {
  rmSync(join(folder, name), { recursive: true, force: true });
  writeFileSync(join(folder, name), content);
};

/** A change of a folder. */
const change: fc.Arbitrary<Change> = fc.oneof(
  nameOf.map((name) => (folder: string) => rmSync(join(folder, name), { recursive: true, force: true })),
  nameOf.chain((name) =>
    fc
      .oneof(anything, changed(Buffer.from(files.get(name) ?? '')), withOtherValue(files.get(name) ?? ''))
      .map((content) => (folder: string) => put(folder, name, content)),
  ),
  // Wrong Base64.
  fc.tuple(nameOf, fc.string({ unit: 'binary', maxLength: 60 })).map(
    ([name, text]) =>
      (folder: string) =>
        put(
          folder,
          name,
          (files.get(name) ?? '').replace(/"data":"[^"]*"/, `"data":${JSON.stringify(text)}`),
        ),
  ),
  fc.tuple(foreignName, fc.oneof(anything, fc.constant('{}'), fc.constantFrom(...files.values()))).map(
    ([name, content]) =>
      (folder: string) =>
        put(folder, name, content),
  ),
  fc
    .tuple(nameOf, fc.constantFrom(...names, '/dev/zero', '/proc/self/mem', 'nowhere', '.'))
    .map(([name, target]) => (folder: string) => {
      rmSync(join(folder, name), { recursive: true, force: true });
      symlinkSync(target, join(folder, name));
    }),
  nameOf.map((name) => (folder: string) => {
    rmSync(join(folder, name), { recursive: true, force: true });
    mkdirSync(join(folder, name));
  }),
  // Sparse: it takes no room here.
  fc.tuple(nameOf, fc.constantFrom(0, 200, 300 * 1024 * 1024)).map(([name, size]) => (folder: string) => {
    put(folder, name, files.get(name) ?? '');
    truncateSync(join(folder, name), size);
  }),
  nameOf.map((name) => (folder: string) => put(folder, name, '['.repeat(200_000))),
);

test(
  'a folder of Baileys with anything in it is taken whole, and can be used, or is refused',
  { timeout },
  () =>
    tries(
      'Baileys folders',
      [],
      fc.array(change, { minLength: 1, maxLength: 3 }),
      { numRuns: isLong ? 10_000 : 150, secret },
      async (changes) => {
        rmSync(given, { recursive: true, force: true });
        mkdirSync(given);
        for (const [name, content] of files) writeFileSync(join(given, name), content);
        for (const apply of changes) apply(given);
        await store.taken(await store.transfer.planFromBaileys(given, options));
      },
    ),
);

const [own, ownPublic] = [goSignal.us.identityPrivate, goSignal.us.identityPublic].map((key) =>
  Buffer.from(key, 'base64').subarray(-32),
);
const device = signedDevice(jid, { private: own ?? Buffer.of(), public: ownPublic ?? Buffer.of() });
const rows: Rows = {
  ...rowsOf(device),
  whatsmeow_sessions: goSignal.sessions.map(({ record }, at) => ({
    our_jid: jid,
    their_id: `100${String(at)}:0`,
    session: Buffer.from(record),
  })),
  whatsmeow_sender_keys: [
    {
      our_jid: jid,
      chat_id: '12036@g.us',
      sender_id: '2001_1:0',
      sender_key: Buffer.from(goSignal.group.theirs),
    },
  ],
  whatsmeow_identity_keys: [{ our_jid: jid, their_id: '1001:0', identity: Buffer.alloc(32, 1) }],
  whatsmeow_app_state_sync_keys: [
    { jid, key_id: Buffer.alloc(6), key_data: Buffer.alloc(32), timestamp: 1, fingerprint: Buffer.alloc(4) },
  ],
  whatsmeow_app_state_version: [{ jid, name: 'regular', version: 7, hash: Buffer.alloc(128) }],
  whatsmeow_app_state_mutation_macs: [
    { jid, name: 'regular', version: 7, index_mac: Buffer.alloc(32), value_mac: Buffer.alloc(32) },
  ],
  whatsmeow_privacy_tokens: [
    { our_jid: jid, their_jid: '1001@s.whatsapp.net', token: Buffer.of(1), timestamp: 5 },
  ],
  whatsmeow_lid_map: [{ lid: '2001', pn: '1001' }],
};
const database = join(home, 'whatsmeow.db');
writeWhatsmeow(database, rows);
const whole = readFileSync(database);

type Value = string | number | Uint8Array | null;
const place = fc.constantFrom(
  ...Object.entries(rows).flatMap(([table, all]) =>
    Object.keys(all[0] ?? {}).map((column) => ({ table, column })),
  ),
);
const value: fc.Arbitrary<{ readonly of: 'as it is' | 'as text'; readonly value: Value }> = fc.oneof(
  fc
    .oneof(
      fc.constantFrom<Value>(
        null,
        -1,
        2 ** 40,
        1.5,
        '',
        'x'.repeat(20_000),
        Buffer.alloc(0),
        Buffer.alloc(6_000_000),
      ),
      fc.integer(),
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
      fc.uint8Array({ maxLength: 140 }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.constantFrom(...goSignal.sessions.map(({ record }) => record)).chain((record) =>
        fc.oneof(
          withOtherValue(record).map((text) => Buffer.from(text)),
          changed(Buffer.from(record)),
        ),
      ),
      withOtherValue(goSignal.group.theirs).map((text) => Buffer.from(text)),
    )
    .map((one) => ({ of: 'as it is' as const, value: one })),
  fc.uint8Array({ maxLength: 40 }).map((one) => ({ of: 'as text' as const, value: one })),
);
const statement = fc.constantFrom(
  ...Object.keys(rows).flatMap((table) => [`DELETE FROM ${table}`, `DROP TABLE ${table}`]),
  'INSERT INTO whatsmeow_version VALUES (1000, 1000)',
  'ALTER TABLE whatsmeow_device RENAME COLUMN noise_key TO other',
  'ALTER TABLE whatsmeow_sessions RENAME COLUMN session TO "a""b"',
);

type Making = (path: string) => void;
const making: fc.Arbitrary<Making> = fc.oneof(
  // Pages, and what is beside them.
  fc.oneof(changed(whole), anything).map((bytes) => (path: string) => writeFileSync(path, bytes)),
  fc
    .tuple(fc.constantFrom('-wal', '-journal', '-shm'), fc.oneof(anything, changed(whole)))
    .map(([end, bytes]) => (path: string) => {
      writeFileSync(path, whole);
      writeFileSync(`${path}${end}`, bytes);
    }),
  // Rows.
  fc
    .array(fc.oneof(fc.tuple(place, value), statement), { minLength: 1, maxLength: 3 })
    .map((changes) => (path: string) => {
      writeFileSync(path, whole);
      const db = new Libsql(path);
      db.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA ignore_check_constraints = ON');
      for (const one of changes) {
        try {
          if (typeof one === 'string') {
            db.exec(one);
            continue;
          }
          const [{ table, column }, { of, value: bound }] = one;
          const marked = of === 'as text' ? 'CAST(? AS TEXT)' : '?';
          db.prepare<[readonly Value[]]>(`UPDATE ${table} SET ${column} = ${marked}`).run([bound]);
        } catch {
          // A column that must not be empty, or a table that is gone.
        }
      }
      db.close();
    }),
);

test(
  'a database of whatsmeow with anything in it is taken, and can be used, or is refused',
  { timeout },
  () =>
    tries(
      'whatsmeow files',
      (path) => writeFileSync(path, whole),
      making,
      { numRuns: isLong ? 4_000 : 150, secret },
      async (make) => {
        rmSync(given, { recursive: true, force: true });
        mkdirSync(given);
        const path = join(given, 'store.db');
        make(path);
        await store.taken(await store.transfer.planFromWhatsmeow(path, undefined, options));
      },
    ),
);

// Other systems have no such names.
test.runIf(process.platform === 'linux')('a file that cannot be found under its name is named', async () => {
  mkdirSync(given);
  for (const [name, content] of files) writeFileSync(join(given, name), content);
  writeFileSync(
    Buffer.concat([Buffer.from(join(given, 'session-')), Buffer.of(0xff), Buffer.from('.json')]),
    '{}',
  );
  await expect(store.transfer.planFromBaileys(given, options)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/session-.\.json" cannot be read: ENOENT$/) as string,
  });
});
