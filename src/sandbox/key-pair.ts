import {
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  sign as ed25519Sign,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A Curve25519 pair for key agreement. `publicKey` is the bare 32 bytes, without the 05 that Signal puts before it. */
export type AgreementKeyPair = { readonly publicKey: Buffer; readonly agreement: KeyObject };

/** A Curve25519 pair that can also sign (XEdDSA). `edwardsSign` is the top bit of its public key on the Edwards curve. */
export type SigningKeyPair = AgreementKeyPair & { readonly signing: KeyObject; readonly edwardsSign: number };

const x25519Private = Buffer.from('302e020100300506032b656e04220420', 'hex');
const x25519Public = Buffer.from('302a300506032b656e032100', 'hex');
const ed25519Private = Buffer.from('302e020100300506032b657004220420', 'hex');

const privateKey = (prefix: Buffer, raw: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([prefix, raw]), format: 'der', type: 'pkcs8' });

const rawPublicKey = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);

/**
 * The pair that belongs to a 32-byte seed. Ed25519 turns a seed into the scalar SHA-512(seed)[0..32]; taking the same
 * scalar as the X25519 key gives one point on both curves, so that Node's own Ed25519 can sign for it.
 */
export function keyPairFromSeed(seed: Uint8Array): SigningKeyPair {
  const signing = privateKey(ed25519Private, seed);
  const scalar = createHash('sha512').update(seed).digest().subarray(0, 32);
  const agreement = privateKey(x25519Private, scalar);
  const edwards = rawPublicKey(signing);
  return {
    publicKey: rawPublicKey(agreement),
    agreement,
    signing,
    edwardsSign: edwards.readUInt8(31) & 0x80,
  };
}

/** Signs with Signal's XEdDSA: an Ed25519 signature whose top bit carries the sign of the public key. 64 bytes. */
export function sign(pair: SigningKeyPair, message: Uint8Array): Buffer {
  const signature = ed25519Sign(null, message, pair.signing);
  signature.writeUInt8(signature.readUInt8(63) | pair.edwardsSign, 63);
  return signature;
}

/** A fresh pair for key agreement only. */
export function generateAgreementKeyPair(): AgreementKeyPair {
  const { privateKey: agreement } = generateKeyPairSync('x25519');
  return { publicKey: rawPublicKey(agreement), agreement };
}

/** X25519. Throws on a public key that is not 32 bytes or of low order. */
export function agree(own: AgreementKeyPair, theirPublicKey: Uint8Array): Buffer {
  if (theirPublicKey.length !== 32) throw new RangeError('a public key has 32 bytes');
  const publicKey = createPublicKey({
    key: Buffer.concat([x25519Public, theirPublicKey]),
    format: 'der',
    type: 'spki',
  });
  return diffieHellman({ privateKey: own.agreement, publicKey });
}
