import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Archive } from '../../src/domain/archive.ts';
import { WactlError } from '../../src/errors.ts';
import { readKeyFile } from '../../src/keys/key-file.ts';
import { openAge, sealAge } from '../../src/transfer/age-file.ts';
import { archiveText } from '../../src/transfer/archive-text.ts';
import { fileOfKey, keyOfFile } from '../../src/transfer/baileys-file-names.ts';
import { readBufferJson } from '../../src/transfer/buffer-json.ts';
import { sessionFiles } from '../support/session-files.ts';
import { FuzzReport, firstSeed, isLong } from '../fuzz/fuzz-report.ts';
import { linkedCreds } from '../support/linked-creds.ts';
import { grown } from '../support/fake-session.ts';
import { somebody } from '../support/fake-whatsapp.ts';

const folder = mkdtempSync(join(tmpdir(), 'wactl-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const numRuns = isLong ? 20_000 : 300;
const secret = 'sentinel-of-the-webhook';
const identity = await generateIdentity();
const sealing = { recipients: [await identityToRecipient(identity)] };
const opening = { passphrase: () => Promise.resolve('no'), identities: [identity] };

const { whatsappJid } = somebody;
const whole: Archive['sessions'][number] = {
  session: { ...grown, id: 'a', proxy: `http://ada:${secret}@127.0.0.1:1` },
  credentials: linkedCreds(whatsappJid),
};
const archive: Archive = { kind: 'copy', madeAt: new Date(0), sessions: [whole] };
const text = Buffer.from(archiveText(archive));
const sealed = await sealAge(text, sealing, false);
const armored = await sealAge(text, sealing, true);

/** Bytes with one to four changes: bits flipped, a part cut out, doubled or replaced, an end cut off. */
const changed = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.tuple(fc.nat(), fc.nat(200), fc.uint8Array({ maxLength: 40 }), fc.nat(4)), {
      minLength: 1,
      maxLength: 4,
    })
    .map((changes) =>
      changes.reduce<Uint8Array>((all, [where, length, put, kind]) => {
        const at = where % (all.length + 1);
        const [before, after] = [all.subarray(0, at), all.subarray(at)];
        switch (kind) {
          case 0:
            return Buffer.concat([
              before,
              after.subarray(0, 1).map((byte) => byte ^ (1 << (length % 8))),
              after.subarray(1),
            ]);
          case 1:
            return Buffer.concat([before, after.subarray(length)]);
          case 2:
            return Buffer.concat([before, after.subarray(0, length), after]);
          case 3:
            return Buffer.concat([before, put, after.subarray(put.length)]);
          default:
            return before;
        }
      }, bytes),
    );

/** The archive with something else in the place of one of its values. */
const withOtherValue: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.nat(),
    fc.oneof(fc.jsonValue(), fc.constantFrom(null, -1, 1e308, '', '../a', '\u001b[2J', 'x'.repeat(100_000))),
  )
  .map(([where, value]) => {
    const lines = text.toString().trimEnd().split('\n');
    const documents = lines.map((line) => JSON.parse(line) as object);
    const places: (() => void)[] = [];
    const walk = (node: object): void => {
      for (const [name, child] of Object.entries(node) as [string, unknown][]) {
        places.push(() => Object.assign(node, { [name]: value }));
        if (typeof child === 'object' && child !== null) walk(child);
      }
    };
    for (const document of documents) walk(document);
    places[where % places.length]?.();
    return Buffer.from(documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
  });

const codes = ['file_damaged', 'file_locked', 'usage', 'wrong_key', 'store_unsafe'];

/** Whatever the bytes are: an answer, or a failure that a person can understand, without a secret, and no bug. */
async function tries(
  what: string,
  bytes: fc.Arbitrary<Uint8Array>,
  work: (bytes: Uint8Array) => Promise<unknown>,
): Promise<void> {
  const report = new FuzzReport(`files: ${what}`, firstSeed);
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      report.tried += 1;
      try {
        await work(content);
      } catch (error) {
        const { message, hint = '' } = error as WactlError;
        if (!(error instanceof WactlError) || !codes.includes(error.code))
          report.fail('crash', String(error));
        expect(error).toBeInstanceOf(WactlError);
        expect(codes).toContain((error as WactlError).code);
        expect(`${message}${hint}`).not.toContain(secret);
        expect(message.length).toBeLessThan(2_000);
      }
    }),
    { numRuns, seed: firstSeed },
  );
  report.print();
  expect(report.tried).toBeGreaterThanOrEqual(numRuns);
}

const timeout = 600_000;
const anything = fc.uint8Array({ maxLength: 2_000, size: 'max' });

test('an age file that was changed does not open', { timeout }, () =>
  tries('age', fc.oneof(changed(sealed), changed(armored), anything), async (bytes) => {
    const opened = await openAge(bytes, 'a.age', opening);
    // Armor may have other line ends.
    expect(Buffer.from(opened).equals(text)).toBe(true);
  }),
);

test('an archive with anything in it, sealed for us, is taken whole or refused', { timeout }, () =>
  tries('archives', fc.oneof(withOtherValue, changed(text), anything), async (bytes) => {
    const { sessions } = await sessionFiles.open(await sealAge(bytes, sealing, false), 'a.age', opening);
    for (const { session, credentials } of sessions) expect(session.paired && !credentials).toBe(false);
  }),
);

test('a key file is a key or refused', { timeout }, () =>
  tries('key files', fc.oneof(anything, fc.uint8Array({ minLength: 30, maxLength: 66 })), (bytes) => {
    const path = join(folder, 'key');
    writeFileSync(path, bytes, { mode: 0o600 });
    const keys = readKeyFile(path, { uid: undefined }) ?? [];
    expect(keys.map(({ length }) => length)).toEqual(keys.map(() => 32));
    return Promise.resolve();
  }),
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
