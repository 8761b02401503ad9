import { expect, it } from 'vitest';
import { PasskeyAuthenticator } from '../../src/sandbox/passkey-authenticator.ts';

it('signs with a key that begins with zeros too', () => {
  const seed = Buffer.alloc(32);
  // One of the few whose private key begins with a zero byte.
  seed.writeUInt32BE(1157);
  const passkey = new PasskeyAuthenticator(seed);
  const signed = passkey.sign(JSON.stringify({ challenge: 'AAAA' }));
  expect(passkey.flawOf(signed, passkey.credentialId, 'AAAA')).toBeUndefined();
});
