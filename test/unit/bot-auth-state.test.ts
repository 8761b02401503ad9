import { initAuthCreds } from '@whiskeysockets/baileys';
import { beforeEach, describe, expect, it } from 'vitest';
import { openAuthState } from '../../src/bots/auth-state.ts';
import type { AuthState } from '../../src/bots/auth-state.ts';
import { keyFromBytes } from '../../src/credentials/credential-bytes.ts';
import type { SessionStore } from '../../src/ports/store.ts';
import { memoryStore } from '../support/memory-store.ts';
import { pairInStore } from '../support/pair-in-store.ts';
import { draftOf, identity } from '../support/store-drafts.ts';

let store: SessionStore;
let auth: AuthState;
beforeEach(async () => {
  store = memoryStore();
  await store.create(draftOf('shop'));
  await pairInStore(store, 'shop', identity);
  const onFailure = (error: unknown): never => {
    throw error;
  };
  auth = openAuthState({ store, sessionId: 'shop', onFailure }, initAuthCreds());
  auth.defer();
});

const set = async (text: string): Promise<void> => auth.state.keys.set({ session: { s: Buffer.from(text) } });
const stored = async (): Promise<string | undefined> => {
  const bytes = (await store.readKeys('shop', 'session', ['s'])).get('s');
  return bytes && Buffer.from(keyFromBytes('session', bytes)).toString();
};

describe('what a decryption changes', () => {
  it('is stored once the program has the message', async () => {
    await auth.decrypting(() => set('after m1'));
    expect([auth.writes.isHolding, await stored()]).toEqual([true, undefined]);
    auth.passed();
    auth.reported();
    await auth.writes.flush();
    expect(await stored()).toBe('after m1');
  });

  it('is not stored with the message before, while the next one is being decrypted', async () => {
    await auth.decrypting(() => set('after m1'));
    auth.passed();
    await auth.decrypting(async () => {
      await set('after m2');
      auth.reported();
      expect(auth.writes.isHolding).toBe(true);
    });
    auth.passed();
    auth.reported();
    expect(auth.writes.isHolding).toBe(false);
  });

  it('is stored before a frame that has waited for too long: it may be encrypted with it', async () => {
    await auth.decrypting(() => set('after m1'));
    await set('after m1 and its answer');
    expect(auth.writes.isHolding).toBe(true);
    await auth.writes.flush();
    expect(await stored()).toBe('after m1 and its answer');
  });
});
