import { createPublicKey, verify } from 'node:crypto';

const fieldPrime = 2n ** 255n - 19n;
const ed25519SpkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % fieldPrime;
    square = (square * square) % fieldPrime;
  }
  return result;
}

const littleEndian = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

/** The Edwards y of a Montgomery u, y = (u - 1) / (u + 1), with the sign bit on top; undefined for u = -1. */
function edwardsPoint(montgomery: Uint8Array, signBit: number): Buffer | undefined {
  const u = (littleEndian(montgomery) & (2n ** 255n - 1n)) % fieldPrime;
  const divisor = (u + 1n) % fieldPrime;
  if (divisor === 0n) return undefined;
  const y = ((u - 1n + fieldPrime) * power(divisor, fieldPrime - 2n)) % fieldPrime;
  const bytes = Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse();
  bytes[31] = (bytes[31] ?? 0) | signBit;
  return bytes;
}

/**
 * Whether `signature` (64 bytes) of `message` was made with the private half of an X25519 key (32 bytes, or 33 with
 * Signal's 05 in front). XEdDSA: the sign of the Edwards point travels in the signature's top bit. Never throws.
 */
export function isSignatureTrue(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const montgomery = publicKey.length === 33 && publicKey[0] === 5 ? publicKey.subarray(1) : publicKey;
  if (montgomery.length !== 32 || signature.length !== 64) return false;
  const last = signature[63] ?? 0;
  const point = edwardsPoint(montgomery, last & 0x80);
  if (!point) return false;
  const bare = Buffer.from(signature);
  bare[63] = last & 0x7f;
  try {
    const key = createPublicKey({
      key: Buffer.concat([ed25519SpkiPrefix, point]),
      format: 'der',
      type: 'spki',
    });
    return verify(null, message, key, bare);
  } catch {
    return false;
  }
}
