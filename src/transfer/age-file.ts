import { Decrypter, Encrypter, armor } from 'age-encryption';
import type { Opening, Sealing } from '../domain/archive.ts';
import { FileDamagedError, FileLockedError, UsageError } from '../errors.ts';

const [binaryStart, armorStart] = ['age-encryption.org/v1\n', '-----BEGIN AGE ENCRYPTED FILE-----'];
/** As age has it: 2^20 takes 1 GB of memory and seconds. */
const mostWork = 20;
/** A header has a line or two for each recipient. */
const longestHeader = 1024 * 1024;

/** Seals bytes in the age format (age-encryption.org/v1). Throws UsageError for a recipient that is none. */
export async function sealAge(content: Uint8Array, sealing: Sealing, armored: boolean): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  if ('passphrase' in sealing) {
    encrypter.setPassphrase(sealing.passphrase);
    if (sealing.workFactor !== undefined) encrypter.setScryptWorkFactor(sealing.workFactor);
  } else {
    for (const recipient of sealing.recipients) addRecipient(encrypter, recipient);
  }
  const sealed = await encrypter.encrypt(content);
  return armored ? Buffer.from(armor.encode(sealed)) : sealed;
}

function addRecipient(encrypter: Encrypter, recipient: string): void {
  try {
    encrypter.addRecipient(recipient);
  } catch (cause) {
    throw new UsageError(
      `"${recipient}" is not an age recipient`,
      'give the public key of the one who opens the file, age1…; make a pair with: age-keygen',
      { cause },
    );
  }
}

/** Opens a file in the age format. `name` is what a person calls it. Throws `file_damaged`, `file_locked`, UsageError. */
export async function openAge(file: Uint8Array, name: string, opening: Opening): Promise<Uint8Array> {
  const bare = withoutArmor(file, name);
  const head = Buffer.from(bare.subarray(0, longestHeader)).toString('latin1');
  if (!head.startsWith(binaryStart)) throw notAge(name);
  const header = head.slice(0, head.indexOf('\n---'));
  const scrypt = /^-> scrypt \S+ (\d{1,3})$/m.exec(header);
  const decrypter = new Decrypter();
  if (scrypt) {
    if (Number(scrypt[1]) > mostWork) {
      throw new FileDamagedError(
        `${name} asks for more work than wactl does to open a file (scrypt 2^${scrypt[1] ?? ''})`,
      );
    }
    decrypter.addPassphrase(await opening.passphrase());
  } else {
    if (opening.identities.length === 0) {
      throw new UsageError(
        `${name} is sealed for the owner of a key, not with a passphrase`,
        'add --identity FILE, the file that age-keygen made',
      );
    }
    for (const identity of opening.identities) addIdentity(decrypter, identity);
  }
  try {
    return await decrypter.decrypt(bare);
  } catch (cause) {
    if (cause instanceof Error && cause.message.startsWith('no identity matched'))
      throw new FileLockedError(
        scrypt ? `incorrect passphrase for ${name}` : `${name} is sealed for another key than the one given`,
        { cause },
      );
    throw new FileDamagedError(`${name} is damaged or cut short`, undefined, { cause });
  }
}

function addIdentity(decrypter: Decrypter, identity: string): void {
  try {
    decrypter.addIdentity(identity);
  } catch (cause) {
    throw new UsageError(
      'the identity file has a line that is not an age identity',
      'give the file that age-keygen made, with a line AGE-SECRET-KEY-1…',
      { cause },
    );
  }
}

function withoutArmor(file: Uint8Array, name: string): Uint8Array {
  const isArmored = Buffer.from(file.subarray(0, 1_000))
    .toString('latin1')
    .trimStart()
    .startsWith(armorStart);
  if (!isArmored) return file;
  try {
    return armor.decode(Buffer.from(file).toString('latin1'));
  } catch (cause) {
    throw new FileDamagedError(`${name} is damaged or cut short`, undefined, { cause });
  }
}

const notAge = (name: string): FileDamagedError =>
  new FileDamagedError(`${name} is not a file that wactl export or wactl backup made`);
