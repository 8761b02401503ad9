import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Device } from './device.ts';
import { hkdf } from './hkdf.ts';
import { agree, generateAgreementKeyPair } from './key-pair.ts';
import type { AgreementKeyPair, SigningKeyPair } from './key-pair.ts';
import { PhoneRefusedError } from './phone-refused-error.ts';

const derive = promisify(pbkdf2);
const rounds = 131_072;
const noSalt = Buffer.alloc(0);
const bundleInfo = 'link_code_pairing_key_bundle_encryption_key';
const tagLength = 16;

/** The AES key of a pairing code (8 characters). */
export const codeKey = (code: string, salt: Buffer): Promise<Buffer> =>
  derive(code, salt, rounds, 32, 'sha256');

/** Encrypts an ephemeral public key with the code: salt 32 | iv 16 | AES-256-CTR. 80 bytes. */
export async function wrapEphemeral(publicKey: Buffer, code: string): Promise<Buffer> {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-ctr', await codeKey(code, salt), iv);
  return Buffer.concat([salt, iv, cipher.update(publicKey), cipher.final()]);
}

/** Reads what wrapEphemeral wrote. A wrong code gives a wrong key, not an error. */
export async function unwrapEphemeral(wrapped: Buffer, code: string): Promise<Buffer> {
  const key = await codeKey(code, wrapped.subarray(0, 32));
  const decipher = createDecipheriv('aes-256-ctr', key, wrapped.subarray(32, 48));
  return Buffer.concat([decipher.update(wrapped.subarray(48)), decipher.final()]);
}

/** The companion's message at the end of pairing by code. */
export type CompanionFinish = { readonly bundle: Buffer; readonly identityKey: Buffer };

/** The phone's part of pairing by code, for one code that was typed. */
export class CodeExchange {
  readonly ephemeral: AgreementKeyPair = generateAgreementKeyPair();
  readonly #identity: SigningKeyPair;
  readonly #companionEphemeral: Buffer;
  /** Ends the wait of the person who typed the code. */
  readonly settle: { done(device: Device): void; failed(error: Error): void };

  constructor(
    identity: SigningKeyPair,
    companionEphemeral: Buffer,
    settle: { done(device: Device): void; failed(error: Error): void },
  ) {
    this.#identity = identity;
    this.#companionEphemeral = companionEphemeral;
    this.settle = settle;
  }

  /** The ADV secret that both sides now share. Throws PhoneRefusedError when the code was wrong or a key differs. */
  readSecret({ bundle, identityKey }: CompanionFinish, registeredIdentity: Buffer): Buffer {
    const shared = agree(this.ephemeral, this.#companionEphemeral);
    const content = openBundle(bundle, shared);
    const companionIdentity = content.subarray(0, 32);
    if (!companionIdentity.equals(identityKey) || !companionIdentity.equals(registeredIdentity))
      throw new PhoneRefusedError('the device answered with another identity than it registered');
    if (!content.subarray(32, 64).equals(this.#identity.publicKey))
      throw new PhoneRefusedError('the device was talking to another phone');
    const material = Buffer.concat([shared, agree(this.#identity, companionIdentity), content.subarray(64)]);
    return hkdf(material, noSalt, 'adv_secret', 32);
  }
}

const openBundle = (bundle: Buffer, shared: Buffer): Buffer => {
  const key = hkdf(shared, bundle.subarray(0, 32), bundleInfo, 32);
  const sealed = bundle.subarray(44);
  try {
    const iv = bundle.subarray(32, 44);
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagLength });
    decipher.setAuthTag(sealed.subarray(-tagLength));
    const content = Buffer.concat([decipher.update(sealed.subarray(0, -tagLength)), decipher.final()]);
    if (content.length === 96) return content;
  } catch (cause) {
    throw new PhoneRefusedError('wrong code', undefined, { cause });
  }
  throw new PhoneRefusedError('the device sent a key bundle that is not 96 bytes');
};
