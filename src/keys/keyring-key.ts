import { WactlError } from '../errors.ts';
import type { WrappingKey } from '../ports/data-key.ts';
import { keyLength } from './key-file.ts';
import { loadCrypto } from './load-crypto.ts';

/** What is used of @napi-rs/keyring, which a person installs who wants it. */
type Keyring = {
  readonly AsyncEntry: new (
    service: string,
    account: string,
    options: { readonly linux: { readonly store: 'secret-service' } },
  ) => { getPassword(): Promise<string | null>; setPassword(text: string): Promise<void> };
};

const name = '@napi-rs/keyring';
const service = 'wactl';
/** Left to itself, it falls back to the kernel's keyring, which forgets everything when the machine restarts. */
const options = { linux: { store: 'secret-service' } } as const;
const accountLength = 8;

/** The key from the keyring of the user; `salt` is the account that it is kept for. Throws `missing_key`. */
export async function keyringKey(salt: string): Promise<WrappingKey> {
  const entry = await entryOf(salt);
  const key = Buffer.from((await told(() => entry.getPassword())) ?? '', 'hex');
  if (key.length === keyLength) return { kind: 'keyring', salt, cost: 0, key };
  throw new WactlError(
    'missing_key',
    'the keyring has no key for these sessions',
    `unlock the keyring that it was put into; its entry is "${service}", ${salt}`,
  );
}

/** Puts a new key into the keyring, and reads it back. */
export async function newKeyringKey(): Promise<WrappingKey> {
  const { randomBytes } = loadCrypto();
  const salt = randomBytes(accountLength).toString('hex');
  const entry = await entryOf(salt);
  await told(() => entry.setPassword(randomBytes(keyLength).toString('hex')));
  return keyringKey(salt);
}

const entryOf = async (account: string) => {
  const { AsyncEntry } = await loadKeyring();
  return told(() => Promise.resolve(new AsyncEntry(service, account, options)));
};

async function loadKeyring(): Promise<Keyring> {
  try {
    return (await import(name)) as Keyring;
  } catch (error) {
    throw new WactlError(
      'missing_key',
      `wactl needs ${name} to use the keyring, and it is not installed`,
      `install it beside wactl: npm install -g ${name}`,
      { cause: error },
    );
  }
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const hint =
      'unlock it, or start the service that keeps it (the Secret Service on Linux), then try again';
    throw new WactlError('missing_key', `the keyring cannot be used: ${words}`, hint, { cause: error });
  }
}
