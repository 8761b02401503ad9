import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Archive } from '../../src/domain/archive.ts';
import { readKeyFile } from '../../src/keys/key-file.ts';
import { openAge, sealAge } from '../../src/transfer/age-file.ts';
import { archiveText } from '../../src/transfer/archive-text.ts';
import { fileOfKey, keyOfFile } from '../../src/transfer/baileys-file-names.ts';
import { readBufferJson } from '../../src/credentials/buffer-json.ts';
import { FuzzReport, firstSeed, isLong } from '../fuzz/fuzz-report.ts';
import { changed, otherValue, replaceValue, tries } from '../fuzz/hostile-files.ts';
import { importingStore } from '../fuzz/importing-store.ts';
import { linkedCreds } from '../support/linked-creds.ts';
import { grown } from '../support/fake-session.ts';
import { somebody } from '../support/fake-whatsapp.ts';

const folder = mkdtempSync(join(tmpdir(), 'wactl-hostile-'));
const store = importingStore(join(folder, 'store'));
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const numRuns = isLong ? 20_000 : 300;
const secret = 'sentinel-of-the-webhook';
const limits = { numRuns, secret };
const identity = await generateIdentity();
const sealing = { recipients: [await identityToRecipient(identity)] };
const opening = { passphrase: () => Promise.resolve('no'), identities: [identity] };

const { whatsappJid } = somebody;
const whole: Archive['sessions'][number] = {
  session: {
    ...grown,
    id: 'a',
    status: 'disconnected',
    fence: null,
    endpoint: null,
    proxy: `http://ada:${secret}@127.0.0.1:1`,
  },
  credentials: linkedCreds(whatsappJid),
  waiting: [
    { receiver: 'default', id: 'e', type: 'message', body: secret, createdAt: new Date(0), expiresAt: null },
  ],
};
const archive: Archive = {
  kind: 'backup',
  madeAt: new Date(0),
  sessions: [whole],
  rest: {
    settings: { proxy: `http://ada:${secret}@127.0.0.1:1` },
    tokens: [
      {
        name: 'ci',
        hash: 'ab'.repeat(32),
        scope: 'read',
        sessionId: 'a',
        createdAt: new Date(0),
        lastUsedAt: null,
      },
    ],
    key: { kind: 'passphrase', generation: 2, since: new Date(0) },
  },
};
const text = Buffer.from(archiveText(archive));
const sealed = await sealAge(text, sealing, false);
const armored = await sealAge(text, sealing, true);

/** The archive with something else in the place of one of its values. */
const withOther: fc.Arbitrary<Uint8Array> = fc.tuple(fc.nat(), otherValue).map(([where, value]) => {
  const lines = text.toString().trimEnd().split('\n');
  const documents = lines.map((line) => JSON.parse(line) as object);
  replaceValue(documents, where, value);
  return Buffer.from(documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
});

const timeout = 600_000;
const anything = fc.uint8Array({ maxLength: 2_000, size: 'max' });

test('an age file that was changed does not open', { timeout }, () =>
  tries('age', sealed, fc.oneof(changed(sealed), changed(armored), anything), limits, async (bytes) => {
    const opened = await openAge(bytes, 'a.age', opening);
    // Armor may have other line ends.
    expect(Buffer.from(opened).equals(text)).toBe(true);
  }),
);

test(
  'an archive with anything in it, sealed for us, is taken whole, and can be used, or is refused',
  { timeout },
  () =>
    tries('archives', text, fc.oneof(withOther, changed(text), anything), limits, async (bytes) => {
      const plan = await store.transfer.planImport(await sealAge(bytes, sealing, false), 'a.age', opening, {
        signal: new AbortController().signal,
      });
      await store.taken(plan);
    }),
);

test('a key file is a key or refused', { timeout }, () =>
  tries(
    'key files',
    Buffer.alloc(32, 1),
    fc.oneof(anything, fc.uint8Array({ minLength: 30, maxLength: 66 })),
    limits,
    (bytes) => {
      const path = join(folder, 'key');
      writeFileSync(path, bytes, { mode: 0o600 });
      const keys = readKeyFile(path, { uid: undefined }) ?? [];
      expect(keys.map(({ length }) => length)).toEqual(keys.map(() => 32));
      return Promise.resolve();
    },
  ),
);

test('any file name of a Baileys folder is a key that has this file, or none', { timeout }, () => {
  const report = new FuzzReport('files: Baileys names', firstSeed);
  const prefix = fc.constantFrom(
    '',
    'session-',
    'sender-key-',
    'pre-key-',
    '../',
    'app-state-sync-key-',
    'tctoken-',
  );
  const name = fc
    .tuple(prefix, fc.string({ unit: 'binary' }), fc.constantFrom('', '.json'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(name, (file) => {
      report.tried += 1;
      const key = keyOfFile(file);
      if (key) expect(fileOfKey(key)).toBe(file);
    }),
    { numRuns: numRuns * 10, seed: firstSeed },
  );
  report.print();
});

test('any JSON of Baileys is read without changing what objects are', { timeout }, () => {
  const report = new FuzzReport('files: Baileys JSON', firstSeed);
  const json = fc.oneof(
    fc.json({ depthSize: 'large' }),
    fc.jsonValue().map((data) => JSON.stringify({ type: 'Buffer', data })),
    changed(whole.credentials?.creds ?? new Uint8Array()).map((bytes) => Buffer.from(bytes).toString()),
    fc.constant('['.repeat(200_000)),
    fc.constant('{"__proto__":{"isBad":true},"constructor":{"prototype":{"isBad":true}}}'),
  );
  fc.assert(
    fc.property(json, (content) => {
      report.tried += 1;
      try {
        readBufferJson(content);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
      expect('isBad' in {}).toBe(false);
    }),
    { numRuns, seed: firstSeed },
  );
  report.print();
});

test.each<[string, object]>([
  [
    'a number that is too large',
    { last_close: { reason: 'banned', code: 1e308, at: new Date(0).toISOString() } },
  ],
  ['a NUL', { push_name: 'a\0b' }],
  ['half a character in its name', { name: '\ud800' }],
  [
    'half a character',
    { last_close: { reason: 'banned', code: 1, at: new Date(0).toISOString(), detail: '\ud800' } },
  ],
  ['half a character in the name of a key', { keys: [['session', '\ud800', 'e30=']] }],
])('a record with %s, which a database would not give back, is refused', async (_, change) => {
  const [header = '', line = ''] = text.toString().split('\n');
  const changedLine = JSON.stringify({ ...(JSON.parse(line) as object), ...change });
  const file = await sealAge(Buffer.from(`${header}\n${changedLine}\n`), sealing, false);
  const { signal } = new AbortController();
  await expect(store.transfer.planImport(file, 'a.age', opening, { signal })).rejects.toMatchObject({
    code: 'file_damaged',
  });
});

test('so is a token of such a session in a backup', async () => {
  const [header = '', line = ''] = text.toString().split('\n');
  const token = {
    name: 'a',
    sha256: '0'.repeat(64),
    scope: 'admin',
    session: 'a\0',
    created_at: new Date(0),
    last_used_at: null,
  };
  const rest = { settings: {}, tokens: [token], key: null };
  const lines = [header.replace('"copy"', '"backup"'), line, JSON.stringify(rest)];
  const file = await sealAge(Buffer.from(lines.map((one) => `${one}\n`).join('')), sealing, false);
  const { signal } = new AbortController();
  await expect(store.transfer.planImport(file, 'a.age', opening, { signal })).rejects.toThrow(
    '"tokens.0.session" must be text without a NUL or half a character',
  );
});
