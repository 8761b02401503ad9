import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as ours from '../../src/whatsapp/patches/rust-bridge.ts';

const file = join(import.meta.dirname, '../../node_modules/whatsapp-rust-bridge/dist/index.js');
const original = (await import(pathToFileURL(file).href)) as typeof ours;

describe('the stand-in for whatsapp-rust-bridge', () => {
  it('derives as the original does', () => {
    const key = randomBytes(32);
    const salt = randomBytes(32);
    const cases: { salt?: Uint8Array; info: string }[] = [
      { salt, info: '' },
      { info: 'adv_secret' },
      { salt, info: 'x' },
      { info: 'y' },
    ];
    for (const given of cases) expect(ours.hkdf(key, 112, given)).toEqual(original.hkdf(key, 112, given));
    expect(ours.hkdf(new Uint8Array(), 64, { salt, info: '' })).toEqual(
      original.hkdf(new Uint8Array(), 64, { salt, info: '' }),
    );
    expect(Buffer.from(ours.md5(key))).toEqual(Buffer.from(original.md5(key)));
  });

  it('expands app state keys as the original does', () => {
    const keyData = randomBytes(32);
    const { indexKey, valueEncryptionKey, valueMacKey, snapshotMacKey, patchMacKey } =
      original.expandAppStateKeys(keyData);
    expect(ours.expandAppStateKeys(keyData)).toEqual({
      indexKey,
      valueEncryptionKey,
      valueMacKey,
      snapshotMacKey,
      patchMacKey,
    });
  });

  it('adds and subtracts records as the original does', () => {
    const base = new Uint8Array(randomBytes(128));
    const [one, two, three] = [randomBytes(32), randomBytes(32), randomBytes(32)];
    const expected = new original.LTHashAntiTampering().subtractThenAdd(base, [one], [two, three]);
    const hash = new ours.LTHashAntiTampering();
    expect(hash.subtractThenAdd(base, [one], [two, three])).toEqual(expected);
    expect(hash.subtractThenAdd(expected, [two, three], [one])).toEqual(base);
  });
});
