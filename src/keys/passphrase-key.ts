import { promisify } from 'node:util';
import type { WrappingKey } from '../ports/data-key.ts';
import { keyLength } from './key-file.ts';
import { loadCrypto } from './load-crypto.ts';

/** Log2 of scrypt's N: 128 MB, and about half a second on a machine of 2020. */
export const usualCost = 17;
const [blockSize, parallel, saltLength] = [8, 1, 16];

/** The key that scrypt makes of a passphrase, in another thread. `salt`: in hex; left out: a new one. */
export async function passphraseKey(
  passphrase: string,
  cost: number,
  salt = loadCrypto().randomBytes(saltLength).toString('hex'),
): Promise<WrappingKey> {
  const scrypt = promisify(
    loadCrypto().scrypt as (
      password: string,
      salt: Uint8Array,
      length: number,
      options: { N: number; r: number; p: number; maxmem: number },
      done: (error: Error | null, key: Buffer) => void,
    ) => void,
  );
  const options = { N: 2 ** cost, r: blockSize, p: parallel, maxmem: 2 ** cost * blockSize * 256 };
  // However its letters were typed.
  const text = passphrase.normalize('NFKC');
  return {
    kind: 'passphrase',
    salt,
    cost,
    key: await scrypt(text, Buffer.from(salt, 'hex'), keyLength, options),
  };
}
