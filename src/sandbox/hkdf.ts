import { hkdfSync } from 'node:crypto';

/** HKDF-SHA256. An empty salt is 32 zero bytes, as RFC 5869 has it. */
export const hkdf = (
  material: Uint8Array,
  salt: Uint8Array,
  info: string | Uint8Array,
  length: number,
): Buffer => Buffer.from(hkdfSync('sha256', material, salt, info, length));
