import { createCipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';
import { pairCodeAlphabet } from '../domain/pair-code.ts';

/**
 * The computations of the passkey ceremony ("Shortcake": whatsmeow, pair-passkey.go; zapo, WaShortcakeFlow). All keys and
 * nonces have 32 bytes; public keys are bare, without the 05 of Signal.
 */

const hkdf = (material: Uint8Array, salt: string, info: string): Buffer =>
  Buffer.from(hkdfSync('sha256', material, salt, info, 32));

/** Proves that the device that was scanned is the one that continues. */
export const handoffKey = (advSecret: Uint8Array): Buffer =>
  hkdf(advSecret, '', 'shortcake-passkey-handoff-v1');

export const handoffProof = (key: Uint8Array, prologue: Uint8Array): Buffer =>
  createHmac('sha256', key).update(prologue).digest();

/** Binds this device to its ephemeral key before it knows the phone's. */
export const commitment = (identity: Uint8Array, nonce: Uint8Array): Buffer =>
  createHash('sha256').update(identity).update(nonce).digest();

/** The code that phone and device show, bare: 40 bits as eight digits of the pairing alphabet. */
export function verificationCode(
  nonce: Uint8Array,
  primary: { readonly publicKey: Uint8Array; readonly nonce: Uint8Array },
): string {
  const mask = createHash('sha256').update(nonce).update(primary.publicKey).digest();
  const bits = primary.nonce
    .subarray(0, 5)
    .reduce((sum, byte, at) => (sum << 8n) | BigInt(byte ^ mask.readUInt8(at)), 0n);
  return Array.from({ length: 8 }, (_, at) =>
    pairCodeAlphabet.charAt(Number((bits >> BigInt(35 - 5 * at)) & 31n)),
  ).join('');
}

/** `deviceType` is the registered DeviceProps.PlatformType. */
export const requestKey = (shared: Uint8Array, deviceType: number, ref: string): Buffer =>
  hkdf(shared, `Companion Pairing ${deviceType} with ref ${ref}`, 'Pairing Information Encryption Key');

/** What the phone needs to link this device, readable by the phone alone. */
export function sealedRequest(
  key: Uint8Array,
  request: {
    readonly companionPublicKey: Uint8Array;
    readonly companionIdentityKey: Uint8Array;
    readonly advSecret: Uint8Array;
  },
): Uint8Array {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const plain = proto.PairingRequest.encode(request).finish();
  const encryptedPayload = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return proto.EncryptedPairingRequest.encode({ encryptedPayload, iv }).finish();
}
