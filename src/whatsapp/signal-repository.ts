import { DEFAULT_CONNECTION_CONFIG, proto } from '@whiskeysockets/baileys';
import type { SignedKeyPair, SocketConfig } from '@whiskeysockets/baileys';
import { decrypting } from './decrypting.ts';
import { otherSignedPreKey } from './signed-pre-keys.ts';

type MakeRepository = SocketConfig['makeSignalRepository'];
type Auth = Parameters<MakeRepository>[0];
type Encrypted = Parameters<ReturnType<MakeRepository>['decryptMessage']>[0];

/**
 * Baileys' Signal repository always uses the current signed pre-key, whatever id a message names (rc14,
 * Signal/libsignal.js, loadSignedPreKey). This one decrypts a message to another of our keys with that key.
 */
export const makeSignalRepository: MakeRepository = (auth, logger, pnToLid) => {
  const make = DEFAULT_CONNECTION_CONFIG.makeSignalRepository;
  const usual = make(auth, logger, pnToLid);
  return {
    ...usual,
    decryptGroupMessage: (message) => decrypting(() => usual.decryptGroupMessage(message)),
    decryptMessage: async (message) => {
      const signedPreKey = keyOf(auth, message);
      if (!signedPreKey) return decrypting(() => usual.decryptMessage(message));
      const once = make({ ...auth, creds: { ...auth.creds, signedPreKey } }, logger, pnToLid);
      try {
        return await decrypting(() => once.decryptMessage(message));
      } finally {
        once.close?.();
      }
    },
  };
};

/** The key that the first message of a Signal session names, when it is one of ours but not the current one. */
function keyOf({ creds }: Auth, { type, ciphertext }: Encrypted): SignedKeyPair | undefined {
  if (type !== 'pkmsg') return undefined;
  try {
    // The first byte is the version.
    const { signedPreKeyId } = proto.PreKeySignalMessage.decode(ciphertext.subarray(1));
    return otherSignedPreKey(creds, signedPreKeyId ?? creds.signedPreKey.keyId);
  } catch {
    // Baileys refuses invalid messages.
    return undefined;
  }
}
