import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { hkdf } from './hkdf.ts';
import { message } from './protobuf.ts';

const Version = message({ version: [1, 'uint'] });
const Blob = message({ blob: [1, 'bytes'] });
const KeyId = message({ id: [1, 'bytes'] });
const Record = message({ index: [1, Blob], value: [2, Blob], keyId: [3, KeyId] });

/** One change of a collection. */
const SyncdPatch = message({
  version: [1, Version],
  mutations: [2, message({ operation: [1, 'uint'], record: [2, Record] }), 'repeated'],
  snapshotMac: [4, 'bytes'],
  patchMac: [5, 'bytes'],
  keyId: [6, KeyId],
});

const SyncActionData = message({
  index: [1, 'bytes'],
  value: [2, message({ timestamp: [1, 'uint'], pushNameSetting: [7, message({ name: [1, 'string'] })] })],
  padding: [3, 'bytes'],
  version: [4, 'uint'],
});

const noSalt = Buffer.alloc(0);
const macLength = 32;
const setOperation = 0;

const hmac = (algorithm: 'sha256' | 'sha512', key: Buffer, ...data: readonly Uint8Array[]): Buffer => {
  const mac = createHmac(algorithm, key);
  for (const part of data) mac.update(part);
  return mac.digest();
};

const uint64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

/** Adds (1) or subtracts (-1) one value from a summation hash: 64 numbers of 16 bits, little-endian. */
const mixHash = (hash: Buffer, valueMac: Buffer, sign: 1 | -1): void => {
  const expanded = hkdf(valueMac, noSalt, 'WhatsApp Patch Integrity', hash.length);
  for (let at = 0; at < hash.length; at += 2)
    hash.writeUInt16LE((hash.readUInt16LE(at) + sign * expanded.readUInt16LE(at)) & 0xffff, at);
};

/** One collection as the server keeps it: its patches, and the hash over the resulting state. */
class Collection {
  readonly patches: Buffer[] = [];
  readonly hash: Buffer = Buffer.alloc(128);
  readonly #valueMacs = new Map<string, Buffer>();

  get version(): number {
    return this.patches.length;
  }

  set(indexMac: Buffer, valueMac: Buffer): void {
    const index = indexMac.toString('base64');
    const before = this.#valueMacs.get(index);
    if (before !== undefined) mixHash(this.hash, before, -1);
    mixHash(this.hash, valueMac, 1);
    this.#valueMacs.set(index, valueMac);
  }

  remove(indexMac: Buffer): void {
    const index = indexMac.toString('base64');
    const before = this.#valueMacs.get(index);
    if (before !== undefined) mixHash(this.hash, before, -1);
    this.#valueMacs.delete(index);
  }
}

/**
 * The settings that an account's devices share (syncd). The server keeps encrypted patches; the phone, which has the
 * key, writes the push name into them.
 */
export class AppState {
  /** Device 0, epoch 1: 6 bytes, as WhatsApp numbers its keys. */
  readonly keyId: Buffer = Buffer.of(0, 0, 0, 0, 0, 1);
  readonly key: Buffer;
  readonly #collections = new Map<string, Collection>();
  #writtenPushName: string | undefined;

  constructor(key: Buffer) {
    this.key = key;
  }

  version(name: string): number {
    return this.#collection(name).version;
  }

  /** All patches after this version. */
  patchesAfter(name: string, version: number): readonly Buffer[] {
    return this.#collection(name).patches.slice(version);
  }

  /** Takes a companion's patch on top of `version`. False when the companion was not up to date. */
  append(name: string, version: number, patch: Buffer): boolean {
    const collection = this.#collection(name);
    if (collection.version !== version) return false;
    for (const { operation, record } of SyncdPatch.decode(patch).mutations ?? []) {
      const indexMac = Buffer.from(record?.index?.blob ?? []);
      const valueMac = Buffer.from(record?.value?.blob ?? []).subarray(-macLength);
      if ((operation ?? setOperation) === setOperation) collection.set(indexMac, valueMac);
      else collection.remove(indexMac);
    }
    // Protobuf messages may be concatenated: the last value of a field counts.
    collection.patches.push(Buffer.concat([patch, SyncdPatch.encode({ version: { version: version + 1 } })]));
    return true;
  }

  /** Writes the push name into critical_block, unless it is there already. */
  writePushName(pushName: string): void {
    if (this.#writtenPushName === pushName) return;
    this.#writtenPushName = pushName;
    const value = { timestamp: Date.now(), pushNameSetting: { name: pushName } };
    this.#write('critical_block', ['setting_pushName'], value);
  }

  #write(
    name: string,
    indexParts: readonly string[],
    value: { readonly timestamp: number; readonly pushNameSetting: { readonly name: string } },
  ): void {
    const collection = this.#collection(name);
    const keys = hkdf(this.key, noSalt, 'WhatsApp Mutation Keys', 160);
    const [indexKey, valueKey, valueMacKey, snapshotMacKey, patchMacKey] = [0, 1, 2, 3, 4].map((i) =>
      keys.subarray(i * 32, i * 32 + 32),
    ) as [Buffer, Buffer, Buffer, Buffer, Buffer];
    const index = Buffer.from(JSON.stringify(indexParts));
    const iv = randomBytes(16);
    const cipher = createCipheriv('aes-256-cbc', valueKey, iv);
    const data = SyncActionData.encode({ index, value, padding: Buffer.alloc(0), version: 1 });
    const encrypted = Buffer.concat([iv, cipher.update(data), cipher.final()]);
    const associated = Buffer.concat([Buffer.of(setOperation + 1), this.keyId]);
    const valueMac = hmac('sha512', valueMacKey, associated, encrypted, uint64(associated.length)).subarray(
      0,
      macLength,
    );
    const indexMac = hmac('sha256', indexKey, index);
    collection.set(indexMac, valueMac);
    const version = collection.version + 1;
    const where = [uint64(version), Buffer.from(name)];
    const snapshotMac = hmac('sha256', snapshotMacKey, collection.hash, ...where);
    const keyId = { id: this.keyId };
    const record = {
      index: { blob: indexMac },
      value: { blob: Buffer.concat([encrypted, valueMac]) },
      keyId,
    };
    collection.patches.push(
      SyncdPatch.encode({
        version: { version },
        mutations: [{ operation: setOperation, record }],
        snapshotMac,
        patchMac: hmac('sha256', patchMacKey, snapshotMac, valueMac, ...where),
        keyId,
      }),
    );
  }

  #collection(name: string): Collection {
    const known = this.#collections.get(name);
    if (known !== undefined) return known;
    const collection = new Collection();
    this.#collections.set(name, collection);
    return collection;
  }
}
