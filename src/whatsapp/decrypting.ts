import { SharedStorage } from './patches/shared-storage.ts';

/** The decryption of one incoming message. */
export type Decryption = {
  /** Called when the message cannot be decrypted. */
  onFailure: () => void;
};

const storage = new SharedStorage<Decryption>();

/** Runs the decryption of a message. */
export async function decrypting<T>(work: () => Promise<T>): Promise<T> {
  const decryption: Decryption = { onFailure: () => undefined };
  try {
    return await storage.run(decryption, work);
  } catch (error) {
    decryption.onFailure();
    throw error;
  }
}

/** The decryption that this is called by, however deep inside Baileys and libsignal. */
export const currentDecryption = (): Decryption | undefined => storage.getStore();
