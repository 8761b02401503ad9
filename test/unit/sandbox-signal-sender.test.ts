import { Curve } from '@whiskeysockets/baileys';
import { ProtocolAddress, SessionCipher } from 'libsignal';
import { describe, expect, it } from 'vitest';
import { keyPairFromSeed } from '../../src/sandbox/key-pair.ts';
import { SignalSender } from '../../src/sandbox/signal-sender.ts';

const sender = keyPairFromSeed(Buffer.alloc(32, 4));

/** A recipient on libsignal, with its keys in memory. */
const makeRecipient = () => {
  const pair = () => {
    const { public: publicKey, private: privateKey } = Curve.generateKeyPair();
    return { publicKey: Buffer.from(publicKey), privateKey: Buffer.from(privateKey) };
  };
  const [identity, signed, oneTime] = [pair(), pair(), pair()];
  const forLibsignal = ({ publicKey, privateKey }: ReturnType<typeof pair>) => ({
    pubKey: Buffer.concat([Buffer.of(5), publicKey]),
    privKey: privateKey,
  });
  let session: unknown;
  const removed: number[] = [];
  const storage = {
    loadSession: () => Promise.resolve(session),
    storeSession: (_address: string, stored: unknown) => Promise.resolve(void (session = stored)),
    isTrustedIdentity: () => true,
    loadPreKey: (id: number) => Promise.resolve(id === 9 ? forLibsignal(oneTime) : undefined),
    removePreKey: (id: number) => removed.push(id),
    loadSignedPreKey: () => forLibsignal(signed),
    getOurRegistrationId: () => 1,
    getOurIdentity: () => forLibsignal(identity),
  };
  const cipher = new SessionCipher(storage as never, new ProtocolAddress('15550100001', 0));
  const keys = {
    identityKey: identity.publicKey,
    signedPreKey: { id: 3, publicKey: signed.publicKey, signature: Buffer.alloc(64) },
  };
  return { cipher, keys, removed, preKey: { id: 9, publicKey: oneTime.publicKey } };
};

const read = async (cipher: SessionCipher, ciphertext: Buffer): Promise<string> => {
  const padded = Buffer.from(await cipher.decryptPreKeyWhisperMessage(ciphertext));
  return padded.subarray(0, -padded.readUInt8(padded.length - 1)).toString();
};

describe('SignalSender', () => {
  it.each([true, false])('writes what libsignal reads, with a one-time pre-key: %s', async (withPreKey) => {
    const { cipher, keys, preKey, removed } = makeRecipient();
    const signal = new SignalSender(sender, 77, { ...keys, preKey: withPreKey ? preKey : undefined });
    for (const text of ['one', 'two', 'three'])
      expect(await read(cipher, signal.encrypt(Buffer.from(text)))).toBe(text);
    expect(removed).toEqual(withPreKey ? [9] : []);
  });
});
