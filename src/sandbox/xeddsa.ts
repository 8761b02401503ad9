import { createPublicKey, sign as ed25519Sign, verify as ed25519Verify } from 'node:crypto';
import type { SigningKeyPair } from './key-pair.ts';

const ed25519Public = Buffer.from('302a300506032b6570032100', 'hex');
const p = 2n ** 255n - 19n;

const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  let square = base % p;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
};

const littleEndian = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

/** The y coordinate on the Edwards curve of a Curve25519 public key: (u - 1) / (u + 1), 32 bytes little-endian. */
const edwardsY = (publicKey: Uint8Array): Buffer => {
  const u = (littleEndian(publicKey) & (2n ** 255n - 1n)) % p;
  const y = ((u - 1n + p) * power(u + 1n, p - 2n)) % p;
  return Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse();
};

/** Signs with Signal's XEdDSA: an Ed25519 signature whose top bit carries the sign of the public key. 64 bytes. */
export function sign(pair: SigningKeyPair, message: Uint8Array): Buffer {
  const signature = ed25519Sign(null, message, pair.signing);
  signature.writeUInt8(signature.readUInt8(63) | pair.edwardsSign, 63);
  return signature;
}

/** Checks an XEdDSA signature against a bare 32-byte Curve25519 public key. Never throws: false for malformed input. */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const plain = Buffer.from(signature);
  const top = plain.readUInt8(63);
  const edwards = edwardsY(publicKey);
  edwards.writeUInt8((edwards.readUInt8(31) & 0x7f) | (top & 0x80), 31);
  plain.writeUInt8(top & 0x7f, 63);
  try {
    const key = createPublicKey({
      key: Buffer.concat([ed25519Public, edwards]),
      format: 'der',
      type: 'spki',
    });
    return ed25519Verify(null, message, key, plain);
  } catch {
    return false;
  }
}
