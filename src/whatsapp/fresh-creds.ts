// Why not Baileys' initAuthCreds: its libsignal signs in JavaScript, which takes 25 ms the first time, before the
// connection is opened. Node can sign natively, but only with an Ed25519 seed, not with an X25519 private key. So the
// seed comes first, and the identity is the scalar that Ed25519 makes of it (RFC 8032, 5.1.5): clamped, as X25519
// clamps. docs/SECURITY.md has the argument. Later signatures are libsignal's, with the same key.
import { Curve, generateRegistrationId, generateSignalPubKey } from '@whiskeysockets/baileys';
import type { AuthenticationCreds, KeyPair } from '@whiskeysockets/baileys';
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** The DER of a private key, up to its 32 bytes (RFC 8410). */
const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const x25519Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** Credentials of a device that is not linked yet: what Baileys' initAuthCreds makes (rc14, Utils/auth-utils.js). */
export function freshCreds(): AuthenticationCreds {
  const identity = freshIdentity();
  const preKey = Curve.generateKeyPair();
  return {
    noiseKey: Curve.generateKeyPair(),
    pairingEphemeralKeyPair: Curve.generateKeyPair(),
    signedIdentityKey: identity.pair,
    signedPreKey: {
      keyPair: preKey,
      signature: identity.sign(generateSignalPubKey(preKey.public)),
      keyId: 1,
    },
    registrationId: generateRegistrationId(),
    advSecretKey: randomBytes(32).toString('base64'),
    processedHistoryMessages: [],
    nextPreKeyId: 1,
    firstUnuploadedPreKeyId: 1,
    accountSyncCounter: 0,
    accountSettings: { unarchiveChats: false },
    registered: false,
    pairingCode: undefined,
    lastPropHash: undefined,
    routingInfo: undefined,
    additionalData: undefined,
  };
}

/** A new X25519 pair, and its XEdDSA signature for as long as the seed is known. */
export function freshIdentity(): {
  readonly pair: KeyPair;
  readonly sign: (message: Uint8Array) => Buffer;
} {
  const seed = randomBytes(32);
  const scalar = createHash('sha512').update(seed).digest().subarray(0, 32);
  scalar[0] = (scalar[0] ?? 0) & 0xf8;
  scalar[31] = ((scalar[31] ?? 0) & 0x7f) | 0x40;
  const signer = privateKey(ed25519Prefix, seed);
  const edwardsSign = (publicBytes(signer)[31] ?? 0) & 0x80;
  return {
    pair: { private: Buffer.from(scalar), public: publicBytes(privateKey(x25519Prefix, scalar)) },
    sign: (message) => {
      const signature = sign(null, message, signer);
      // XEdDSA as Signal uses it: the sign of the Edwards point travels in the top bit.
      signature[63] = (signature[63] ?? 0) | edwardsSign;
      return signature;
    },
  };
}

const privateKey = (prefix: Buffer, bytes: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([prefix, bytes]), format: 'der', type: 'pkcs8' });

/** The 32 bytes at the end of the DER. */
const publicBytes = (key: KeyObject): Buffer =>
  Buffer.from(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32));
