import { platform } from 'node:os';
import type * as keyring from '@napi-rs/keyring';
import { WactlError } from '../errors.ts';
import type { WrappingKey } from '../ports/data-key.ts';
import { keyLength } from './key-file.ts';
import { loadCrypto } from './load-crypto.ts';

/** What is used of @napi-rs/keyring. */
export type Keyring = Pick<typeof keyring, 'AsyncEntry'>;

const name = '@napi-rs/keyring';
const install = `npm install -g ${name}@2`;
const service = 'wactl';
/** Left to itself, it falls back to the kernel's keyring, which forgets everything when the machine restarts. */
const options = { linux: { store: 'secret-service' } } as const;
const accountLength = 8;

/** The key from the keyring of the user; `salt` is the account that it is kept for. Throws `missing_key`. */
export async function keyringKey(salt: string, load = loadKeyring): Promise<WrappingKey> {
  const entry = await entryOf(salt, load);
  const key = Buffer.from((await told(() => entry.getPassword())) ?? '', 'hex');
  if (key.length === keyLength) return { kind: 'keyring', salt, cost: 0, key };
  throw new WactlError(
    'missing_key',
    'the keyring has no key for these sessions',
    `unlock the keyring that it was put into; its entry is "${service}", ${salt}`,
  );
}

/** Puts a new key into the keyring, and reads it back. */
export async function newKeyringKey(load = loadKeyring): Promise<WrappingKey> {
  const { randomBytes } = loadCrypto();
  const salt = randomBytes(accountLength).toString('hex');
  const entry = await entryOf(salt, load);
  await told(() => entry.setPassword(randomBytes(keyLength).toString('hex')));
  return keyringKey(salt, load);
}

async function entryOf(account: string, load: () => Promise<Keyring>) {
  const { AsyncEntry } = await load();
  if (platform() === 'linux' && takesAnyStore(AsyncEntry)) {
    throw new WactlError(
      'missing_key',
      `this version of ${name} may keep a key where it is forgotten when the machine restarts`,
      `install a newer one: ${install}`,
    );
  }
  return told(() => Promise.resolve(new AsyncEntry(service, account, options)));
}

/** Versions before 2.1 take no notice of the store that they are told to use. */
function takesAnyStore(AsyncEntry: Keyring['AsyncEntry']): boolean {
  try {
    return new AsyncEntry(service, 'none', { linux: { store: 'none' as never } }) instanceof AsyncEntry;
  } catch {
    return false;
  }
}

/** A person who wants it installs it beside wactl. */
async function loadKeyring(): Promise<Keyring> {
  try {
    return (await import(name)) as Keyring;
  } catch (error) {
    throw new WactlError(
      'missing_key',
      `wactl needs ${name} to use the keyring, and it is not installed`,
      `install it where wactl is: ${install}`,
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
