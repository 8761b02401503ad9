// Stands in for the package `whatsapp-rust-bridge` in the bundle (.config/engine-plugins.js): Baileys rc14 uses four of
// its functions, which cost 2 MB of WebAssembly to compile at every start. Node's own crypto does the same.
// test/unit/whatsapp-rust-bridge.test.ts compares it with the original.
import { createHash, hkdfSync } from 'node:crypto';

const nothing = Buffer.alloc(0);

export function hkdf(
  key: Uint8Array,
  length: number,
  { salt, info }: { readonly salt?: Uint8Array | null; readonly info?: string | null },
): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, salt ?? nothing, info ?? '', length));
}

export const md5 = (bytes: Uint8Array): Uint8Array => createHash('md5').update(bytes).digest();

/** The five app state keys derived from one key, in the order of the expansion. */
export function expandAppStateKeys(keyData: Uint8Array) {
  const expanded = hkdf(keyData, 160, { info: 'WhatsApp Mutation Keys' });
  const part = (at: number) => expanded.slice(at * 32, (at + 1) * 32);
  return {
    indexKey: part(0),
    valueEncryptionKey: part(1),
    valueMacKey: part(2),
    snapshotMacKey: part(3),
    patchMacKey: part(4),
  };
}

const hashLength = 128;

/** The additive hash over an app state collection: 64 little-endian words of 16 bits, one summand per record. */
export class LTHashAntiTampering {
  subtractThenAdd(base: Uint8Array, subtract: readonly Uint8Array[], add: readonly Uint8Array[]): Uint8Array {
    const sum = Buffer.from(base);
    const apply = (record: Uint8Array, sign: 1 | -1) => {
      const words = Buffer.from(hkdf(record, hashLength, { info: 'WhatsApp Patch Integrity' }));
      for (let at = 0; at < hashLength; at += 2) {
        sum.writeUInt16LE((sum.readUInt16LE(at) + sign * words.readUInt16LE(at)) & 0xffff, at);
      }
    };
    for (const record of subtract) apply(record, -1);
    for (const record of add) apply(record, 1);
    return new Uint8Array(sum);
  }
}
