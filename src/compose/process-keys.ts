import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { KeyOptions, ProcessKeys } from '../keys/key-sources.ts';
import type { WrappingKey } from '../ports/data-key.ts';
import type { Io } from '../ports/io.ts';

type Around = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: { readonly keyFile?: string | undefined };
  readonly io: Pick<Io, 'canPrompt' | 'secret' | 'warn'>;
  readonly uid: number | undefined;
};

/** The key file of a process in the background that is handed the key, and the file descriptor that it reads it from. */
const [handedName, handedDescriptor] = ['pipe:3', 3] as const;

/** What a process knows about the key of the sessions in a directory. */
export function keyOptions({ env, flags, io, uid }: Around, directory: string): KeyOptions {
  const isHanded = flags.keyFile === handedName;
  const keyFile = isHanded ? undefined : (flags.keyFile ?? (env['WACTL_KEY_FILE'] || undefined));
  return {
    ownFile: join(directory, 'wactl.key'),
    uid,
    keyFile: keyFile === undefined ? undefined : resolve(keyFile),
    credentialsDirectory: env['CREDENTIALS_DIRECTORY'] || undefined,
    passphrase: env['WACTL_PASSPHRASE'] || undefined,
    handed: isHanded ? handedKey(readFileSync(handedDescriptor, 'utf8')) : undefined,
    ask: io.canPrompt ? (question) => io.secret(question) : undefined,
    keyring: async (salt) => (await import('../keys/keyring-key.ts')).keyringKey(salt),
    warn: (sentence) => io.warn(sentence),
  };
}

/** How a process in the background gets the key: by flags that tell no secret, and through a pipe. */
export function keyForChild(
  { flags }: Pick<Around, 'flags'>,
  keys: ProcessKeys,
): { readonly flags: readonly string[]; readonly handed: string | undefined } {
  const key = keys.forChild();
  const file = key ? handedName : flags.keyFile && resolve(flags.keyFile);
  return { flags: file ? ['--key-file', file] : [], handed: key && handedText(key) };
}

/** For sessions in another directory: no key of a person's choice. */
export function withoutKeys<A extends Pick<Around, 'env' | 'flags'>>(around: A): A {
  const none = { WACTL_KEY_FILE: undefined, WACTL_PASSPHRASE: undefined, CREDENTIALS_DIRECTORY: undefined };
  return { ...around, flags: { ...around.flags, keyFile: undefined }, env: { ...around.env, ...none } };
}

/** A key as it goes through the pipe. */
const handedText = (key: WrappingKey): string =>
  JSON.stringify({ ...key, key: Buffer.from(key.key).toString('hex') });

function handedKey(text: string): WrappingKey {
  const handed = JSON.parse(text) as Omit<WrappingKey, 'key'> & { readonly key: string };
  return { ...handed, key: Buffer.from(handed.key, 'hex') };
}
