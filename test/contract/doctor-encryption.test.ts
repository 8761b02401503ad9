import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ok, warning } from '../../src/domain/finding.ts';
import { ownFileKeys, ownKeyFile } from '../../src/keys/file-keys.ts';
import type { KeySource } from '../../src/ports/data-key.ts';
import { encryptionCheck } from '../../src/store/encryption-check.ts';
import { openStore } from '../../src/store/open-store.ts';
import { recordsCheck } from '../../src/store/records-check.ts';
import { fakeKeys } from '../support/fake-keys.ts';
import { draftOf } from '../support/store-drafts.ts';

const parent = mkdtempSync(join(tmpdir(), 'wactl-doctor-encryption-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(parent, 'store-'));
});

async function fill(keys: KeySource = ownFileKeys(directory)): Promise<void> {
  const store = openStore({ directory, keys });
  await store.create(draftOf('a', { proxy: 'http://127.0.0.1:1' }));
  await store.close();
}

const signal = new AbortController().signal;
const look = (keys: KeySource = ownFileKeys(directory)) =>
  encryptionCheck(directory, {
    keys,
    keyFile: () => ({ path: ownKeyFile(directory), isOwnFile: true }),
  }).examine(signal);

/** A key that nobody has given. */
const notGiven: KeySource = {
  ...fakeKeys(),
  prepare: () => Promise.reject(new Error('nobody can be asked')),
};

describe('the check of the encryption', () => {
  test('says where the key is, what that protects from, and what not', async () => {
    expect(await look()).toEqual(ok('no secret yet: the first one makes the key'));
    await fill();
    expect(await look()).toEqual(
      ok(
        `key: ${ownKeyFile(directory)}. Protected: a copy of wactl.db alone: in a backup, sent to somebody, or left in a snapshot. ` +
          'Not: a copy of the whole directory, programs of your own user, and root',
      ),
    );
  });

  test('fails with a lost key and with a wrong one', async () => {
    await fill();
    writeFileSync(ownKeyFile(directory), Buffer.alloc(32, 9));
    await expect(look()).rejects.toMatchObject({ code: 'wrong_key' });
    rmSync(ownKeyFile(directory));
    await expect(look()).rejects.toMatchObject({ code: 'missing_key' });
  });

  test('tries a passphrase that was given, and warns where none was', async () => {
    await fill(fakeKeys());
    expect(await look(fakeKeys())).toMatchObject({
      status: 'ok',
      details: expect.stringMatching(/^key: a passphrase\. /) as string,
    });
    expect(await look(notGiven)).toMatchObject({
      status: 'warning',
      details: expect.stringContaining('Not tried, because nobody gave it') as string,
      remedy: 'set WACTL_PASSPHRASE for doctor too',
    });
    expect(await recordsCheck(directory, undefined, notGiven).examine(signal)).toEqual(
      warning('not read, because nobody gave the key', 'set WACTL_PASSPHRASE for doctor too'),
    );
  });
});
