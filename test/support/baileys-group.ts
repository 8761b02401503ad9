import {
  GroupCipher,
  SenderKeyName,
  SenderKeyRecord,
} from '@whiskeysockets/baileys/lib/Signal/Group/index.js';

/** Baileys' messages of a group, on the record of one sender. */
export class BaileysGroup {
  readonly #cipher: GroupCipher;

  constructor(record: string) {
    let stored = Buffer.from(record);
    const store = {
      loadSenderKey: () => Promise.resolve(SenderKeyRecord.deserialize(stored)),
      storeSenderKey: (_: SenderKeyName, key: SenderKeyRecord) => {
        stored = Buffer.from(JSON.stringify(key.serialize()));
        return Promise.resolve();
      },
    };
    this.#cipher = new GroupCipher(
      store,
      new SenderKeyName('1@g.us', { id: '1', deviceId: 0, toString: () => '1.0' }),
    );
  }

  decrypt = async (message: Uint8Array): Promise<Buffer> => Buffer.from(await this.#cipher.decrypt(message));
  encrypt = async (plain: Uint8Array): Promise<Uint8Array> => this.#cipher.encrypt(plain);
}
