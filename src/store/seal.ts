import { crc32 } from './crc32.ts';

/** The place of a sealed value; a value moved to another place does not open. */
export type SealedPlace = readonly [sessionId: string, type: string, id: string];

const plainFormat = 0;
const headerLength = 5;

/**
 * Wraps a secret for its BLOB column: a format byte, then for format 0 a CRC-32 (big-endian) over place and value, then
 * the value. SQLite itself would return flipped bits as if they were data.
 */
export function seal(value: Uint8Array, place: SealedPlace): Buffer {
  const sealed = Buffer.alloc(headerLength + value.length);
  sealed.writeUInt8(plainFormat, 0);
  sealed.writeUInt32BE(checksum(value, place), 1);
  sealed.set(value, headerLength);
  return sealed;
}

/** The secret again; undefined when these bytes are damaged or belong elsewhere. */
export function unseal(sealed: Uint8Array, place: SealedPlace): Uint8Array | undefined {
  if (sealed.length < headerLength || sealed[0] !== plainFormat) return undefined;
  const value = new Uint8Array(sealed.subarray(headerLength));
  const expected = new DataView(sealed.buffer, sealed.byteOffset).getUint32(1);
  return checksum(value, place) === expected ? value : undefined;
}

const checksum = (value: Uint8Array, place: SealedPlace): number =>
  crc32(value, crc32(JSON.stringify(place)));
